#include "sampling/stages/allocate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "sampling/allocation/allocation.h"
#include "sampling/allocation/compromise.h"
#include "sampling/allocation/cost.h"
#include "sampling/stages/bethel_plan.h"

namespace cifra {

namespace {

double value_of(const std::map<std::string, double>& values, const std::string& stratum) {
    const auto found = values.find(stratum);
    return found == values.end() ? 1 : found->second;
}

std::uint64_t most_of(const AllocationPlan& plan, const FrameStratum& stratum) {
    return std::min<std::uint64_t>(plan.maximum.value_or(stratum.units.size()), stratum.units.size());
}

std::vector<std::uint64_t> allocate_total(const AllocationPlan& plan, std::span<const FrameStratum> strata,
                                          std::uint64_t n) {
    std::vector<AllocationStratum> measures;
    std::vector<double> totals, means, deviations;
    for (const FrameStratum& stratum : strata) {
        const std::uint64_t most = most_of(plan, stratum);
        measures.push_back({stratum.size, value_of(plan.deviations, stratum.id), std::min(plan.minimum, most), most});
        means.push_back(value_of(plan.means, stratum.id));
        totals.push_back(stratum.size * means.back());
        deviations.push_back(measures.back().deviation);
    }
    if (plan.rule == AllocationRule::power) {
        const std::vector<double> spreads = power_spreads(totals, means, deviations, plan.power);
        for (std::size_t h = 0; h < strata.size(); ++h) measures[h].size = spreads[h], measures[h].deviation = 1;
    }
    const AllocationMethod method = plan.rule == AllocationRule::proportional ? AllocationMethod::proportional
                                    : plan.rule == AllocationRule::equal      ? AllocationMethod::equal
                                                                              : AllocationMethod::neyman;
    return allocate(method, measures, n);
}

std::vector<std::uint64_t> allocate_cost(const AllocationPlan& plan, std::span<const FrameStratum> strata) {
    std::vector<CostStratum> measures;
    for (const FrameStratum& stratum : strata) {
        const std::uint64_t most = most_of(plan, stratum);
        measures.push_back({stratum.size, value_of(plan.deviations, stratum.id), value_of(plan.costs, stratum.id),
                            std::min(plan.minimum, most), most});
    }
    return allocate_budget(measures, *plan.budget);
}

std::vector<std::uint64_t> counts_of_plan(const StageCount& count, std::span<const FrameStratum> strata) {
    std::vector<std::uint64_t> counts;
    for (const FrameStratum& stratum : strata) {
        const std::uint64_t units = stratum.units.size();
        counts.push_back(count.kind == CountKind::all          ? units
                         : count.kind == CountKind::by_cut     ? stratum.needed
                         : count.kind == CountKind::by_stratum ? count.by_stratum.at(stratum.id)
                                                               : std::min(count.n, units));
    }
    return counts;
}

std::uint64_t total_units(std::span<const StagePlan> stages, const AllocationInput& input) {
    const StageCount& count = stages.front().count;
    if (count.kind == CountKind::total) return count.n;
    const std::uint64_t take = product_of_takes(stages);
    const std::uint64_t wanted = count.kind == CountKind::from_size ? input.last_units : count.n;
    return (wanted + take - 1) / take;
}

}  // namespace

std::uint64_t product_of_takes(std::span<const StagePlan> stages) {
    std::uint64_t product = 1;
    for (const StagePlan& stage : stages.subspan(1)) {
        const bool fixed = stage.count.kind == CountKind::per_stratum || stage.count.kind == CountKind::self_weighting;
        product *= fixed && stage.strata.empty() ? stage.count.n : 0;
    }
    return product;
}

std::vector<std::uint64_t> first_stage_counts(std::span<const StagePlan> stages, const Frame& frame,
                                              std::span<const FrameStratum> strata, const AllocationInput& input) {
    const StagePlan& stage = stages.front();
    const AllocationPlan& plan = stage.allocation;
    if (stage.count.kind == CountKind::rate) return {};
    if (stage.count.kind == CountKind::targets)
        return plan.rule == AllocationRule::cost ? allocate_cost(plan, strata)
                                                 : allocate_targets(stages, frame, strata, *input.means);
    const bool to_allocate = stage.count.kind == CountKind::total || stage.count.kind == CountKind::final_total ||
                             stage.count.kind == CountKind::from_size;
    return to_allocate ? allocate_total(plan, strata, total_units(stages, input)) : counts_of_plan(stage.count, strata);
}

}  // namespace cifra
