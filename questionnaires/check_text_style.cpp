#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <tuple>

#include "questionnaires/check_style.h"
#include "questionnaires/fills.h"

namespace cifra {
namespace {

constexpr std::size_t shortest_text = 3, longest_text = 600;

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Screener questions that the engine makes have texts without a place.
const Location& place_of(const Texts& texts, const Location& owner) {
    return texts.where.line > 0 ? texts.where : owner;
}

std::size_t words(const std::string& text) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) count += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
    return count;
}

// Short words are often the same in two languages; sentences are not.
void check_copy(const Labels& labels, const Location& where, const std::string& what, const Instrument& instrument,
                Diagnostics& faults) {
    constexpr std::size_t fewest_words = 4;
    const auto source = labels.find(instrument.languages.front());
    if (source == labels.end() || words(source->second) < fewest_words) return;
    for (const auto& [language, text] : labels)
        if (language != source->first && text == source->second)
            faults.warning(where, "untranslated-copy",
                           fmt::format("{} in '{}' is a copy of that in '{}'", what, language, source->first),
                           "translate it");
}

void check_longest(const Labels& labels, const Location& where, const std::string& what, const std::string& hint,
                   Diagnostics& faults) {
    for (const auto& [language, text] : labels)
        if (characters(text) > longest_text)
            return faults.warning(where, "long-text", fmt::format("{} has more than {} characters", what, longest_text),
                                  hint);
}

void check_length(const Labels& labels, const Location& where, const std::string& what, Diagnostics& faults) {
    for (const auto& [language, text] : labels) {
        if (characters(text) < shortest_text)
            faults.warning(where, "short-text", fmt::format("{} has less than {} characters", what, shortest_text),
                           "write the question as it is to be asked");
    }
    check_longest(labels, where, what, "put what is not asked into the note", faults);
}

// Two question marks with words between: two questions and one answer.
bool asks_two(const std::string& text) {
    const std::size_t more = text.find_first_not_of(" ?", text.find('?'));
    return more != std::string::npos && text.find('?', more) != std::string::npos;
}

void check_double(const Question& question, Diagnostics& faults) {
    const bool coded = question.type == QuestionType::single || question.type == QuestionType::integer;
    for (const auto& [language, text] : question.text)
        if (coded && asks_two(text))
            return faults.warning(question.where, "double-barrelled",
                                  fmt::format("the text of '{}' asks two questions", question.name),
                                  "ask one thing, or make two questions");
}

// A number of months from 1 to 12, in digits or as a word of the four languages; nothing else.
std::optional<int> number_said(const std::string& word) {
    static const std::map<std::string, int> numbers = {
        {"1", 1},     {"2", 2},     {"3", 3},     {"4", 4},       {"5", 5},    {"6", 6},      {"7", 7},
        {"8", 8},     {"9", 9},     {"10", 10},   {"11", 11},     {"12", 12},  {"two", 2},    {"three", 3},
        {"four", 4},  {"six", 6},   {"nine", 9},  {"twelve", 12}, {"dos", 2},  {"tres", 3},   {"cuatro", 4},
        {"seis", 6},  {"nueve", 9}, {"doce", 12}, {"dois", 2},    {"três", 3}, {"quatro", 4}, {"nove", 9},
        {"doze", 12}, {"deux", 2},  {"trois", 3}, {"quatre", 4},  {"neuf", 9}, {"douze", 12}};
    const auto found = numbers.find(word);
    return found == numbers.end() ? std::nullopt : std::optional(found->second);
}

// The number of months that a text speaks of: "last 12 months", "los últimos doce meses", "les douze derniers mois".
std::optional<int> months_said(const std::string& text) {
    // Of bounded length: the library's matcher calls itself once for each letter of a repetition.
    static const std::regex before(R"((?:last|past|últimos|últimas|pasados) (\S{1,8}) (?:months|meses))"),
        after(R"((\S{1,8}) derniers mois)"), year(R"(the (?:last|past) year|último año|último ano|la dernière année)");
    std::smatch said;
    if (std::regex_search(text, said, before) || std::regex_search(text, said, after)) return number_said(said[1]);
    return std::regex_search(text, year) ? std::optional(12) : std::nullopt;
}

