// The flow as a page to read: funnels, cohorts, caseload, indicators, methods.
#pragma once

#include <string>
#include <vector>

#include "engine/table.h"
#include "estimation/records/cohort.h"
#include "estimation/records/flow_uncts.h"
#include "estimation/records/funnel.h"

namespace cifra {

// All that the flow came to.
struct FlowReport {
    FlowPlan plan;
    std::vector<Funnel> funnels;
    std::vector<Cohort> cohorts;  // none without events
    Table caseload, sdg;          // without rows where the plan has none
    std::vector<CountBlock> blocks;
};

// In one of `languages`: the fixed words in English or Spanish, titles in that language where the plan has them.
std::string flow_page(const FlowReport& report, const std::vector<std::string>& languages, std::size_t language);

}  // namespace cifra
