#include "questionnaires/play/screen.h"

#include <fmt/format.h>

#include <algorithm>

#include "questionnaires/fills.h"
#include "questionnaires/play/place_names.h"
#include "questionnaires/play/words.h"

namespace cifra {
namespace {

std::string code_line(const std::string& code, const std::string& label) {
    return fmt::format("  {:>4}  {}\n", code, label);
}

std::string months(const Period& period, const std::string& language) {
    std::string lines;
    YearMonth at = first_month(period);
    for (int i = 0; i < period.months; ++i) {
        lines += code_line(fmt::format("{}", at.month), fmt::format("{} {}", month_name(at.month, language), at.year));
        at.year += at.month == 12;
        at.month = at.month % 12 + 1;
    }
    return lines;
}

std::string number_hint(const Question& question, const std::string& language) {
    if (!question.low || !question.high) return play_word("number", language);
    return fmt::format(fmt::runtime(play_word("between", language)), *question.low, *question.high);
}

std::string choices(const Question& question, const Instrument& instrument, const std::string& language) {
    std::string lines;
    for (const Code& code : question.codes) lines += code_line(code.code, label_in(code.label, language, code.code));
    if (question.type == QuestionType::month) lines += months(instrument.period, language);
    if (!question.dont_know.empty()) lines += code_line(question.dont_know, play_word("dk", language));
    if (!question.refused.empty()) lines += code_line(question.refused, play_word("refused", language));
    return lines;
}

std::string hint(const Question& question, const std::string& language) {
    switch (question.type) {
        case QuestionType::multiple:
            return play_word("several", language);
        case QuestionType::integer:
        case QuestionType::money:
            return number_hint(question, language);
        case QuestionType::date:
            return play_word("date", language);
        case QuestionType::text:
            return play_word("words", language);
        default:
            return {};
    }
}

std::string told(const Instrument& instrument, const Texts& texts, const std::string& language, const Board& known) {
    return say(instrument, texts, language, [&](std::string_view name) { return known.lookup(name); });
}

// "Person 2", "Robbery, 1 of 3".
std::string subject(const Instrument& instrument, const Place& place, const Walk& walk, const std::string& language) {
    std::string words;
    if (place.line > 0) words = fmt::format("{} {}", play_word("person", language), place.line);
    if (place.ordinal == 0) return words;
    std::uint32_t forms = place.ordinal;
    for (const Announced& crime : walk.announced)
        if (crime.crime == place.crime) forms = std::max(forms, crime.forms);
    const Crime& crime = instrument.crimes[place.crime];
    return fmt::format("{}{}{}, {} {} {}", words, words.empty() ? "" : ": ", label_in(crime.label, language, crime.id),
                       place.ordinal, play_word("of", language), forms);
}

}  // namespace

ScreenStyle terminal_style() { return {"\x1b[1;4m", "\x1b[1m", "\x1b[3m", "\x1b[0m"}; }

std::string module_screen(const Instrument& instrument, const Place& place, const Board& known,
                          const std::string& language, const ScreenStyle& style) {
    const Module& module = instrument.modules[instrument.questions[place.question].module];
    const std::string intro = told(instrument, module.intro, language, known);
    return fmt::format("\n{}{}{}\n{}{}", style.title, label_in(module.title, language, module.id), style.end, intro,
                       intro.empty() ? "" : "\n");
}

std::string question_screen(const Instrument& instrument, const Place& place, const Walk& walk, const Board& known,
                            const std::string& language, const ScreenStyle& style) {
    const Question& question = instrument.questions[place.question];
    const std::string about = subject(instrument, place, walk, language);
    const std::string note = told(instrument, question.note, language, known), how = hint(question, language);
    std::string lines = about.empty() ? "\n" : fmt::format("\n{}{}{}\n", style.note, about, style.end);
    lines += fmt::format("{}{}{} [{}]\n", style.text, told(instrument, question.text, language, known), style.end,
                         place_name(instrument, place));
    if (!note.empty()) lines += fmt::format("{}({}){}\n", style.note, note, style.end);
    lines += choices(question, instrument, language);
    if (!how.empty()) lines += fmt::format("  {}\n", how);
    return lines;
}

}  // namespace cifra
