#include "questionnaires/proof/path.h"

#include <fmt/format.h>
#include <algorithm>

#include "questionnaires/names.h"
#include "questionnaires/proof/aggregate_facts.h"

namespace cifra {
namespace {

constexpr double largest_answer = 999'999'999'999'999;  // answers have at most fifteen digits

std::vector<std::string> codes_of(const Question& question) {
    std::vector<std::string> codes;
    for (const Code& code : question.codes) codes.push_back(code.code);
    return codes;
}

std::string quoted(const std::string& text) {
    std::string inside;
    for (const char c : text) inside += c == '"' ? std::string("\"\"") : std::string(1, c);
    return '"' + inside + '"';
}

// Days that a witness may show.
std::vector<std::string> some_dates(const Period& period) {
    std::vector<std::string> dates;
    for (int year = period.year - 2; year <= period.year + 2; ++year)
        for (int month = 1; month <= 12; ++month)
            for (const int day : {15, 1, 28}) dates.push_back(fmt::format("{:04}-{:02}-{:02}", year, month, day));
    for (int year = 1900; year <= 2099; ++year) dates.push_back(fmt::format("{}-06-15", year));
    return dates;
}

Domain domain_of(const Question& question, const Period& period) {
    Domain domain;
    domain.type = value_type(question);
    domain.missing = {Missing::not_asked};
    if (question.computed) {
        domain.missing = {Missing::not_asked, Missing::dont_know, Missing::refused, Missing::not_reached,
                          Missing::system};
        domain.whole = false;
    }
    if (!question.dont_know.empty()) domain.missing.push_back(Missing::dont_know);
    if (!question.refused.empty()) domain.missing.push_back(Missing::refused);
    domain.texts = codes_of(question);
    domain.several = question.type == QuestionType::multiple;
    domain.alone = question.exclusive;
    domain.open = domain.type == Type::text && domain.texts.empty();
    if (question.type == QuestionType::date) domain.texts = some_dates(period);
    if (question.type == QuestionType::text) domain.texts = {"text"};
    const bool month = question.type == QuestionType::month;
    domain.low = month ? 1 : question.low.value_or(-largest_answer);
    domain.high = month ? 12 : question.high.value_or(largest_answer);
    return domain;
}

std::string months_of(const Question& question, const Period& period) {
    std::vector<int> months;
    for (int month = 1; month <= 12; ++month)
        if (in_period(period, month)) months.push_back(month);
    return fmt::format("{} is missing or {} in [{}]", question.name, question.name, fmt::join(months, ", "));
}

std::vector<std::string> names_of(const std::vector<const Condition*>& conditions) {
    std::vector<std::string> names;
    for (const Condition* condition : conditions)
        for (const std::string& name : condition->expr.names()) names.push_back(name);
    return names;
}

}  // namespace

InterviewPath::InterviewPath(const Instrument& instrument)
    : instrument_(instrument),
      schema_(schema_for(instrument, Unit::incident, instrument.questions.size())),
      routing_(instrument.questions.size()),
      constraints_(instrument.questions.size()),
      constrained_with_(instrument.questions.size()),
      own_line_(instrument.questions.size()) {
    for (const Question& question : instrument.questions) declare_question(question);
    declare_given();
    for (std::size_t q = 0; q < instrument.questions.size(); ++q) add_question_facts(q);
    if (instrument.roster) add_roster_facts();
    if (instrument.incidents) add_incident_facts();
    for (std::size_t q = 0; q < instrument.questions.size(); ++q) find_dependent(q);
}

void InterviewPath::declare_question(const Question& question) {
    solver_.declare(question.name, domain_of(question, instrument_.period));
    if (question.type != QuestionType::multiple) return;
    for (const Code& code : question.codes)
        solver_.declare_mention(question.name + "_" + code.code, question.name, code.code);
}

void InterviewPath::declare_given() {
    const auto count = [&](const char* name, double low, double high, std::vector<Missing> missing = {}) {
        solver_.declare(name, {.type = Type::number, .low = low, .high = high, .missing = std::move(missing)});
    };
    if (instrument_.roster) {
        const auto cap = static_cast<double>(instrument_.roster->max.value_or(100));
        count("line", 1, std::max(1.0, cap));
        count("persons", 0, cap);
        count("eligible", 0, cap);
    }
    if (!instrument_.incidents) return;
    std::vector<std::string> crimes;
    for (const Crime& crime : instrument_.crimes) crimes.push_back(crime.id);
    solver_.declare("crime", {.texts = crimes});
    count("ordinal", 1, static_cast<double>(instrument_.incidents->max.value_or(1)));
    count("times", 0, largest_answer, {Missing::dont_know});
}

std::optional<std::size_t> InterviewPath::question_of(const std::string& name) const {
    const auto found = instrument_.name_index.find(name);
    return found == instrument_.name_index.end() ? std::nullopt : instrument_.names[found->second].question;
}

Expr InterviewPath::parsed(const std::string& text) const {
    Diagnostics faults;
    auto expression = parse_expression(text, {}, schema_, faults, Type::truth);
    faults.throw_if_errors();
    return *expression;
}

PathFact InterviewPath::fact(Proposition formula, const Location& where, std::string words,
                             std::vector<std::string> reads) const {
    return {formula, where, std::move(words), std::move(reads)};
}

std::vector<const Condition*> InterviewPath::conditions(std::size_t question) const {
    std::vector<const Condition*> result;
    const Question& asked = instrument_.questions[question];
    for (const Condition* condition : {&instrument_.modules[asked.module].ask_if, &asked.ask_if})
        if (condition->given() && !condition->expr.empty()) result.push_back(condition);
    return result;
}

Proposition InterviewPath::asked(std::size_t question) {
    std::vector<Proposition> parts;
    for (const Condition* condition : conditions(question)) parts.push_back(solver_.holds(condition->expr));
    return solver_.all(parts);
}

Proposition InterviewPath::not_asked(std::size_t question) {
    return solver_.is_kind(instrument_.questions[question].name, Missing::not_asked);
}

PathFact InterviewPath::computed_fact(std::size_t q) {
    const Question& question = instrument_.questions[q];
    const Expr& value = question.computed->value.expr;
    std::vector<std::string> reads = value.names();
    reads.push_back(question.name);
    const std::vector<Proposition> either = {not_asked(q), solver_.same(question.name, value)};
    return fact(solver_.any(either), question.computed->value.where, fmt::format("the value of '{}'", question.name),
                reads);
}

void InterviewPath::add_question_facts(std::size_t q) {
    const Question& question = instrument_.questions[q];
    const std::vector<Proposition> off = {not_asked(q), asked(q)};
    const std::vector<Proposition> both_off = {off[0], solver_.negation(off[1])},
                                   both_on = {solver_.negation(off[0]), off[1]};
    const std::vector<Proposition> either = {solver_.all(both_off), solver_.all(both_on)};
    std::vector<std::string> reads = names_of(conditions(q));
    reads.push_back(question.name);
    const Location& where = question.ask_if.given() ? question.ask_if.where : question.where;
    routing_[q].push_back(fact(solver_.any(either), where, fmt::format("when '{}' is asked", question.name), reads));
    if (question.type == QuestionType::month)
        routing_[q].push_back(fact(solver_.holds(parsed(months_of(question, instrument_.period))), question.where,
                                   "the reference period", {question.name}));
    if (question.computed && question.computed->aggregate == Aggregate::none && !question.computed->value.expr.empty())
        routing_[q].push_back(computed_fact(q));
    if (question.computed && question.computed->aggregate != Aggregate::none) add_aggregate_facts(q);
    for (const Constraint& constraint : question.constraints) {
        if (!constraint.hard || constraint.that.expr.empty()) continue;
        reads = constraint.that.expr.names();
        reads.push_back(question.name);
        const std::vector<Proposition> passes = {off[0], solver_.negation(solver_.fails(constraint.that.expr))};
        constraints_[q].push_back(
            fact(solver_.any(passes), constraint.that.where, fmt::format("the require of '{}'", question.name), reads));
        for (const std::string& name : reads)
            if (const auto other = question_of(name); other && *other != q) constrained_with_[*other].insert(q);
    }
}

void InterviewPath::add_aggregate_facts(std::size_t q) {
    const Question& question = instrument_.questions[q];
    const Location& where = question.computed->value.where;
    const auto add = [&](std::vector<PathFact>& list, const AggregateFact& each) {
        const Expr expression = parsed(each.condition);
        const std::vector<Proposition> either = {not_asked(q), solver_.holds(expression)};
        std::vector<std::string> reads = expression.names();
        reads.push_back(question.name);
        list.push_back(fact(solver_.any(either), where, each.words, std::move(reads)));
    };
    for (const AggregateFact& each : aggregate_facts(question, instrument_))
        add(each.of_own_line ? own_line_[q] : routing_[q], each);
}

bool InterviewPath::reads_others(const Condition& condition) const {
    if (condition.expr.empty()) return false;
    const std::vector<std::string> names = condition.expr.names();
    return std::any_of(names.begin(), names.end(), [this](const std::string& name) { return depends_on_others(name); });
}

// Questions only read what is asked before them.
void InterviewPath::find_dependent(std::size_t q) {
    const Question& question = instrument_.questions[q];
    const Module& module = instrument_.modules[question.module];
    bool depends = reads_others(module.ask_if) || reads_others(question.ask_if);
    for (const Constraint& constraint : question.constraints)
        depends |= constraint.hard && reads_others(constraint.that);
    if (question.computed)
        depends |= question.computed->aggregate != Aggregate::none || reads_others(question.computed->value);
    if (depends) dependent_.insert(question.name);
}

bool InterviewPath::depends_on_others(const std::string& name) const {
    const auto question = question_of(name);
    return dependent_.contains(question ? instrument_.questions[*question].name : name);
}

void InterviewPath::add_roster_facts() {
    const Roster& roster = *instrument_.roster;
    const auto add = [&](std::vector<PathFact>& list, const std::string& text, const Location& where,
                         const std::string& words) {
        const Expr expression = parsed(text);
        list.push_back(fact(solver_.holds(expression), where, words, expression.names()));
    };
    const std::string cap = fmt::format("{}", roster.max.value_or(100));
    add(persons_, fmt::format("persons = if({0} is missing, 0, min({0}, {1}))", roster.count, cap), roster.count_where,
        "the number of lines");
    add(persons_, "eligible <= persons", roster.where, "the number of lines");
    add(line_, "line <= persons", roster.where, "the number of lines");
    const std::vector<std::string> read =
        roster.eligible.expr.empty() ? std::vector<std::string>() : roster.eligible.expr.names();
    const bool by_own_answers = std::all_of(read.begin(), read.end(), [this](const std::string& name) {
        const auto question = question_of(name);
        return question && instrument_.questions[*question].unit == Unit::roster;
    });
    if (!by_own_answers) dependent_.insert("eligible");
    add(person_, "eligible >= 1", roster.where, "the person selected is eligible");
    if (roster.eligible.given() && !roster.eligible.expr.empty())
        person_.push_back(fact(solver_.holds(roster.eligible.expr), roster.eligible.where,
                               "the person selected is eligible", roster.eligible.expr.names()));
}

void InterviewPath::add_incident_facts() {
    const Location& where = instrument_.incidents->where;
    const auto add = [&](const std::string& text) {
        const Expr expression = parsed(text);
        incident_.push_back(fact(solver_.holds(expression), where, "the crimes screened", expression.names()));
    };
    for (std::size_t c = 0; c < instrument_.crimes.size(); ++c) {
        const std::string& id = instrument_.crimes[c].id;
        const auto happened = instrument_.screener(c, ScreenerPart::happened);
        const bool screened = happened && instrument_.screener(c, ScreenerPart::count);
        if (screened)
            add(fmt::format("crime != {0} or {1} is {2} and times is {1}_count", quoted(id), id,
                            quoted(instrument_.questions[*happened].codes.front().code)));
        else
            add(fmt::format("crime != {}", quoted(id)));
    }
    add("ordinal <= coalesce(times, 1)");
}

// Part of InterviewPath: the facts reached from some names.
class FactCollector {
public:
    FactCollector(const InterviewPath& path, const Spot& spot, std::optional<std::size_t> but)
        : path_(path), position_(spot.position), of_person_(spot.unit >= Unit::person), but_(but) {}

