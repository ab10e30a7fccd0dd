// The table of selection methods: the names a plan may use and what each needs. A new method is one row of method.cpp.
//
// | name | size | random size | besides | π_kl |
// | --- | --- | --- | --- | --- |
// | srs | – | | | exact |
// | systematic | – | | | exact, many 0 |
// | bernoulli | – | yes | | exact |
// | poisson | needed | yes | | exact |
// | pps_systematic | needed | | | exact, some 0 |
// | pps_random_systematic | needed | | | Hartley and Rao |
// | brewer | needed | | | exact for n = 2, else Brewer and Donadio |
// | sampford, elimination, midzuno, conditional_poisson | needed | | | exact |
// | pareto | needed | | the true π, not those aimed at | exact |
// | chromy | needed | | | none: some are 0 |
// | rao_hartley_cochran | needed | | probabilities are those within the random groups | none |
// | pivotal | allowed | | | Hájek |
// | ordered_pivotal | allowed | | | none: some are 0 |
// | local_pivotal | allowed | | `coordinates` | none: some are nearly 0 |
// | cube | allowed | | `balance` | none |
// | all | – | | | 1 |
//
// Formulas and sources: the headers of sampling/selection.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/random.h"
#include "sampling/selection/unit_matrix.h"

namespace cifra {

// The units among which a selection is made, in the order of the list.
struct Population {
    std::span<const double> probability;    // π aimed at; equal ones without a measure of size
    std::span<const double> size;           // empty without a measure of size
    std::uint64_t n = 0;                    // to select; of random size: only their expectation, rounded
    const UnitMatrix* auxiliary = nullptr;  // balancing variables or coordinates, where the method needs them
};

// A selected unit and what it was selected with: weight = 1 / probability is unbiased.
struct SelectedUnit {
    std::size_t unit = 0;
    double probability = 1;
    double group_units = 0, group_size = 0;  // rao_hartley_cochran: N_g and X_g of the unit's random group
};

enum class SizeUse { none, allowed, needed };
enum class AuxiliaryUse { none, balance, coordinates };

struct SelectionMethod {
    std::string_view name;
    SizeUse size = SizeUse::none;
    AuxiliaryUse auxiliary = AuxiliaryUse::none;
    bool takes_rate = false;  // a rate may stand in place of a number: every unit's probability is exactly that rate
    std::vector<SelectedUnit> (*select)(const Population&, Stream&) = nullptr;
    // π_kl of the given units, π_k in the diagonal; nullptr: none is known, or some are 0.
    Eigen::MatrixXd (*joint)(const Population&, std::span<const std::size_t> units) = nullptr;
    bool exact_joint = false;
};

std::span<const SelectionMethod> selection_methods();
std::vector<std::string> selection_method_names();
const SelectionMethod* find_selection_method(std::string_view name);  // nullptr: there is no such method

}  // namespace cifra
