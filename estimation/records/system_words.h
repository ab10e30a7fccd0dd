// The fixed words of the page of a system's map, in English, Spanish, French and
// Portuguese.
#pragma once

#include <array>
#include <string>

namespace cifra {

struct SystemWords {
    const char *title, *lead, *about_title, *about, *stages, *stages_lead, *records, *records_lead, *variables,
        *variables_lead, *exchanges, *exchanges_lead, *code_lists, *checklist, *checklist_lead, *glossary, *stage,
        *institution, *record, *identifiers, *published, *lag, *mapped_codes, *mapped_records, *variable, *kept, *from,
        *to, *means, *how_often, *code_list, *version, *keeper, *item, *level, *evidence, *not_judged, *term,
        *other_language, *meaning;
    std::array<const char*, 4> levels;
};

// English for a language that is not known.
const SystemWords& system_words(const std::string& language);
extern const SystemWords french_system_words, portuguese_system_words;

// daily, weekly ... in words; "" for "".
std::string frequency_word(const std::string& id, const std::string& language);

}  // namespace cifra
