// Part of `client_form`: the questions that are asked on the first form of a crime and on no other.
#pragma once

#include <set>
#include <string>

#include "questionnaires/instrument.h"

namespace cifra {

// A question is confined to first forms when its condition, or its module's, holds only together with `ordinal = 1` or
// with an answer to a question so confined. The set holds these, and the computed questions that follow from them
// alone. Fault: export-untranslatable where the series condition reads a question outside the set: in a form whether
// such a question is asked would depend on its own answer.
std::set<std::string> first_form_questions(const Instrument& instrument, Diagnostics& faults);

}  // namespace cifra
