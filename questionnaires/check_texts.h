// Part of `check`: every text in every language, with known fills.
#pragma once

#include "questionnaires/instrument.h"

namespace cifra {

void check_texts(const Instrument& instrument, Diagnostics& faults);

}  // namespace cifra
