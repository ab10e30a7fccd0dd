#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "questionnaires/check_style.h"
#include "questionnaires/fills.h"

namespace cifra {
namespace {

constexpr std::size_t shortest_text = 3, longest_text = 600;

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
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

void check_length(const Labels& labels, const Location& where, const std::string& what, Diagnostics& faults) {
    for (const auto& [language, text] : labels) {
        if (characters(text) < shortest_text)
            faults.warning(where, "short-text", fmt::format("{} has less than {} characters", what, shortest_text),
                           "write the question as it is to be asked");
        if (characters(text) > longest_text)
            faults.warning(where, "long-text", fmt::format("{} has more than {} characters", what, longest_text),
                           "put what is not asked into the note");
    }
}

// Two question marks, each behind some words: two questions and one answer.
void check_double(const Question& question, Diagnostics& faults) {
    static const std::regex two(R"(\?[^?]*[^ ?][^?]*\?)");
    const bool coded = question.type == QuestionType::single || question.type == QuestionType::integer;
    for (const auto& [language, text] : question.text)
        if (coded && std::regex_search(text, two))
            return faults.warning(question.where, "double-barrelled",
                                  fmt::format("the text of '{}' asks two questions", question.name),
                                  "ask one thing, or make two questions");
}

// The number of months that a text speaks of: "12 months", "los últimos doce meses", "last year" is none.
std::optional<int> months_said(const std::string& text) {
    static const std::vector<std::pair<std::regex, int>> phrases = {
        {std::regex("(last|past|últimos|últimas) (12|twelve|doce) (months|meses)"), 12},
        {std::regex("(last|past|últimos|últimas) (6|six|seis) (months|meses)"), 6},
        {std::regex("(last|past|últimos|últimas) (3|three|tres) (months|meses)"), 3}};
    for (const auto& [phrase, months] : phrases)
        if (std::regex_search(text, phrase)) return months;
    return std::nullopt;
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

void check_text(const Labels& labels, const Location& where, const std::string& what, const Instrument& instrument,
                Diagnostics& faults) {
    check_copy(labels, where, what, instrument, faults);
    check_phrase(labels, where, what, instrument, faults);
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

// A question that was copied and not changed. Short texts follow a common introduction; what is asked after some answer
// only is about that answer.
void check_same_texts(const Instrument& instrument, Diagnostics& faults) {
    constexpr std::size_t fewest_words = 5;
    std::map<std::pair<std::size_t, std::string>, const Question*> seen;  // module, text
    for (const Question& question : instrument.questions) {
        const std::string text = label_in(question.text, instrument.languages.front(), "");
        if (question.part != ScreenerPart::none || question.ask_if.given() || words(text) < fewest_words) continue;
        const auto [first, fresh] = seen.emplace(std::pair(question.module, text), &question);
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
