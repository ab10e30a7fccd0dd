#include "questionnaires/proof/aggregate_facts.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {
namespace {

constexpr double largest_bound = 999'999'999'999'999;  // of an answer, as in path.cpp

std::int64_t most_records(Unit over, const Instrument& instrument) {
    if (over == Unit::roster) return instrument.roster->max.value_or(100);
    return instrument.incidents->max.value_or(1) * static_cast<std::int64_t>(instrument.crimes.size());
}

// The question whose answers are aggregated as they are; nullptr where it is an expression, or has no range.
const Question* with_range(const Condition& value, const Instrument& instrument) {
    const auto& nodes = value.expr.nodes();
    if (nodes.size() != 1 || nodes.front().op != ExprNode::Op::name) return nullptr;
    const Question* question = instrument.find(nodes.front().text);
    return question && question->low && question->high ? question : nullptr;
}

std::string number(double value) { return fmt::format("{:.0f}", value); }

std::vector<std::string> bounds(const Question& question, const Instrument& instrument) {
    const Computation& computed = *question.computed;
    const auto records = static_cast<double>(most_records(computed.over, instrument));
    const Question* of = with_range(computed.value, instrument);
    switch (computed.aggregate) {
        case Aggregate::count: {
            std::vector<std::string> conditions = {
                fmt::format("{0} >= 0 and {0} <= {1}", question.name, number(records))};
            if (computed.over == Unit::roster) conditions.push_back(question.name + " <= persons");
            return conditions;
        }
        case Aggregate::sum: {
            if (!of) return {question.name + " is not missing"};
            const double least = records * std::min(*of->low, 0.0), most = records * std::max(*of->high, 0.0);
            if (most > largest_bound || least < -largest_bound) return {question.name + " is not missing"};
            return {fmt::format("{0} >= {1} and {0} <= {2}", question.name, number(least), number(most))};
        }
        case Aggregate::min:
        case Aggregate::max:
            if (!of) return {};
            return {fmt::format("{0} is missing or ({0} >= {1} and {0} <= {2})", question.name, number(*of->low),
                                number(*of->high))};
        default:
            return {question.name + " is not missing"};
    }
}

// What the line of the person says; "" where it says nothing.
std::string by_own_line(const Question& question) {
    const Computation& computed = *question.computed;
    if (computed.over != Unit::roster) return {};
    const auto surely = [](const Condition& condition) { return fmt::format("({}) is true", condition.text); };
    const std::string chosen = computed.where.given() ? surely(computed.where) + " and " : "";
    const std::string counts = fmt::format("({}{})", chosen, surely(computed.value));
    if (computed.aggregate == Aggregate::count)
        return fmt::format("(not {0} or {1} >= 1) and ({0} or {1} <= persons - 1)", counts, question.name);
    if (computed.aggregate == Aggregate::any) return fmt::format("not {} or {}", counts, question.name);
    if (computed.aggregate == Aggregate::all)
        return fmt::format("not ({}not ({})) or not {}", chosen, surely(computed.value), question.name);
    return {};
}

}  // namespace

std::vector<AggregateFact> aggregate_facts(const Question& question, const Instrument& instrument) {
    const Computation& computed = *question.computed;
    const bool has_loop =
        computed.over == Unit::roster ? instrument.roster.has_value() : instrument.incidents.has_value();
    if (!has_loop || computed.value.expr.empty() || (computed.where.given() && computed.where.expr.empty())) return {};
    std::vector<AggregateFact> facts;
    const std::string words = fmt::format("what '{}' can be", question.name);
    for (std::string& condition : bounds(question, instrument)) facts.push_back({std::move(condition), words});
    if (std::string own = by_own_line(question); !own.empty()) facts.push_back({std::move(own), words, true});
    return facts;
}

}  // namespace cifra
