#include "sampling/stages/method.h"

#include <algorithm>
#include <numeric>

#include "sampling/selection/brewer.h"
#include "sampling/selection/chromy.h"
#include "sampling/selection/cube.h"
#include "sampling/selection/elimination.h"
#include "sampling/selection/equal.h"
#include "sampling/selection/high_entropy.h"
#include "sampling/selection/joint.h"
#include "sampling/selection/local_pivotal.h"
#include "sampling/selection/pivotal.h"
#include "sampling/selection/random_groups.h"
#include "sampling/selection/unequal.h"

namespace cifra {

namespace {

using Units = std::span<const std::size_t>;

std::vector<SelectedUnit> with_targets(const Population& units, const std::vector<std::size_t>& taken) {
    std::vector<SelectedUnit> result;
    for (const std::size_t k : taken) result.push_back({k, units.probability[k]});
    return result;
}

template <Selection Select>
std::vector<SelectedUnit> by_probability(const Population& units, Stream& stream) {
    return with_targets(units, Select(units.probability, stream));
}

std::vector<SelectedUnit> srs(const Population& units, Stream& stream) {
    return with_targets(units, simple_random(units.probability.size(), units.n, stream));
}

std::vector<SelectedUnit> equal_systematic(const Population& units, Stream& stream) {
    return with_targets(units, systematic(units.probability.size(), units.n, stream));
}

std::vector<SelectedUnit> equal_bernoulli(const Population& units, Stream& stream) {
    return with_targets(units, bernoulli(units.probability.size(), units.probability.front(), stream));
}

std::vector<SelectedUnit> all_units(const Population& units, Stream&) {
    std::vector<std::size_t> all(units.probability.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return with_targets(units, all);
}

std::vector<SelectedUnit> balanced(const Population& units, Stream& stream) {
    return with_targets(units, cube(units.probability, *units.auxiliary, stream));
}

std::vector<SelectedUnit> spread(const Population& units, Stream& stream) {
    return with_targets(units, local_pivotal(units.probability, *units.auxiliary, stream));
}

std::vector<SelectedUnit> in_random_groups(const Population& units, Stream& stream) {
    std::vector<SelectedUnit> result;
    for (const GroupUnit& unit : random_groups(units.size, units.n, stream))
        result.push_back({unit.unit, 1 / unit.weight, static_cast<double>(unit.group_units), unit.group_size});
    return result;
}

// Pareto sampling only nearly meets the π aimed at: the true ones make the weights unbiased.
std::vector<SelectedUnit> pareto_with_true_probabilities(const Population& units, Stream& stream) {
    std::vector<double> open;
    for (const double pi : units.probability)
        if (pi < 1) open.push_back(pi);
    std::vector<double> truth;
    if (!open.empty()) truth = inclusion_probabilities(pareto_design(open));
    std::vector<double> probability;
    std::size_t next = 0;
    for (const double pi : units.probability) probability.push_back(pi < 1 ? truth[next++] : 1);
    std::vector<SelectedUnit> result;
    for (const std::size_t k : pareto(units.probability, stream)) result.push_back({k, probability[k]});
    return result;
}

Eigen::MatrixXd joint_all(const Population&, Units taken) {
    const auto n = static_cast<Eigen::Index>(taken.size());
    return Eigen::MatrixXd::Ones(n, n);
}

Eigen::MatrixXd joint_srs(const Population& units, Units taken) {
    const std::size_t population = units.probability.size();
    if (population == units.n) return joint_all(units, taken);
    const auto n = static_cast<Eigen::Index>(taken.size());
    Eigen::MatrixXd joint = Eigen::MatrixXd::Constant(n, n, joint_simple_random(population, units.n));
    joint.diagonal().setConstant(units.probability.front());
    return joint;
}

Eigen::MatrixXd joint_equal_systematic(const Population& units, Units taken) {
    return joint_systematic(units.probability.size(), units.n, taken);
}

template <Eigen::MatrixXd (*Joint)(std::span<const double>, Units)>
Eigen::MatrixXd joint_of(const Population& units, Units taken) {
    return Joint(units.probability, taken);
}

// For two open units the joint probabilities are Sampford's.
Eigen::MatrixXd joint_brewer(const Population& units, Units taken) {
    const auto certain = std::count(units.probability.begin(), units.probability.end(), 1.0);
    return units.n <= static_cast<std::uint64_t>(certain) + 2 ? joint_sampford(units.probability, taken)
                                                              : joint_brewer_donadio(units.probability, taken);
}

constexpr SizeUse none = SizeUse::none, allowed = SizeUse::allowed, needed = SizeUse::needed;
constexpr AuxiliaryUse plain = AuxiliaryUse::none;

const SelectionMethod methods[] = {
    {"srs", none, plain, true, srs, joint_srs, true},
    {"systematic", none, plain, true, equal_systematic, joint_equal_systematic, true},
    {"bernoulli", none, plain, true, equal_bernoulli, joint_of<joint_poisson>, true},
    {"poisson", needed, plain, false, by_probability<poisson>, joint_of<joint_poisson>, true},
    {"pps_systematic", needed, plain, false, by_probability<pps_systematic>, joint_of<joint_pps_systematic>, true},
    {"pps_random_systematic", needed, plain, false, by_probability<random_systematic>, joint_of<joint_hartley_rao>,
     false},
    {"brewer", needed, plain, false, by_probability<brewer>, joint_brewer, false},
    {"sampford", needed, plain, false, by_probability<sampford>, joint_of<joint_sampford>, true},
    {"elimination", needed, plain, false, by_probability<elimination>, joint_of<joint_elimination>, true},
    {"midzuno", needed, plain, false, by_probability<midzuno>, joint_of<joint_midzuno>, true},
    {"conditional_poisson", needed, plain, false, by_probability<conditional_poisson>,
     joint_of<joint_conditional_poisson>, true},
    {"pareto", needed, plain, false, pareto_with_true_probabilities, joint_of<joint_pareto>, true},
    {"chromy", needed, plain, false, by_probability<chromy>, nullptr, false},
    {"rao_hartley_cochran", needed, plain, false, in_random_groups, nullptr, false},
    {"pivotal", allowed, plain, false, by_probability<random_pivotal>, joint_of<joint_hajek>, false},
    {"ordered_pivotal", allowed, plain, false, by_probability<ordered_pivotal>, nullptr, false},
    {"local_pivotal", allowed, AuxiliaryUse::coordinates, false, spread, nullptr, false},
    {"cube", allowed, AuxiliaryUse::balance, false, balanced, nullptr, false},
    {"all", none, plain, false, all_units, joint_all, true},
};

}  // namespace

std::span<const SelectionMethod> selection_methods() { return methods; }

std::vector<std::string> selection_method_names() {
    std::vector<std::string> names;
    for (const SelectionMethod& method : methods) names.emplace_back(method.name);
    return names;
}

const SelectionMethod* find_selection_method(std::string_view name) {
    const auto* const found = std::find_if(std::begin(methods), std::end(methods),
                                           [&](const SelectionMethod& method) { return method.name == name; });
    return found == std::end(methods) ? nullptr : found;
}

}  // namespace cifra
