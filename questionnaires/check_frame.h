// Part of `check`: what stands around the questions, and what names something there.
#pragma once

#include "questionnaires/instrument.h"

namespace cifra {

// unknown-indicator, indicator-out-of-unit, unbound-indicator (warning), unlisted-mode, bounding-event,
// bounding-duplicate, safety-reference.
void check_frame(const Instrument& instrument, Diagnostics& faults);

// unknown-iccs, with the right code where a wrong one is in circulation.
void check_iccs(const std::string& code, const Location& where, Diagnostics& faults);

}  // namespace cifra
