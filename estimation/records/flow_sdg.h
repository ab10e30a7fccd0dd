// Rows of the global indicators that come of records, and of those the survey gives beside them.
//
//   16.1.1   100,000 victims of intentional homicide (ICCS 0101) / population, by sex
//   16.2.2   100,000 detected victims of trafficking in persons (ICCS 0204) / population, by sex, and by form
//   16.3.1, 16.b.1   the survey's estimates, as they stand
//   16.3.2   100 unsentenced prisoners / all prisoners on the date, by sex
//
// (UNSD metadata of SDG 16. Series codes as in the global database of SDG indicators, unstats.un.org/sdgs/dataportal:
// VC_IHR_PSRC, by sex too; VC_HTF_DETVR and by form VC_HTF_DETVSXR, FLR, OGR, OPR, for all, since by sex it holds
// numbers of victims and no rates; VC_PRS_UNSNT; VC_VOV_GDSD.)
#pragma once

#include <vector>

#include "engine/table.h"
#include "estimation/records/flow_counts.h"
#include "estimation/records/flow_plan.h"

namespace cifra {

struct SdgSources {
    std::vector<CountRow> homicide, trafficking, population, prison;  // empty: none
    Table estimates;
};

// Faults: no-population (a rate of a sex, or of all, without people of the year), no-counts (a file without a row of
// the year), unknown-estimate. goal, series, iccs, sex, unit, source; year, value, lower, upper, numerator,
// denominator.
Table sdg_table(const FlowPlan& plan, const SdgSources& sources, Diagnostics& faults);

}  // namespace cifra
