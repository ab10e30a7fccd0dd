// What the record of weighting tells of response: outcome rates, and who did not respond.
#pragma once

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/weighting/chain.h"

namespace cifra {

// Columns rate, unweighted, weighted: RR1 .. RR6, COOP1 .. 4, REF1 .. 3, CON1 .. 3 and e, of the drawn dwellings by
// their dispositions (dispositions.h), e proportional; weighted by base weights. Empty without dispositions.
Table outcome_rate_table(const WeightingPlan& plan, const WeightingUnits& units);

// Respondents against nonrespondents among eligible dwellings, base weights, by the variables of the household
// nonresponse step: rows of frame_comparison.h, columns variable, category, respondents, nonrespondents, all,
// difference, bias, standardized. And of the response propensities on the same variables (representativity.h), rows
// with a measure as `variable`: response_rate, r_indicator, r_indicator_adjusted, r_indicator_se, cv_propensity, in
// the column `all`, and the partial indicators of categories in the columns unconditional and conditional. Empty
// without such a step or variables. A model that cannot be fitted leaves its rows out, with the warning
// no-propensities.
Table response_table(const WeightingPlan& plan, const WeightingUnits& units, Diagnostics& faults);

}  // namespace cifra
