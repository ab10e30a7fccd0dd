#include "estimation/replication/balanced_factors.h"

#include <cmath>
#include <numeric>

#include "engine/random.h"

namespace cifra {

namespace {

// Leading units of a group in the order of selection, where the design has one.
std::vector<std::uint32_t> in_order(const SurveyDesign& design, const LeadingUnits& leading,
                                    const LeadingUnits::Group& group) {
    std::vector<std::uint32_t> order(group.size());
    std::iota(order.begin(), order.end(), static_cast<std::uint32_t>(group.begin));
    if (group.stage > 0 || !design.successive.used) return order;
    for (std::size_t i = group.begin; i < group.end; ++i)
        order[design.successive.rank[leading.unit[i]]] = static_cast<std::uint32_t>(i);
    return order;
}

}  // namespace

BalancedFactors::BalancedFactors(const ReplicationPlan& plan, const SurveyDesign& design, const LeadingUnits& leading)
    : method_(plan.method), units_(leading.unit.size()), leading_of_unit_(leading.of_unit) {
    if (method_ == ReplicationMethod::sdr)
        matrix_ = Hadamard::at_least(plan.count > 0 ? plan.count : units_.size() + 1);
    const auto keys = group_keys(design);
    for (std::uint32_t g = 0; g < leading.groups.size(); ++g) {
        const LeadingUnits::Group& group = leading.groups[g];
        const auto n = static_cast<double>(group.size());
        const std::vector<std::uint32_t> order = in_order(design, leading, group);
        if (is_half_sample(method_))
            place_pairs(plan, order, group, keys[group.stage][group.number]);
        else if (method_ == ReplicationMethod::sdr)
            place_differences(order, group);
        else
            for (const std::uint32_t i : order) units_[i] = {g, 0, 0, n / (n - 1)};
    }
    if (method_ == ReplicationMethod::sdr)
        count_ = matrix_.order();
    else if (is_half_sample(method_) && method_ != ReplicationMethod::jk2)
        count_ = (matrix_ = Hadamard::at_least(std::size_t{next_} + 1)).order();
    else
        count_ = is_half_sample(method_) ? next_ : units_.size();
    reuses_columns_ = method_ == ReplicationMethod::sdr && count_ <= units_.size();
}

void BalancedFactors::place_pairs(const ReplicationPlan& plan, const std::vector<std::uint32_t>& order,
                                  const LeadingUnits::Group& group, std::uint64_t key) {
    const double rho = method_ == ReplicationMethod::fay ? plan.fay : 0;
    const double step = std::sqrt(1 - group.fraction) * (1 - rho);
    Stream chance(replicate_draw(method_, group.stage, key, plan.seed));
    for (std::size_t i = 0; i < order.size(); i += 2, ++next_) {
        const double sign = method_ == ReplicationMethod::jk2 && chance.bernoulli(0.5) ? -1 : 1;
        units_[order[i]] = {next_, next_ + 1, 0, sign * step};
        units_[order[i + 1]] = {next_, next_ + 1, 0, -sign * step};
    }
}

void BalancedFactors::place_differences(const std::vector<std::uint32_t>& order, const LeadingUnits::Group& group) {
    const double step = std::sqrt(1 - group.fraction) * std::pow(2.0, -1.5);
    const auto columns = static_cast<std::uint32_t>(count_ = matrix_.order()) - 1;
    const auto column = [&](std::size_t i) { return 1 + (next_ + static_cast<std::uint32_t>(i)) % columns; };
    for (std::size_t i = 0; i < order.size(); ++i)
        units_[order[i]] = {0, column(i), column(i + 1 < order.size() ? i + 1 : 0), step};
    next_ += static_cast<std::uint32_t>(order.size());
}

double BalancedFactors::factor(std::size_t r, std::uint32_t leading) const {
    if (leading == LeadingUnits::none) return 1;
    const Unit& unit = units_[leading];
    switch (method_) {
        case ReplicationMethod::jk2:
            return unit.group == r ? 1 + unit.step : 1;
        case ReplicationMethod::brr:
        case ReplicationMethod::fay:
            return 1 + unit.step * matrix_.sign(r, unit.a);
        case ReplicationMethod::sdr:
            return 1 + unit.step * (matrix_.sign(r, unit.a) - matrix_.sign(r, unit.b));
        default:
            if (unit.group != units_[r].group) return 1;
            return leading == r ? 0 : unit.step;
    }
}

void BalancedFactors::block(std::size_t first, std::size_t size, std::span<double> by_unit) const {
    for (std::size_t u = 0; u < leading_of_unit_.size(); ++u)
        for (std::size_t r = 0; r < size; ++r) by_unit[u * size + r] = factor(first + r, leading_of_unit_[u]);
}

}  // namespace cifra
