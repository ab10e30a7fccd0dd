// How institutions keep up with what comes in.
//
// With P_0 cases pending at the start of the year, I incoming, R resolved, and P_1 = P_0 + I - R pending at its end:
//   clearance rate    R / I                  above 1: the backlog shrinks
//   pending ratio     P_1 / R                years of work that are left
//   congestion rate   (P_0 + I) / R          the work of the year to what was done of it: 1 + the pending ratio
//   duration, days    365 P_1 / R            at this pace (disposition time: CEPEJ 2008, GOJUST guidelines)
#pragma once

#include <filesystem>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

// `file`: CSV with institution, year, pending_start, incoming, resolved; pending_end where it is known is checked.
// Faults: those of csv.h, negative-count, caseload-does-not-add-up. Gives back the columns of the file, pending_end,
// and the four measures; they are missing where they would divide by 0.
Table caseload_table(const std::filesystem::path& file, Diagnostics& faults);

}  // namespace cifra
