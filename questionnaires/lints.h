// Findings that are judged: `lint: {allow: [ids], because: text}` at the instrument, a module, a question or a crime
// allows warnings between its first and its last line. Errors cannot be allowed.
#pragma once

#include <functional>
#include <string_view>

#include "questionnaires/instrument.h"

namespace cifra {

// Whether the finding is one of check_instrument, known without a proof of the routing.
bool is_check_id(std::string_view id);

// The findings without those that are allowed, and with `unused-allow` (a warning) for each allowed id of which nothing
// was found. Only ids for which `own` is true are looked at: each pass settles its own findings.
Diagnostics settled(const Instrument& instrument, const Diagnostics& findings,
                    const std::function<bool(std::string_view)>& own);

}  // namespace cifra
