// Part of `check`: codes of answers, and codes that conditions compare with.
#pragma once

#include "questionnaires/instrument.h"

namespace cifra {

void check_codes(const Instrument& instrument, Diagnostics& faults);

// unknown-code: the condition compares a question with a code that its list does not hold.
void check_condition_codes(const Condition& condition, const Instrument& instrument, Diagnostics& faults);

}  // namespace cifra