void check_phrase(const Labels& labels, const Location& where, const std::string& what, const Instrument& instrument,
                  Diagnostics& faults) {
    for (const auto& [language, text] : labels) {
        const auto months = months_said(text);
        if (!months || *months == instrument.period.months || *months == instrument.period.long_months) continue;
        return faults.warning(
            where, "period-phrase-mismatch",
            fmt::format("{} speaks of {} months, but the period has {}", what, *months, instrument.period.months),
            "write {period}");
    }
}

void check_text(const Texts& texts, const Location& owner, const std::string& what, const Instrument& instrument,
                Diagnostics& faults) {
    const Location& where = place_of(texts, owner);
    check_copy(texts, where, what, instrument, faults);
    check_phrase(texts, where, what, instrument, faults);
}

void check_labels(const Instrument& instrument, Diagnostics& faults) {
    const auto check = [&](const std::vector<Code>& codes) {
        for (const Code& code : codes)
            check_longest(code.label, code.where, fmt::format("the label of '{}'", code.code),
                          "say it in a few words, and the rest in the note of the question", faults);
    };
    for (const CodeList& list : instrument.code_lists) check(list.codes);
    for (const Question& question : instrument.questions)
        if (question.code_list.empty() && question.part == ScreenerPart::none) check(question.codes);
}

void check_titles(const Instrument& instrument, Diagnostics& faults) {
    std::map<std::string, const Module*> seen;
    for (const Module& module : instrument.modules) {
        const std::string title = label_in(module.title, instrument.languages.front(), "");
        if (title.empty()) continue;
        const auto [first, fresh] = seen.emplace(title, &module);
        if (!fresh)
            faults.warning(module.where, "same-title",
                           fmt::format("modules '{}' and '{}' have one title", first->second->id, module.id),
                           "say in the title what each is about");
    }
}

void check_cues(const Instrument& instrument, Diagnostics& faults) {
    std::map<std::string, const Crime*> seen;
    for (const Crime& crime : instrument.crimes) {
        const auto [first, fresh] = seen.emplace(label_in(crime.cue, instrument.languages.front(), crime.id), &crime);
        if (!fresh)
            faults.warning(crime.where, "same-cue",
                           fmt::format("crimes '{}' and '{}' are asked in the same words", first->second->id, crime.id),
                           "say what tells the two apart");
    }
}

// A question that was copied and not changed. Short texts follow a common introduction; what is asked after different
// answers is about those answers.
void check_same_texts(const Instrument& instrument, Diagnostics& faults) {
    constexpr std::size_t fewest_words = 5;
    std::map<std::tuple<std::size_t, std::string, std::string>, const Question*> seen;  // module, condition, text
    for (const Question& question : instrument.questions) {
        const std::string text = label_in(question.text, instrument.languages.front(), "");
        if (question.part != ScreenerPart::none || words(text) < fewest_words) continue;
        const auto [first, fresh] = seen.emplace(std::tuple(question.module, question.ask_if.text, text), &question);
        if (!fresh)
            faults.warning(question.where, "same-text",
                           fmt::format("'{}' and '{}' ask in the same words", first->second->name, question.name),
                           "say what tells the two apart");
    }
}

}  // namespace

void check_text_style(const Instrument& instrument, Diagnostics& faults) {
    if (instrument.languages.empty()) return;
    check_titles(instrument, faults);
    check_cues(instrument, faults);
    check_same_texts(instrument, faults);
    check_labels(instrument, faults);
    for (const Module& module : instrument.modules)
        check_text(module.intro, module.where, fmt::format("the introduction of '{}'", module.id), instrument, faults);
    for (const Question& question : instrument.questions) {
        if (question.part == ScreenerPart::count) continue;
        const std::string what = fmt::format("the text of '{}'", question.name);
        check_text(question.text, question.where, what, instrument, faults);
        check_text(question.note, question.where, fmt::format("the note of '{}'", question.name), instrument, faults);
        check_length(question.text, question.where, what, faults);
        check_double(question, faults);
    }
}

}  // namespace cifra
