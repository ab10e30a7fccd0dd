// The instrument as a paper form: one self-contained page of well-formed XHTML in one language, for A4.
//
// Questions are numbered in their order; conditions stand in words above the question they open, and "→ 12" beside an
// answer says where to go on where that answer alone decides it. The roster is a grid, a screener a list of crimes with
// boxes, the incident form one form to be copied for each incident.
#pragma once

#include <string>

#include "questionnaires/instrument.h"

namespace cifra {

std::string form_html(const Instrument& instrument, const std::string& language);

}  // namespace cifra
