#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "questionnaires/check_style.h"

namespace cifra {
namespace {

constexpr std::size_t most_in_a_row = 4, longest_condition = 200, fewest_numbers = 4;
constexpr double wide_range = 100;

// There is one incident form, which cannot be cut into modules.
void check_conditions(const Instrument& instrument, Diagnostics& faults) {
    for (const Module& module : instrument.modules) {
        std::size_t run = 0;
        for (std::size_t q = module.begin; q < module.end; ++q) {
            const Question& question = instrument.questions[q];
            const std::string& condition = question.ask_if.text;
            const bool again = module.unit != Unit::incident && q > module.begin &&
                               question.part == ScreenerPart::none && !condition.empty() &&
                               condition == instrument.questions[q - 1].ask_if.text;
            run = again ? run + 1 : 0;
            if (run == most_in_a_row)
                faults.warning(question.where, "repeated-condition",
                               fmt::format("{} questions in a row have one condition", most_in_a_row + 1),
                               "make them a module with that 'ask_if'");
            if (condition.size() > longest_condition)
                faults.warning(question.ask_if.where, "long-condition",
                               fmt::format("the condition has more than {} characters", longest_condition),
                               "give a part of it a name with a computed question");
        }
    }
}

void check_incidents(const Instrument& instrument, Diagnostics& faults) {
    const IncidentLoop& loop = *instrument.incidents;
    const Module& module = instrument.modules[loop.module];
    const auto begin = instrument.questions.begin() + static_cast<std::ptrdiff_t>(module.begin);
    const auto end = instrument.questions.begin() + static_cast<std::ptrdiff_t>(module.end);
    const auto has = [&](const auto& wanted) { return std::any_of(begin, end, wanted); };
    const bool more =
        loop.max.value_or(1) > 1 &&
        std::any_of(instrument.questions.begin(), instrument.questions.end(), [&](const Question& question) {
            return question.part == ScreenerPart::count && question.high &&
                   *question.high > static_cast<double>(*loop.max);
        });
    if (more && !loop.series.given())
        faults.warning(loop.where, "no-series-rule", "more incidents are counted than are described one by one",
                       "add 'series:', the condition under which one form stands for all");
    if (!has([](const Question& q) { return q.type == QuestionType::month || q.type == QuestionType::date; }))
        faults.warning(module.where, "incident-without-date", "nobody asks when an incident happened",
                       "add a question of type month or date");
    if (loop.max.value_or(2) > 1 && !has([](const Question& q) { return q.duplicate; }))
        faults.warning(module.where, "no-duplicate-check",
                       "nobody asks whether an incident is the same as one told before",
                       "add a question with 'role: duplicate', asked if 'ordinal > 1'");
}

// A narrow range is a check.
void check_numbers(const Instrument& instrument, Diagnostics& faults) {
    std::size_t numbers = 0, unchecked = 0;
    for (const Question& question : instrument.questions) {
        if (question.part != ScreenerPart::none ||
            (question.type != QuestionType::integer && question.type != QuestionType::money))
            continue;
        if (question.high.value_or(0) - question.low.value_or(0) < wide_range) continue;
        ++numbers;
        unchecked += question.constraints.empty();
    }
    if (numbers >= fewest_numbers && unchecked * 2 > numbers)
        faults.warning({instrument.source, 1, 1}, "half-unchecked",
                       fmt::format("{} of {} numbers have a wide range and no other check", unchecked, numbers),
                       "add 'confirm' where an answer would be surprising");
}

bool is_perception(const Module& module) {
    static constexpr std::array<std::string_view, 6> words = {"safety",  "perception", "fear",
                                                              "insecur", "percepcion", "insegur"};
    return module.unit == Unit::person && std::any_of(words.begin(), words.end(), [&](std::string_view word) {
               return module.id.find(word) != std::string::npos;
           });
}

void check_perception(const Instrument& instrument, Diagnostics& faults) {
    bool screened = false;
    for (const Module& module : instrument.modules) {
        screened |= module.screener || module.unit == Unit::incident;
        if (screened && is_perception(module))
            faults.warning(module.where, "perception-after-victimization",
                           fmt::format("'{}' is asked after crimes have been spoken of", module.id),
                           "move it before the first screener");
    }
}

bool is_of_loop(const Condition& condition, Unit over, const Instrument& instrument) {
    static constexpr std::array<std::string_view, 4> given = {"line", "crime", "ordinal", "times"};
    if (condition.expr.empty()) return false;
    for (const std::string& name : condition.expr.names()) {
        const auto found = instrument.name_index.find(name);
        if (found != instrument.name_index.end() && instrument.names[found->second].unit == over) return true;
        if (std::find(given.begin(), given.end(), name) != given.end()) return true;
    }
    return false;
}

// What is the same whatever was answered.
void check_constants(const Instrument& instrument, Diagnostics& faults) {
    for (const Question& question : instrument.questions) {
        if (!question.computed || question.computed->value.expr.empty()) continue;
        const Computation& computed = *question.computed;
        const bool single = computed.aggregate == Aggregate::none;
        const bool constant = single ? computed.value.expr.names().empty()
                                     : !is_of_loop(computed.value, computed.over, instrument) &&
                                           !is_of_loop(computed.where, computed.over, instrument) &&
                                           !computed.value.expr.names().empty();
        if (constant)
            faults.warning(question.where, "constant-value",
                           single ? fmt::format("'{}' has one value whatever is answered", question.name)
                                  : fmt::format("'{}' adds up what is the same in each {}", question.name,
                                                computed.over == Unit::roster ? "line" : "incident"),
                           "let the value read an answer");
    }
}

}  // namespace

void check_structure_style(const Instrument& instrument, Diagnostics& faults) {
    check_conditions(instrument, faults);
    if (instrument.incidents) check_incidents(instrument, faults);
    check_numbers(instrument, faults);
    check_perception(instrument, faults);
    check_constants(instrument, faults);
}

}  // namespace cifra
