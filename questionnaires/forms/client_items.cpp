#include "questionnaires/forms/client_items.h"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "questionnaires/answer.h"
#include "questionnaires/forms/client_words.h"

namespace cifra {
namespace {

constexpr double greatest_integer = 999'999'999;

void append(Labels& text, const Labels& more) {
    for (const auto& [language, words] : more)
        if (std::string& own = text[language]; !words.empty()) own += (own.empty() ? "" : " ") + words;
}

bool is_number(const Question& question) {
    return question.type == QuestionType::integer || question.type == QuestionType::money;
}

std::vector<std::string> missing_codes(const Question& question) {
    std::vector<std::string> codes;
    for (const std::string& code : {question.dont_know, question.refused})
        if (!code.empty()) codes.push_back(code);
    return codes;
}

bool asked_as_text(const Question& question) {
    const auto codes = missing_codes(question);
    return question.type == QuestionType::date && !std::all_of(codes.begin(), codes.end(), is_date);
}

// Clients keep an integer of nine digits, and would write a decimal with a point.
bool typed_in_full(const Question& question) {
    const auto beyond = [](const std::optional<double>& end) { return !end || std::abs(*end) > greatest_integer; };
    return is_number(question) && (beyond(question.high) || (question.low && beyond(question.low)));
}

std::string range_test(const Question& question) {
    std::vector<std::string> inside, allowed;
    if (question.low) inside.push_back(fmt::format(". >= {}", *question.low));
    if (question.high) inside.push_back(fmt::format(". <= {:.0f}", *question.high));
    if (typed_in_full(question)) inside.emplace_back("regex(., '^-?(0|[1-9][0-9]*)$')");
    if (inside.empty()) return "true()";
    allowed.push_back(xpath_all(inside));
    for (const std::string& code : missing_codes(question)) allowed.push_back(". = " + code);
    return xpath_any(allowed);
}

std::string text_test(const Question& question) {
    std::vector<std::string> allowed;
    if (question.type == QuestionType::date)
        allowed.emplace_back("regex(., '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$')");
    else
        allowed.push_back(fmt::format("string-length(.) <= {}", question.max_length));
    for (const std::string& code : missing_codes(question)) allowed.push_back(". = " + xpath_text(code));
    return xpath_any(allowed);
}

std::string alone_test(const Question& question) {
    std::vector<std::string> codes = missing_codes(question), tests;
    codes.insert(codes.end(), question.exclusive.begin(), question.exclusive.end());
    for (const std::string& code : codes) tests.push_back(fmt::format("selected(., {})", xpath_text(code)));
    return tests.empty() ? "true()" : xpath_not(xpath_all({xpath_any(tests), "count-selected(.) > 1"}));
}

}  // namespace

std::string unless_always(const std::string& condition) { return condition == "true()" ? "" : condition; }

FormItems::FormItems(const Instrument& instrument, Diagnostics& faults)
    : instrument_(instrument), faults_(faults), languages_(instrument.languages) {
    if (languages_.empty()) languages_.emplace_back("en");
    for (const Question& question : instrument.questions) taken_.insert(question.name);
    for (const char* name : {"household", "interview_date", "outcome", "line", "crime", "ordinal", "times", "series",
                             "persons", "eligible", "meta", "instanceID"})
        taken_.insert(name);
}

std::string FormItems::fresh_name(std::string wanted) {
    while (!taken_.insert(wanted).second) wanted += "_";
    return wanted;
}

std::string FormItems::selected_name(const std::string& question) {
    const auto found = selected_.find(question);
    if (found != selected_.end()) return found->second;
    return selected_.emplace(question, fresh_name("selected_" + question)).first->second;
}

Labels FormItems::said(const Labels& labels) const {
    Labels texts;
    if (!labels.empty())
        for (const std::string& language : languages_) texts[language] = say(instrument_, labels, language);
    return texts;
}

Labels FormItems::word(std::string_view key, const std::vector<std::string>& values) const {
    return client_words(key, languages_, values);
}

XPathNames FormItems::names_for(Unit unit, const Question* own) {
    return [this, unit, own](const std::string& name) {
        const Name& entry = instrument_.names[instrument_.name_index.find(name)->second];
        const bool from_line = entry.unit == Unit::roster && unit > Unit::roster;
        XPathName result;
        if (!entry.question) {
            result.path = fmt::format("${{{}}}", name == "line" && from_line ? "selected_line" : name);
            result.never_blank = name != "times";
            result.blank = Missing::dont_know;
            return result;
        }
        const Question& question = instrument_.questions[*entry.question];
        result.path = fmt::format("${{{}}}", from_line ? selected_name(question.name) : question.name);
        if (&question == own) result.path = ".";
        result.dont_know = question.dont_know;
        result.refused = question.refused;
        result.mention = entry.code;
        result.date = question.type == QuestionType::date;
        return result;
    };
}

std::string FormItems::translated(const XPath& xpath, const Condition& condition) {
    for (const std::string& trouble : xpath.trouble)
        faults_.error(condition.where, "export-untranslatable", trouble,
                      "write the condition in another way, or keep this instrument to interviews on paper");
    return xpath.text;
}

std::string FormItems::when_true(const Condition& condition, Unit unit) {
    if (condition.expr.empty()) return "true()";
    return translated(cifra::when_true(condition.expr, names_for(unit)), condition);
}

std::string FormItems::when_false(const Condition& condition, const Question& question, bool own) {
    if (condition.expr.empty()) return "false()";
    return translated(cifra::when_false(condition.expr, names_for(question.unit, own ? &question : nullptr)),
                      condition);
}

std::string FormItems::list_of(const std::string& name, std::vector<Code> codes) {
    for (Code& code : codes) code.label = said(code.label);
    const auto same = [&](const Code& a, const Code& b) { return a.code == b.code && a.label == b.label; };
    for (std::size_t n = 1;; ++n) {
        const std::string tried = n == 1 ? name : fmt::format("{}_{}", name, n);
        const auto known =
            std::find_if(lists.begin(), lists.end(), [&](const ChoiceList& list) { return list.name == tried; });
        if (known == lists.end()) {
            lists.push_back({tried, std::move(codes)});
            return tried;
        }
        if (std::equal(codes.begin(), codes.end(), known->codes.begin(), known->codes.end(), same)) return tried;
    }
}

std::string FormItems::list_for(const Question& question) {
    std::vector<Code> codes = question.codes;
    std::string name = question.code_list.empty() ? question.name : question.code_list;
    if (question.type == QuestionType::month) {
        name = "months";
        const YearMonth first = first_month(instrument_.period);
        for (int k = 0; k < instrument_.period.months; ++k) {
            const int at = first.month - 1 + k;
            const Period one{1, first.year + at / 12, at % 12 + 1, {}};
            Code code{std::to_string(one.month), {}, {}};
            for (const std::string& language : languages_) code.label[language] = period_text(one, language);
            codes.push_back(std::move(code));
        }
    }
    if (!question.dont_know.empty()) codes.push_back({question.dont_know, word("dk"), {}});
    if (!question.refused.empty()) codes.push_back({question.refused, word("refused"), {}});
    if (const auto missing = missing_codes(question); !missing.empty())
        name += fmt::format("_{}", fmt::join(missing, "_"));
    return list_of(name, std::move(codes));
}

void FormItems::set_answer(FormItem& item, const Question& question) {
    switch (question.type) {
        case QuestionType::single:
        case QuestionType::month:
            item.kind = ItemKind::select_one;
            break;
        case QuestionType::multiple:
            item.kind = ItemKind::select_multiple;
            break;
        case QuestionType::integer:
        case QuestionType::money:
            item.kind = typed_in_full(question) ? ItemKind::text : ItemKind::integer;
            if (item.kind == ItemKind::text) item.appearance = "numbers";
            break;
        case QuestionType::date:
            item.kind = asked_as_text(question) ? ItemKind::text : ItemKind::date;
            break;
        case QuestionType::text:
            item.kind = ItemKind::text;
            break;
        case QuestionType::computed:
            break;
    }
    if (item.kind == ItemKind::select_one || item.kind == ItemKind::select_multiple) item.list = list_for(question);
    if (item.kind == ItemKind::text && question.type == QuestionType::date)
        faults_.warning(
            question.where, "export-untranslatable",
            fmt::format("'{}' is typed as text in the form: its codes of missing answers are no dates", question.name),
            "give it dates as codes, such as {dk: 1900-01-01}");
    if (question.type == QuestionType::text)
        faults_.note(
            question.where, "export-limit",
            fmt::format("the form bounds the length of '{}' in characters, the instrument in bytes", question.name));
}

void FormItems::set_constraint(FormItem& item, const Question& question) {
    std::vector<std::string> tests;
    const auto demand = [&](const std::string& test, const Labels& message) {
        if (test == "true()") return;
        tests.push_back(test);
        append(item.message, message);
    };
    if (is_number(question)) {
        const auto text = [](double x) { return fmt::format("{:.0f}", x); };
        const Labels range = question.low && question.high ? word("range", {text(*question.low), text(*question.high)})
                             : question.low                ? word("least", {text(*question.low)})
                             : question.high               ? word("greatest", {text(*question.high)})
                                                           : word("whole");
        demand(range_test(question), range);
    }
    if (item.kind == ItemKind::text && !is_number(question))
        demand(text_test(question), question.type == QuestionType::date
                                        ? word("date")
                                        : word("length", {std::to_string(question.max_length)}));
    if (question.type == QuestionType::multiple) demand(alone_test(question), word("alone"));
    for (const Constraint& constraint : question.constraints)
        if (constraint.hard)
            demand(xpath_not(when_false(constraint.that, question, true)),
                   constraint.say.empty() ? word("contradiction") : said(constraint.say));
    item.constraint = unless_always(xpath_all(tests));
}

// The note, and the codes that a number or a text is typed for when there is no answer.
Labels FormItems::hint_of(const Question& question) const {
    Labels hint = said(question.note);
    if (!is_number(question) && question.type != QuestionType::text && question.type != QuestionType::date) return hint;
    for (const std::string& language : languages_) {
        std::vector<std::string> codes;
        if (!question.dont_know.empty()) codes.push_back(question.dont_know + " = " + word("dk").at(language));
        if (!question.refused.empty()) codes.push_back(question.refused + " = " + word("refused").at(language));
        if (!codes.empty()) append(hint, {{language, fmt::format("{}.", fmt::join(codes, "; "))}});
    }
    return hint;
}

FormItem FormItems::acknowledgement(const Question& question, const Constraint& constraint,
                                    const std::string& relevant) {
    FormItem item;
    item.kind = ItemKind::acknowledge;
    item.name = fresh_name(question.name + "_confirm");
    const Labels what = constraint.say.empty() ? word("doubtful") : said(constraint.say);
    for (const std::string& language : languages_)
        item.label[language] = client_words("confirm", {language}, {what.at(language)}).at(language);
    item.relevant = xpath_all({relevant, when_false(constraint.that, question, false)});
    item.required = true;
    return item;
}

std::vector<FormItem> FormItems::question(const Question& question, const std::string& gate) {
    if (question.computed) {
        faults_.error(question.where, "export-untranslatable",
                      fmt::format("the form does not compute '{}'", question.name),
                      "write its value where it is read, or leave this instrument to the program's own interview");
        return {};
    }
    FormItem item;
    item.name = question.name;
    item.label = said(question.text);
    item.hint = hint_of(question);
    item.required = true;
    const std::string relevant = xpath_all({gate, when_true(question.ask_if, question.unit)});
    item.relevant = unless_always(relevant);
    set_answer(item, question);
    set_constraint(item, question);
    std::vector<FormItem> items = {std::move(item)};
    for (const Constraint& constraint : question.constraints)
        if (!constraint.hard && !constraint.inform) items.push_back(acknowledgement(question, constraint, relevant));
    return items;
}

}  // namespace cifra
