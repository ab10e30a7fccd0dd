#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "questionnaires/play/cover.h"

namespace cifra {
namespace {

// Every condition that decides what is asked.
std::vector<const Expr*> conditions(const Instrument& instrument) {
    std::vector<const Expr*> all;
    for (const Module& module : instrument.modules) all.push_back(&module.ask_if.expr);
    for (const Question& question : instrument.questions) all.push_back(&question.ask_if.expr);
    if (instrument.roster) all.push_back(&instrument.roster->eligible.expr);
    if (instrument.incidents) all.push_back(&instrument.incidents->series.expr);
    std::erase_if(all, [](const Expr* expression) { return expression->empty(); });
    return all;
}

// The numbers that conditions which read the question compare with, and their neighbours. `times` is the count of the
// crime that an incident form is about.
std::vector<double> constants_near(const Instrument& instrument, const Question& question) {
    std::vector<double> numbers;
    for (const Expr* expression : conditions(instrument)) {
        const auto names = expression->names();
        const bool reads = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
            return name == question.name || (name == "times" && question.part == ScreenerPart::count) ||
                   (instrument.roster && question.name == instrument.roster->count &&
                    (name == "persons" || name == "eligible" || name == "line"));
        });
        for (const ExprNode& node : expression->nodes())
            if (reads && node.op == ExprNode::Op::number)
                for (const double step : {-1.0, 0.0, 1.0}) numbers.push_back(std::floor(node.number) + step);
    }
    return numbers;
}

std::vector<std::string> whole_numbers(const Instrument& instrument, const Question& question) {
    const double low = question.low.value_or(0), high = question.high.value_or(low + 100);
    const bool loop =
        question.part == ScreenerPart::count || (instrument.roster && question.name == instrument.roster->count);
    std::vector<double> numbers = constants_near(instrument, question);
    numbers.insert(numbers.end(), {low, low + 1});
    // Long rosters and many forms take no turn that short ones do not.
    if (loop)
        numbers.push_back(low + 2);
    else
        numbers.insert(numbers.end(), {std::floor((low + high) / 2), high});
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    std::vector<std::string> texts;
    for (const double number : numbers)
        if (number >= low && number <= high) texts.push_back(fmt::format("{:.0f}", number));
    return texts;
}

// Each code, alone and with its neighbour.
std::vector<std::string> sets_of_codes(const Question& question) {
    std::vector<std::string> texts;
    for (std::size_t c = 0; c < question.codes.size(); ++c) {
        texts.push_back(question.codes[c].code);
        if (c > 0) texts.push_back(question.codes[c - 1].code + " " + question.codes[c].code);
    }
    return texts;
}

std::vector<std::string> texts_of(const Instrument& instrument, const Question& question) {
    const YearMonth first = first_month(instrument.period);
    switch (question.type) {
        case QuestionType::multiple:
            return sets_of_codes(question);
        case QuestionType::integer:
        case QuestionType::money:
            return whole_numbers(instrument, question);
        case QuestionType::month:
            return {fmt::format("{}", first.month), fmt::format("{}", instrument.period.month)};
        case QuestionType::date:
            return {fmt::format("{:04}-{:02}-01", first.year, first.month),
                    fmt::format("{:04}-{:02}-01", instrument.period.year, instrument.period.month)};
        case QuestionType::text:
            return {"x"};
        default:
            break;
    }
    std::vector<std::string> texts;
    for (const Code& code : question.codes) texts.push_back(code.code);
    return texts;
}

}  // namespace

std::vector<std::string> interesting_answers(const Instrument& instrument, std::size_t question) {
    const Question& asked = instrument.questions[question];
    std::vector<std::string> texts = texts_of(instrument, asked);
    for (const std::string& missing : {asked.dont_know, asked.refused})
        if (!missing.empty()) texts.push_back(missing);
    std::erase_if(
        texts, [&](const std::string& text) { return !parse_answer(asked, text, instrument.period).broken.empty(); });
    return texts;
}

}  // namespace cifra
