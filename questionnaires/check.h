// Static analysis of an instrument: what can be found wrong before anybody is interviewed.
//
// Every fault has a stable id, a place and a remedy; the list with examples is in questionnaires/README.md:
//   names        duplicate-name duplicate-module duplicate-crime reserved-name
//   codes        too-few-codes blank-in-code unknown-code unknown-exclusive missing-code-collision
//                range-collision empty-range unused-code-list (warning)
//   texts        missing-translation unknown-language unknown-fill
//   crimes       crime-without-victim-unit crime-without-iccs crime-not-screened unknown-iccs unknown-offence
//   structure    loop-without-cap roster-count no-roster person-before-roster incident-before-screener empty-module
//   safety       sensitive-without-privacy sensitive-without-refusal
// Reading the file gives bad-name, bad-period, unknown-code-list, second-loop and the engine's own (duplicate-key,
// unknown-key, missing-key, wrong-type ...); binding the conditions (names.h) gives the faults of references and types.
#pragma once

#include "questionnaires/instrument.h"

namespace cifra {

void check_instrument(const Instrument& instrument, Diagnostics& faults);

// The faults of coding: unknown-iccs, unknown-offence (of a rule, or in the hierarchy), duplicate-offence,
// unranked-offence (of a rule, where there is a hierarchy).
void check_coding(const Coding& coding, const Instrument& instrument, Diagnostics& faults);

}  // namespace cifra
