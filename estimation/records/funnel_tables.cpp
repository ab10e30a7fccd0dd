#include <fmt/format.h>

#include "engine/crosswalk/report_table.h"
#include "estimation/intervals.h"
#include "estimation/records/funnel.h"

namespace cifra {

namespace {

std::string notes_of(const FunnelStage& stage) {
    std::string notes;
    if (stage.transition.value > 1) notes = "above_the_stage_before";
    if (stage.covariance_unknown) notes += notes.empty() ? "covariance_unknown" : ", covariance_unknown";
    return notes;
}

}  // namespace

Table funnel_table(const FlowPlan& plan, const std::vector<Funnel>& funnels, const std::string& language) {
    ReportTable table({"view", "crime", "stage", "institution", "source", "unit", "quality", "notes"},
                      {"year", "level", "count", "lower", "upper", "transition", "transition_lower", "transition_upper",
                       "cumulative", "cumulative_lower", "cumulative_upper", "went_on", "ended", "pending"});
    for (const Funnel& funnel : funnels)
        for (const FunnelStage& stage : funnel.stages)
            table.add({"cross_section", funnel.crime.id, std::string(to_text(stage.plan.stage)),
                       label_in(stage.plan.institution, language, ""), std::string(to_text(stage.plan.source)),
                       stage.plan.unit, stage.count.quality, notes_of(stage)},
                      {static_cast<double>(plan.year), plan.level, stage.count.value, stage.count.lower,
                       stage.count.upper, stage.transition.value, stage.transition.lower, stage.transition.upper,
                       stage.cumulative.value, stage.cumulative.lower, stage.cumulative.upper,
                       stage.whereabouts.went_on, stage.whereabouts.ended, stage.whereabouts.pending});
    return table.finish();
}

Table impunity_table(const FlowPlan& plan, const std::vector<Funnel>& funnels) {
    ReportTable table({"crime", "measure", "formula"}, {"year", "value", "lower", "upper"});
    for (const Funnel& funnel : funnels)
        for (const Impunity& one : funnel.impunity)
            table.add({funnel.crime.id, fmt::format("impunity_of_{}", to_text(one.of)),
                       fmt::format("1 - N{} / N{}", static_cast<int>(FlowStage::convicted), static_cast<int>(one.of))},
                      {static_cast<double>(plan.year), one.rate.value, one.rate.lower, one.rate.upper});
    return table.finish();
}

}  // namespace cifra
