#include "engine/statfile/stat_dictionary.h"

#include <algorithm>
#include <array>

namespace cifra {

namespace {

struct KindWord {
    std::string_view word;
    Missing kind;
};

// The first of each kind is the one that is written.
constexpr std::array<KindWord, 12> kind_words = {{{"refused", Missing::refused},
                                                  {"refusal", Missing::refused},
                                                  {"refused to answer", Missing::refused},
                                                  {"dont know", Missing::dont_know},
                                                  {"do not know", Missing::dont_know},
                                                  {"dk", Missing::dont_know},
                                                  {"no sabe", Missing::dont_know},
                                                  {"not asked", Missing::not_asked},
                                                  {"not applicable", Missing::not_asked},
                                                  {"inapplicable", Missing::not_asked},
                                                  {"no aplica", Missing::not_asked},
                                                  {"not reached", Missing::not_reached}}};

// Small letters, no apostrophes, words apart by one blank.
std::string plain_words(std::string_view label) {
    std::string words;
    for (std::size_t i = 0; i < label.size(); ++i) {
        const char c = label[i];
        if (label.substr(i).starts_with("\xE2\x80\x99")) {
            i += 2;
        } else if (c == ' ' || c == '_' || c == '-') {
            if (!words.empty() && words.back() != ' ') words += ' ';
        } else if (c != '\'') {
            words += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    if (words.ends_with(' ')) words.pop_back();
    return words;
}

bool is_tag(const std::string& code) { return code.size() == 2 && code[0] == '.'; }

Variable variable_of(const StatVariable& variable, const MissingKinds& declared) {
    Variable result;
    result.name = variable.name;
    result.type = variable.date.kind == StatDate::Kind::none ? variable.type : ColumnType::text;
    if (!variable.label.empty()) result.label[""] = variable.label;
    for (const auto& [code, label] : variable.labels) {
        result.categories.push_back({code, {{"", label}}});
        if (is_missing_code(variable, code)) result.missing[code] = kind_of_code(variable, code, declared);
    }
    for (const MissingNumbers& range : variable.missing_numbers)
        if (range.low == range.high)
            result.missing[shortest(range.low)] = kind_of_code(variable, shortest(range.low), declared);
    for (const std::string& code : variable.missing_texts)
        result.missing[code] = kind_of_code(variable, code, declared);
    if (const auto own = declared.find(variable.name); own != declared.end())
        for (const auto& [code, kind] : own->second) result.missing[code] = kind;
    return result;
}

}  // namespace

MissingKinds missing_kinds(const Codebook& codebook) {
    MissingKinds kinds;
    for (const Variable& variable : codebook.variables) kinds[variable.name] = variable.missing;
    return kinds;
}

Missing kind_of_label(std::string_view label) {
    const std::string words = plain_words(label);
    const auto found =
        std::find_if(kind_words.begin(), kind_words.end(), [&](const KindWord& known) { return known.word == words; });
    return found == kind_words.end() ? Missing::system : found->kind;
}

std::string_view label_of_kind(Missing kind) {
    switch (kind) {
        case Missing::refused:
            return "Refused";
        case Missing::dont_know:
            return "Don't know";
        case Missing::not_asked:
            return "Not asked";
        case Missing::not_reached:
            return "Not reached";
        case Missing::none:
        case Missing::system:
            break;
    }
    return "";
}

Missing kind_of_code(const StatVariable& variable, const std::string& code, const MissingKinds& declared) {
    if (const auto own = declared.find(variable.name); own != declared.end())
        if (const auto kind = own->second.find(code); kind != own->second.end()) return kind->second;
    for (const auto& [labelled, label] : variable.labels)
        if (labelled == code) return kind_of_label(label);
    return Missing::system;
}

bool is_missing_code(const StatVariable& variable, const std::string& code) {
    if (variable.type == ColumnType::text)
        return std::find(variable.missing_texts.begin(), variable.missing_texts.end(), code) !=
               variable.missing_texts.end();
    if (is_tag(code)) return true;
    const auto number = parse_number(code);
    return number &&
           std::any_of(variable.missing_numbers.begin(), variable.missing_numbers.end(),
                       [&](const MissingNumbers& range) { return range.low <= *number && *number <= range.high; });
}

Codebook codebook_of(const StatDictionary& dictionary, const MissingKinds& declared) {
    Codebook codebook;
    for (const StatVariable& variable : dictionary.variables)
        codebook.variables.push_back(variable_of(variable, declared));
    return codebook;
}

}  // namespace cifra
