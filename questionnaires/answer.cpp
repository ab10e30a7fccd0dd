#include "questionnaires/answer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace cifra {
namespace {

bool in_codes(const Question& question, const std::string& code) {
    return std::any_of(question.codes.begin(), question.codes.end(),
                       [&](const Code& known) { return known.code == code; });
}

bool stands_alone(const Question& question, const std::string& code) {
    return std::find(question.exclusive.begin(), question.exclusive.end(), code) != question.exclusive.end();
}

std::string multiple_fault(const Question& question, const std::string& text) {
    const std::vector<std::string> codes = split_codes(text);
    std::set<std::string> seen;
    for (const std::string& code : codes) {
        const bool missing = code == question.dont_know || code == question.refused;
        if (code.empty() || !seen.insert(code).second) return "repeated-code";
        if (!missing && !in_codes(question, code)) return "unknown-code";
        if (codes.size() > 1 && (missing || stands_alone(question, code))) return "exclusive-code";
    }
    return {};
}

// Whole numbers only, without sign tricks: "3", "-3"; not "3.0", "+3", "03".
std::optional<double> whole_number(const std::string& text) {
    const std::size_t start = !text.empty() && text[0] == '-' ? 1 : 0;
    const std::string digits = text.substr(start);
    if (digits.empty() || digits.size() > 15 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
    if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
    return parse_number(text);
}

ParsedAnswer number_answer(const Question& question, const std::string& text, const Period& period) {
    const auto number = whole_number(text);
    if (!number) return {Value::absent(Type::number), "not-a-number"};
    if (question.type == QuestionType::month) {
        const bool inside = *number >= 1 && *number <= 12 && in_period(period, static_cast<int>(*number));
        return inside ? ParsedAnswer{Value::of(*number), ""}
                      : ParsedAnswer{Value::absent(Type::number), "outside-period"};
    }
    const bool inside = (!question.low || *number >= *question.low) && (!question.high || *number <= *question.high);
    return inside ? ParsedAnswer{Value::of(*number), ""} : ParsedAnswer{Value::absent(Type::number), "out-of-range"};
}

std::string text_fault(const Question& question, const std::string& text) {
    switch (question.type) {
        case QuestionType::single:
            return in_codes(question, text) ? "" : "unknown-code";
        case QuestionType::multiple:
            return multiple_fault(question, text);
        case QuestionType::date:
            return is_date(text) ? "" : "not-a-date";
        default:
            return text.size() <= question.max_length && text.find_first_of("\r\n") == std::string::npos ? ""
                                                                                                         : "too-long";
    }
}

}  // namespace

ParsedAnswer parse_answer(const Question& question, const std::string& text, const Period& period) {
    const Type type = value_type(question);
    if (!question.dont_know.empty() && text == question.dont_know) return {Value::absent(type, Missing::dont_know), ""};
    if (!question.refused.empty() && text == question.refused) return {Value::absent(type, Missing::refused), ""};
    if (type == Type::number) return number_answer(question, text, period);
    std::string broken = text_fault(question, text);
    return broken.empty() ? ParsedAnswer{Value::of(text), ""} : ParsedAnswer{Value::absent(type), std::move(broken)};
}

Value mention(const Value& answers, const std::string& code) {
    if (!answers.present()) return Value::absent(Type::text, answers.missing);
    const std::vector<std::string> codes = split_codes(answers.text);
    return Value::of(std::string(std::find(codes.begin(), codes.end(), code) == codes.end() ? "2" : "1"));
}

int days_in_month(int year, int month) {
    static constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

bool is_date(const std::string& text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9')) return false;
    const int year = std::stoi(text.substr(0, 4)), month = std::stoi(text.substr(5, 2)),
              day = std::stoi(text.substr(8));
    return month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

std::vector<std::string> split_codes(const std::string& text) {
    std::vector<std::string> codes;
    std::size_t begin = 0;
    for (std::size_t blank = text.find(' '); blank != std::string::npos; blank = text.find(' ', begin)) {
        codes.push_back(text.substr(begin, blank - begin));
        begin = blank + 1;
    }
    codes.push_back(text.substr(begin));
    return codes;
}

}  // namespace cifra
