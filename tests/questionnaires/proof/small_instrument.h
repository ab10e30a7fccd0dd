// A small sound instrument whose parts tests replace by faulty ones, and the field that a witness describes.
#pragma once

#include <string>

#include "questionnaires/instrument.h"
#include "questionnaires/proof/proof.h"
#include "questionnaires/respondent.h"

namespace cifra::test {

extern const std::string small_instrument;

// The text with `from`, which must stand in it exactly once, replaced.
std::string replaced(std::string text, const std::string& from, const std::string& to);

// The instrument of a text without faults; throws InputError.
Instrument instrument_of(const std::string& text);

// An interview of a random respondent who gives the answers of the witness, at its roster line and incident form.
// Throws Refusal when a question has no answer that passes.
Respondent replay(const Instrument& instrument, const Witness& witness);

// Whether the question was asked at the line and form of the witness.
Relevance relevance_of(const Instrument& instrument, const Respondent& respondent, const std::string& question,
                       const Witness& witness);

}  // namespace cifra::test
