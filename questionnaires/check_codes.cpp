#include "questionnaires/check_codes.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>

#include "engine/table.h"
#include "questionnaires/answer.h"

namespace cifra {
namespace {

using Op = ExprNode::Op;

std::vector<std::string> codes_of(const std::vector<Code>& codes) {
    std::vector<std::string> result;
    for (const Code& code : codes) result.push_back(code.code);
    return result;
}

bool holds(const std::vector<std::string>& codes, const std::string& code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

constexpr std::string_view not_reached = "-1";
constexpr std::size_t longest_code = 32;

bool has_codes(const Question& question) {
    return question.type == QuestionType::single || question.type == QuestionType::multiple;
}

bool is_number(const Question& question) {
    return question.type == QuestionType::integer || question.type == QuestionType::money ||
           question.type == QuestionType::month;
}

void check_list(const std::vector<Code>& codes, const Location& where, Diagnostics& faults) {
    if (codes.size() < 2)
        faults.error(where, "too-few-codes", "a list of codes needs at least two", "add the other answers");
    for (const Code& code : codes)
        if (code.code.empty() || code.code.find_first_of(" \t\n") != std::string::npos)
            faults.error(code.where, "blank-in-code", "a code is empty or holds a blank",
                         "write it without blanks: multiple answers are joined by one");
    std::map<double, std::string> numbers;
    for (const Code& code : codes) {
        if (code.code.size() > longest_code || code.code.find_first_of("\"',;") != std::string::npos)
            faults.error(code.where, "bad-code", "a code is longer than 32 bytes, or holds a quote or separator",
                         "use letters, digits, '-' and '_': files and clients cannot hold others");
        const auto number = parse_number(code.code);
        const auto other = number ? numbers.emplace(*number, code.code).first : numbers.end();
        if (number && other->second != code.code)
            faults.error(code.where, "bad-code", fmt::format("'{}' and '{}' are one number", other->second, code.code),
                         "write all codes with the same digits");
    }
    for (const Code& code : codes)
        if (code.code == not_reached)
            faults.error(code.where, "reserved-code", "-1 is what coded files say of a question not reached",
                         "give the answer another code");
}

void check_missing_codes(const Question& question, Diagnostics& faults) {
    const std::vector<std::string> codes = codes_of(question.codes);
    for (const std::string& missing : {question.dont_know, question.refused}) {
        if (missing.empty()) continue;
        if (missing == not_reached || missing.find_first_of(" \t\n") != std::string::npos)
            faults.error(question.missing_where, "reserved-code",
                         fmt::format("'{}' cannot be a code of '{}'", missing, question.name),
                         "-1 is what coded files say of a question not reached; a code holds no blank");
        if (is_number(question) && !parse_number(missing))
            faults.error(question.missing_where, "wrong-type",
                         fmt::format("don't know or refused of '{}' has a code that is no number", question.name),
                         "write a number beyond its range");
        if (has_codes(question) && holds(codes, missing))
            faults.error(question.missing_where, "missing-code-collision",
                         fmt::format("'{}' of '{}' is both an answer and the code of don't know or refused", missing,
                                     question.name),
                         "write 'missing: {dk: \"98\", refused: \"99\"}' at the question");
        const auto number = parse_number(missing);
        if (question.high && number && *number >= *question.low && *number <= *question.high)
            faults.error(question.range_where, "range-collision",
                         fmt::format("{} lies in the range of '{}' and is also its code of don't know or refused",
                                     missing, question.name),
                         "end the range below that code, or declare longer codes in 'missing'");
    }
    if (!question.dont_know.empty() && question.dont_know == question.refused)
        faults.error(question.missing_where, "missing-code-collision",
                     fmt::format("don't know and refused of '{}' have one code", question.name), "give them two codes");
}

void check_question_codes(const Question& question, Diagnostics& faults) {
    if (has_codes(question) && question.code_list.empty() && question.part == ScreenerPart::none)
        check_list(question.codes, question.codes.empty() ? question.where : question.codes.front().where, faults);
    check_missing_codes(question, faults);
    if (question.high && *question.low <= -1 && *question.high >= -1)
        faults.warning(question.range_where, "range-holds-not-reached",
                       fmt::format("-1 lies in the range of '{}' and is what coded files say of a question not reached",
                                   question.name),
                       "begin the range at 0, or ask for the amount below zero in a question of its own");
    if (question.low && question.high && *question.low > *question.high)
        faults.error(question.range_where, "empty-range", fmt::format("the range of '{}' is empty", question.name),
                     "write the smaller number first");
    if (question.low && question.low == question.high && question.part == ScreenerPart::none)
        faults.warning(question.range_where, "range-of-one", fmt::format("'{}' has one possible answer", question.name),
                       "write the least and the greatest answer, or leave the question out");
    const std::vector<std::string> codes = codes_of(question.codes);
    if (!codes.empty() && question.exclusive.size() >= codes.size())
        faults.error(question.exclusive_where, "unknown-exclusive",
                     fmt::format("every answer to '{}' is to stand alone", question.name), "make it of type single");
    for (const std::string& code : question.exclusive)
        if (!holds(codes, code))
            faults.error(question.exclusive_where, "unknown-exclusive",
                         fmt::format("'{}' is not a code of '{}'", code, question.name), suggestion(code, codes));
}

void check_date(const ExprNode& literal, const std::string& used, const Condition& condition,
                const Instrument& instrument, Diagnostics& faults) {
    const Question* question = instrument.find(used);
    if (!question || question->type != QuestionType::date || is_date(literal.text)) return;
    Location where = condition.where;
    where.column += literal.offset;
    faults.error(where, "not-a-date", fmt::format("'{}' is a date, which '{}' is not", used, literal.text),
                 "write it as \"2025-03-31\"");
}

// A condition `= "3"` on a multiple question is true only where 3 is the whole answer.
void check_multiple(const ExprNode& node, const std::string& used, const ExprNode& literal, const Condition& condition,
                    const Instrument& instrument, Diagnostics& faults) {
    const Question* question = instrument.find(used);
    if (!question || question->type != QuestionType::multiple || node.op == Op::call) return;
    if (holds(question->exclusive, literal.text) || !holds(codes_of(question->codes), literal.text)) return;
    Location where = condition.where;
    where.column += literal.offset;
    faults.warning(where, "multiple-compared",
                   fmt::format("several answers may be given to '{}': this holds only where '{}' is the only one", used,
                               literal.text),
                   fmt::format("write '{}_{} = \"1\"' if others may stand beside it", used, literal.text));
}

// What a respondent says in her own words is hardly ever these words.
void check_open_text(const ExprNode& node, const std::string& used, const ExprNode& literal, const Condition& condition,
                     const Instrument& instrument, Diagnostics& faults) {
    const Question* question = instrument.find(used);
    if (!question || question->type != QuestionType::text || node.op == Op::call) return;
    Location where = condition.where;
    where.column += literal.offset;
    faults.warning(where, "text-compared",
                   fmt::format("'{}' is answered in free words: it is hardly ever exactly this text", used),
                   fmt::format("compare the question with codes that leads to it, or write '{} is not missing'", used));
}

// The values that a name may be compared with, or nothing when any text will do.
std::optional<std::vector<std::string>> domain_of(const std::string& used, const Instrument& instrument) {
    if (used == "crime") {
        std::vector<std::string> crimes;
        for (const Crime& crime : instrument.crimes) crimes.push_back(crime.id);
        return crimes;
    }
    const auto found = instrument.name_index.find(used);
    if (found == instrument.name_index.end() || !instrument.names[found->second].question) return std::nullopt;
    const Name& name = instrument.names[found->second];
    if (!name.code.empty()) return std::vector<std::string>{"1", "2"};
    const Question& question = instrument.questions[*name.question];
    return has_codes(question) && !question.codes.empty() ? std::optional(codes_of(question.codes)) : std::nullopt;
}

void check_literal(const ExprNode& literal, const std::string& used, const Condition& condition,
                   const Instrument& instrument, Diagnostics& faults) {
    const auto domain = domain_of(used, instrument);
    if (!domain || holds(*domain, literal.text)) return;
    Location where = condition.where;
    where.column += literal.offset;
    const Question* question = instrument.find(used);
    const bool missing = question && (literal.text == question->dont_know || literal.text == question->refused);
    faults.error(where, "unknown-code", fmt::format("'{}' is not a code of '{}'", literal.text, used),
                 missing ? fmt::format("write '{} is {}'", used, literal.text == question->dont_know ? "dk" : "refused")
                         : suggestion(literal.text, *domain));
}

bool compares(const ExprNode& node) {
    static const std::set<Op> ops = {Op::equal, Op::not_equal, Op::is,    Op::is_not,
                                     Op::in,    Op::not_in,    Op::is_in, Op::is_not_in};
    return ops.contains(node.op) || (node.op == Op::call && node.text == "contains");
}

bool orders(const ExprNode& node) {
    return node.op == Op::less || node.op == Op::less_equal || node.op == Op::greater || node.op == Op::greater_equal;
}

}  // namespace

void check_condition_codes(const Condition& condition, const Instrument& instrument, Diagnostics& faults) {
    if (condition.expr.empty()) return;
    const std::vector<ExprNode>& nodes = condition.expr.nodes();
    for (const ExprNode& node : nodes) {
        if (!compares(node) && !orders(node)) continue;
        const auto name = std::find_if(node.children.begin(), node.children.end(),
                                       [&](auto child) { return nodes[child].op == Op::name; });
        if (name == node.children.end()) continue;
        for (const auto child : node.children)
            if (nodes[child].op == Op::text) {
                check_date(nodes[child], nodes[*name].text, condition, instrument, faults);
                if (orders(node)) continue;
                check_literal(nodes[child], nodes[*name].text, condition, instrument, faults);
                check_multiple(node, nodes[*name].text, nodes[child], condition, instrument, faults);
                check_open_text(node, nodes[*name].text, nodes[child], condition, instrument, faults);
            }
    }
}

void check_codes(const Instrument& instrument, Diagnostics& faults) {
    std::set<std::string> used;
    for (const Question& question : instrument.questions) {
        check_question_codes(question, faults);
        used.insert(question.code_list);
        check_condition_codes(question.ask_if, instrument, faults);
        for (const Constraint& constraint : question.constraints)
            check_condition_codes(constraint.that, instrument, faults);
        if (!question.computed) continue;
        check_condition_codes(question.computed->value, instrument, faults);
        check_condition_codes(question.computed->where, instrument, faults);
    }
    for (const CodeList& list : instrument.code_lists) {
        check_list(list.codes, list.where, faults);
        if (!used.contains(list.name))
            faults.warning(list.where, "unused-code-list",
                           fmt::format("no question uses the code list '{}'", list.name), "remove it");
    }
    for (const Module& module : instrument.modules) check_condition_codes(module.ask_if, instrument, faults);
    if (instrument.roster) check_condition_codes(instrument.roster->eligible, instrument, faults);
    if (instrument.incidents) check_condition_codes(instrument.incidents->series, instrument, faults);
    for (const MeasuredIndicator& indicator : instrument.indicators) {
        check_condition_codes(indicator.numerator, instrument, faults);
        check_condition_codes(indicator.universe, instrument, faults);
    }
}

}  // namespace cifra
