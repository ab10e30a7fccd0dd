// Groups of a stage: the sampled units of one stratum (first stage) or of one unit of the stage before, the totals of
// columns in them, and the quadratic form by which they add to the variance. Used by estimation/variance.cpp.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "estimation/design.h"
#include "estimation/totals.h"

namespace cifra {

// First unit of the design's stage `stage` above each unit of the last stage.
std::vector<std::uint32_t> ancestor_of_unit(const SurveyDesign& design, std::size_t stage);

// The column by unit of an earlier stage; an entry stays for every unit that had one.
SparseColumn fold(const SparseColumn& column, const std::vector<std::uint32_t>& ancestor);

// Of each group of the stage, the product of the fractions (or probabilities) of the stages before.
std::vector<double> earlier_fractions(const SurveyDesign& design, std::size_t stage);

std::vector<std::size_t> group_sizes(const Stage& stage);

// The totals of one column in a group: entries begin .. end of the column.
struct Segment {
    std::uint32_t group = 0, column = 0;
    std::size_t begin = 0, end = 0;
};

// Entries of all columns cut at group borders, by group. Units are numbered so that groups are contiguous.
std::vector<Segment> segments_of(const Stage& stage, const std::vector<SparseColumn>& columns);

// The quadratic form of a group with n units, z their totals.
//   deviations    factor Σ c_i (z_i - m)(z'_i - m'), m = Σ a_i z_i or 0; c empty: 1; a = 1/n, or c_i / Σ c
//   differences   factor Σ (z_i - z_{i-1})(z'_i - z'_{i-1}) in order of selection
//   rank_two      Σ c_i z_i z'_i + (u s' + s u' - b s s')/(n - 1), u = Σ a_i z_i, s = Σ z_i
//   shares        factor Σ c_i (z_i - a_i s)(z'_i - a_i s'), c_i = 1/a_i, s = Σ z_i
//   matrix        z'Q z'
struct GroupForm {
    enum class Kind : std::uint8_t { deviations, differences, rank_two, shares, matrix };
    enum class Centre : std::uint8_t { mean, weighted, zero };
    Kind kind = Kind::deviations;
    Centre centre = Centre::mean;
    double factor = 0;         // 0: nothing is added
    bool lonely = false;       // one unit, not taken with certainty
    std::vector<double> c, a;  // of each unit
    double b = 0;
    bool circular = false, sums_to_zero = false;
    std::vector<std::uint32_t> order;       // differences: positions in order of selection
    const Eigen::MatrixXd* form = nullptr;  // matrix
};

// The form of a group. `weight` is the product of the earlier stages' fractions.
GroupForm form_of(const SurveyDesign& design, std::size_t stage, std::uint32_t group, std::uint32_t first_unit,
                  std::size_t size, double weight);

// z'Fz of the kinds other than deviations; z is n × k.
Eigen::MatrixXd products(const GroupForm& form, const Eigen::MatrixXd& z);

}  // namespace cifra
