#include "questionnaires/fills.h"

#include <algorithm>

#include "questionnaires/answer.h"

namespace cifra {
namespace {

using Kind = Fill::Kind;
constexpr std::string_view no_answer = "…", blank = "______";

bool is_word(std::string_view text) {
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), good);
}

// What stands between the braces.
Fill fill_of(const std::string& inside) {
    if (inside == "period") return {Kind::period, inside, {}, {}};
    if (inside == "long") return {Kind::long_period, inside, {}, {}};
    const std::size_t bar = inside.find('|');
    const std::string name = inside.substr(0, bar);
    if (!is_word(name)) return {Kind::broken, "{" + inside + "}", {}, {}};
    if (bar == std::string::npos) return {Kind::answer, name, {}, {}};
    const std::string rest = inside.substr(bar + 1);
    if (rest == "label") return {Kind::label, name, {}, {}};
    const std::size_t second = rest.find('|');
    if (second == std::string::npos || rest.find('|', second + 1) != std::string::npos)
        return {Kind::broken, "{" + inside + "}", {}, {}};
    return {Kind::plural, name, rest.substr(0, second), rest.substr(second + 1)};
}

std::string label_of(const Question* question, const std::string& code, const std::string& language) {
    if (question)
        for (const Code& known : question->codes)
            if (known.code == code) return label_in(known.label, language, code);
    return code;
}

std::string said_label(const Instrument& instrument, const Fill& fill, const Value& value,
                       const std::string& language) {
    const Question* question = instrument.find(fill.text);
    if (fill.text == "crime")
        if (const auto crime = instrument.crime_index(value.text))
            return label_in(instrument.crimes[*crime].label, language, value.text);
    std::string labels;
    for (const std::string& code : split_codes(value.text))
        labels += (labels.empty() ? "" : ", ") + label_of(question, code, language);
    return labels;
}

std::string said(const Instrument& instrument, const Fill& fill, const std::string& language,
                 const RecordLookup& answers) {
    if (fill.kind == Kind::words || fill.kind == Kind::broken) return fill.text;
    if (fill.kind == Kind::period) return period_text(instrument.period, language);
    if (fill.kind == Kind::long_period) return period_text(long_period(instrument.period), language);
    if (!answers) return fill.kind == Kind::plural ? fill.one + "/" + fill.other : std::string(blank);
    const Value value = answers(fill.text);
    if (!value.present()) return fill.kind == Kind::plural ? fill.other : std::string(no_answer);
    if (fill.kind == Kind::plural) return value.number == 1 ? fill.one : fill.other;
    if (fill.kind == Kind::label) return said_label(instrument, fill, value, language);
    if (value.type == Type::truth) return value.is_true() ? "1" : "2";
    return value.type == Type::text ? value.text : shortest(value.number);
}

}  // namespace

std::vector<Fill> fills_of(const std::string& text) {
    std::vector<Fill> result;
    std::size_t begin = 0;
    for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', begin)) {
        if (open > begin) result.push_back({Kind::words, text.substr(begin, open - begin), {}, {}});
        const std::size_t close = text.find('}', open);
        const bool closed = close != std::string::npos;
        result.push_back(closed ? fill_of(text.substr(open + 1, close - open - 1))
                                : Fill{Kind::broken, text.substr(open), {}, {}});
        begin = closed ? close + 1 : text.size();
    }
    if (begin < text.size()) result.push_back({Kind::words, text.substr(begin), {}, {}});
    return result;
}

std::string say(const Instrument& instrument, const Labels& labels, const std::string& language,
                const RecordLookup& answers) {
    std::string text;
    for (const Fill& fill : fills_of(label_in(labels, language, ""))) text += said(instrument, fill, language, answers);
    return text;
}

std::string say(const Instrument& instrument, const Labels& labels, const std::string& language) {
    return say(instrument, labels, language, {});
}

}  // namespace cifra
