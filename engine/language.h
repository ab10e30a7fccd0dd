// Tags of languages: "es", "pt-BR". They become parts of file names, so nothing else may stand in their place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"

namespace cifra {

// Two or three letters, then parts of one to eight letters or digits behind a hyphen (BCP 47: RFC 5646, section 2.1).
bool is_language_tag(std::string_view text);

// Faults at `where`: bad-language for what is no tag, duplicate-language for one that stands twice.
void check_languages(const std::vector<std::string>& languages, const Location& where, Diagnostics& faults);

}  // namespace cifra
