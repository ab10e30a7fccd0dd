// From the sums of a pass to estimates, by the same last steps as estimates of rows in memory (finish_cells.h,
// complete_estimate.h).
#pragma once

#include <vector>

#include "estimation/complete_estimate.h"
#include "estimation/design.h"
#include "estimation/pass/pass_plan.h"
#include "estimation/pass/pass_sums.h"
#include "estimation/variance/residuals.h"

namespace cifra {

// What estimates keep beside their values: needed for covariances and comparisons, large where domains are many.
enum class KeepLinearized { no, yes };

// One estimate a task. `replicates`: made here, or nullptr. `unit_of`: unit of the design of each unit of the pass.
// `weight_names` by level. `residuals`: of calibrated weights, which gets the totals of its auxiliaries by unit, or
// nullptr. Throws Refusal under LonelyPsu::fail.
std::vector<Estimate> estimates_of_pass(const PassPlan& plan, const PassSums& sums, const SurveyDesign& design,
                                        const Replicates* replicates, const std::vector<std::uint32_t>& unit_of,
                                        const std::vector<std::string>& weight_names, Residuals* residuals,
                                        KeepLinearized keep, int threads);

}  // namespace cifra