    void add(const std::vector<PathFact>& facts) {
        for (const PathFact& each : facts) {
            if (!formulas_.insert(each.formula).second) continue;
            result.push_back(each);
            for (const std::string& name : each.reads) add_name(name);
        }
    }

    void add_name(const std::string& name) {
        if (name == "persons" || name == "eligible") add(path_.persons_);
        if (const auto question = path_.question_of(name)) add_question(*question);
    }

    std::vector<PathFact> result;

private:
    void add_question(std::size_t question) {
        if (!questions_.insert(question).second) return;
        add(path_.routing_[question]);
        if (of_person_) add(path_.own_line_[question]);
        if (question != but_) add(path_.constraints_[question]);
        for (const std::size_t other : path_.constrained_with_[question])
            if (other < position_) add_question(other);
    }

    const InterviewPath& path_;
    std::size_t position_;
    bool of_person_;
    std::optional<std::size_t> but_;
    std::set<std::size_t> questions_;
    std::set<Proposition> formulas_;
};

std::vector<PathFact> InterviewPath::facts(const std::vector<std::string>& names, const Spot& spot,
                                           std::optional<std::size_t> but) {
    FactCollector collector(*this, spot, but);
    for (const std::string& name : names) collector.add_name(name);
    if (spot.unit >= Unit::roster && instrument_.roster) {
        collector.add(persons_);
        collector.add(line_);
    }
    if (spot.unit >= Unit::person) collector.add(person_);
    if (spot.unit == Unit::incident) collector.add(incident_);
    return collector.result;
}

}  // namespace cifra
