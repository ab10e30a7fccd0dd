// A pass over the streamed file: blocks are read and summed on all threads, and their sums put together in the order of
// the file, so that the number of threads changes no byte. Internal to the rooms `pass/*`.
#pragma once

#include <vector>

#include "estimation/pass/pass_sums.h"
#include "estimation/pass/streamed_parts.h"
#include "estimation/pass/streamed_survey.h"

namespace cifra {

ColumnTypes run_pass(StreamedParts& parts, const std::vector<EstimateRequest>& requests, const PassOptions& options,
                     Diagnostics& faults);

// From the sums of all rows, which get rounded, to estimates, which estimate_all then finds in the prototype. Faults:
// undeclared missing items, those of the design. Throws Refusal under LonelyPsu::fail.
void finish_pass(StreamedParts& parts, const std::vector<EstimateRequest>& requests, const PassPlan& plan,
                 PassSums& sums, const PassOptions& options, Diagnostics& faults);

// Columns that are texts although they were taken as numbers.
ColumnTypes late_types(const StreamedParts& parts, Diagnostics& faults);

}  // namespace cifra
