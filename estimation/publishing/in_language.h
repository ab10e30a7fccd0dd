// A choice among texts in the languages of the published pages.
#pragma once

#include "estimation/publishing/words.h"

namespace cifra {

// The English one for a language that is not known; `es` serves es-MX.
template <class Text>
Text in_language(const std::string& language, const Text& en, const Text& es, const Text& fr, const Text& pt) {
    const std::string_view known = words_in(language).language;
    return known == "es" ? es : known == "fr" ? fr : known == "pt" ? pt : en;
}

}  // namespace cifra
