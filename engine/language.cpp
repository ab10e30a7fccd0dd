#include "engine/language.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {

namespace {

bool is_letter(char sign) { return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z'); }

bool is_letter_or_digit(char sign) { return is_letter(sign) || (sign >= '0' && sign <= '9'); }

}  // namespace

bool is_language_tag(std::string_view text) {
    const std::string_view first = text.substr(0, text.find('-'));
    if (first.size() < 2 || first.size() > 3 || !std::ranges::all_of(first, is_letter)) return false;
    for (text.remove_prefix(first.size()); !text.empty();) {
        text.remove_prefix(1);
        const std::string_view part = text.substr(0, text.find('-'));
        if (part.empty() || part.size() > 8 || !std::ranges::all_of(part, is_letter_or_digit)) return false;
        text.remove_prefix(part.size());
    }
    return true;
}

void check_languages(const std::vector<std::string>& languages, const Location& where, Diagnostics& faults) {
    for (auto language = languages.begin(); language != languages.end(); ++language) {
        if (!is_language_tag(*language))
            faults.error(where, "bad-language", fmt::format("'{}' is not the tag of a language", *language),
                         "write two or three letters, for example [en, es] or [pt-BR]");
        else if (std::find(languages.begin(), language, *language) != language)
            faults.error(where, "duplicate-language", fmt::format("the language '{}' stands twice", *language),
                         "keep one of the two");
    }
}

}  // namespace cifra
