#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/table.h"
#include "questionnaires/check_style.h"

namespace cifra {
namespace {

constexpr std::size_t longest_name = 32, stata_bytes = 2045, longest_label = 120;

std::string small(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

// Words that the statistical packages keep for themselves, in small letters.
bool is_reserved_elsewhere(const std::string& name) {
    static const std::set<std::string> words = {
        // Stata
        "byte", "double", "float", "int", "long", "using", "with", "strl", "_all", "_b", "_n", "_cons",
        // SPSS
        "all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to",
        // R
        "if", "else", "repeat", "while", "function", "for", "next", "break", "true", "false", "null", "inf", "nan",
        "na", "in"};
    return words.contains(small(name));
}

// Every column that the question makes: its name, and one per code of a multiple question.
std::vector<std::string> columns_of(const Question& question) {
    std::vector<std::string> columns = {question.name};
    if (question.type == QuestionType::multiple)
        for (const Code& code : question.codes) columns.push_back(question.name + "_" + code.code);
    return columns;
}

void check_names(const Instrument& instrument, Diagnostics& faults) {
    std::map<std::string, std::string> seen;  // in small letters -> as written
    for (const Question& question : instrument.questions) {
        if (is_reserved_elsewhere(question.name))
            faults.warning(question.where, "name-elsewhere-reserved",
                           fmt::format("'{}' is a word of Stata, SPSS or R", question.name), "choose another name");
        for (const std::string& column : columns_of(question)) {
            if (column.size() > longest_name)
                faults.warning(question.where, "generated-name-too-long",
                               fmt::format("the column '{}' has more than {} characters", column, longest_name),
                               "shorten the name that it begins with");
            const auto [first, fresh] = seen.emplace(small(column), column);
            if (!fresh && first->second != column)
                faults.warning(question.where, "name-case-clash",
                               fmt::format("'{}' and '{}' differ only by capitals", first->second, column),
                               "SPSS takes them for one: rename one of the two");
        }
    }
}

// Missing whole numbers between the least and the greatest code; codes from 85 on are set apart by custom.
void check_gap(const std::vector<Code>& codes, const Location& where, const std::string& what, Diagnostics& faults) {
    constexpr double set_apart = 85;
    std::set<double> numbers;
    for (const Code& code : codes) {
        const auto number = parse_number(code.code);
        if (!number) return;
        if (*number < set_apart) numbers.insert(*number);
    }
    if (numbers.empty() || *numbers.rbegin() - *numbers.begin() + 1 == static_cast<double>(numbers.size())) return;
    faults.warning(where, "codes-gap", fmt::format("a code is missing among those of {}", what),
                   "number them without gaps, or allow it with a reason");
}

void check_labels(const std::vector<Code>& codes, Diagnostics& faults) {
    for (const Code& code : codes)
        for (const auto& [language, label] : code.label) {
            const auto said = parse_number(label), number = parse_number(code.code);
            if (said && number && *said != *number)
                faults.warning(code.where, "label-is-other-number",
                               fmt::format("code '{}' is labelled with another number", code.code),
                               "let the code be the number, or write a label in words");
        }
}

void check_same_labels(const std::vector<Code>& codes, Diagnostics& faults) {
    std::set<std::pair<std::string, std::string>> seen;  // language, label
    for (const Code& code : codes)
        for (const auto& [language, label] : code.label)
            if (!seen.emplace(language, label).second) {
                faults.warning(code.where, "same-label",
                               fmt::format("code '{}' has the label of another code", code.code),
                               "say what tells the two answers apart, or remove one");
                break;
            }
}

void check_width(const Question& question, Diagnostics& faults) {
    std::size_t width = question.type == QuestionType::text ? question.max_length : 0;
    if (question.type == QuestionType::multiple)
        for (const Code& code : question.codes) width += code.code.size() + 1;
    if (width > stata_bytes)
        faults.warning(
            question.where, "width-over-stata",
            fmt::format("an answer to '{}' may have {} bytes; Stata keeps {}", question.name, width, stata_bytes),
            "shorten 'max_length'");
}

void check_variable_label(const Question& question, const Instrument& instrument, Diagnostics& faults) {
    if (!question.label.empty() || question.part != ScreenerPart::none || instrument.languages.empty()) return;
    const std::string text = label_in(question.text, instrument.languages.front(), "");
    const auto characters = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    if (question.computed || static_cast<std::size_t>(characters) > longest_label)
        faults.warning(question.where, "no-variable-label",
                       question.computed
                           ? fmt::format("'{}' has no label", question.name)
                           : fmt::format("the text of '{}' is too long for the label of a variable", question.name),
                       "add 'label:', a few words for codebooks");
}

}  // namespace

void check_name_style(const Instrument& instrument, Diagnostics& faults) {
    check_names(instrument, faults);
    for (const CodeList& list : instrument.code_lists) {
        check_gap(list.codes, list.where, fmt::format("'{}'", list.name), faults);
        check_labels(list.codes, faults);
        check_same_labels(list.codes, faults);
    }
    for (const Question& question : instrument.questions) {
        if (question.code_list.empty() && question.part == ScreenerPart::none) {
            check_gap(question.codes, question.where, fmt::format("'{}'", question.name), faults);
            check_labels(question.codes, faults);
            check_same_labels(question.codes, faults);
        }
        check_width(question, faults);
        check_variable_label(question, instrument, faults);
    }
}

}  // namespace cifra
