// What the rows of a crosswalk say together, all faults at once: every national offence has, on every day that it is in
// force and for every record that there may be, exactly one case.
#pragma once

#include <vector>

#include "engine/crosswalk/crosswalk_cases.h"
#include "engine/diagnostics.h"

namespace cifra {

// Faults (codes) of a row: unknown-offence, unknown-iccs, code-above-leaf, code-without-status (a code beside a status
// that has none), missing-iccs, manual-without-reviewer, row-outside-validity, duplicate-row, relation-not-made. Of an
// offence: overlapping-offences, offence-never-mapped, overlapping-validity, gap-in-validity. Of shares: missing-share,
// shares-not-one (beyond 1e-9), share-without-source, sample-without-deff. Of conditions, with values that show it:
// condition-never-true, overlapping-conditions, gap-of-conditions; condition-undecided is a warning, and so is
// name-trap. Complexity: the square of the rows of one offence, and a proof for each pair of its conditions.
void check_crosswalk(const Crosswalk& crosswalk, Diagnostics& faults);

// The parts of it. Internal to the rooms `crosswalk_*`.
void check_offences(const Crosswalk& crosswalk, Diagnostics& faults);
void check_row(const Crosswalk& crosswalk, const CrosswalkRow& row, Diagnostics& faults);
void check_relations(const Crosswalk& crosswalk, Diagnostics& faults);
void check_conditions(const Crosswalk& crosswalk, const std::vector<CrosswalkPeriod>& periods, Diagnostics& faults);

}  // namespace cifra
