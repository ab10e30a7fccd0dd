#include "questionnaires/forms/client_items.h"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "questionnaires/answer.h"
#include "questionnaires/forms/client_computed.h"
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

std::string FormItems::list_of(const std::string& name, std::vector<Code> codes) {
    for (Code& code : codes) code.label = texts_.said(code.label, Unit::household);
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

// Of a period that ends with the interview, those of a year.
std::vector<Code> FormItems::months() const {
    const Period& period = instrument_.period;
    std::vector<Code> codes;
    const YearMonth first = period.to_interview ? YearMonth{0, 1} : first_month(period);
    for (int k = 0; k < (period.to_interview ? 12 : period.months); ++k) {
        const int at = first.month - 1 + k;
        const Period one{1, first.year + at / 12, at % 12 + 1, {}};
        Code code{std::to_string(one.month), {}, {}};
        for (const std::string& language : texts_.languages())
            code.label[language] = period.to_interview ? month_name(one.month, language) : period_text(one, language);
        codes.push_back(std::move(code));
    }
    return codes;
}

// Which of the months lie in a period that ends with the interview.
std::string FormItems::month_filter(const Question& question) {
    if (!instrument_.period.to_interview || instrument_.period.months == 12) return {};
    std::vector<std::string> kept = {
        fmt::format("({} + 12 - name) mod 12 < {}", texts_.last_month(), instrument_.period.months)};
    for (const std::string& code : missing_codes(question)) kept.push_back("name = " + xpath_text(code));
    return xpath_any(kept);
}

std::string FormItems::list_for(const Question& question) {
    std::vector<Code> codes = question.codes;
    std::string name = question.code_list.empty() ? question.name : question.code_list;
    if (question.type == QuestionType::month) {
        name = "months";
        codes = months();
    }
    if (!question.dont_know.empty()) codes.push_back({question.dont_know, texts_.word("dk"), {}});
    if (!question.refused.empty()) codes.push_back({question.refused, texts_.word("refused"), {}});
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
    if (question.type == QuestionType::month) item.choice_filter = month_filter(question);
}

void FormItems::limits(const Question& question) {
    if (asked_as_text(question))
        faults_.warning(
            question.where, "export-untranslatable",
            fmt::format("'{}' is typed as text in the form: its codes of missing answers are no dates", question.name),
            "give it dates as codes, such as {dk: 1900-01-01}");
    if (question.type == QuestionType::text)
        faults_.note(
            question.where, "export-limit",
            fmt::format("the form bounds the length of '{}' in characters, the instrument in bytes", question.name));
    if (question.pii)
        faults_.note(question.where, "export-limit",
                     fmt::format("the form has no mark for personal data: '{}' is held as any answer", question.name),
                     "keep the submissions encrypted, and out of what is shared");
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
        const Labels range = question.low && question.high
                                 ? texts_.word("range", {text(*question.low), text(*question.high)})
                             : question.low  ? texts_.word("least", {text(*question.low)})
                             : question.high ? texts_.word("greatest", {text(*question.high)})
                                             : texts_.word("whole");
        demand(range_test(question), range);
    }
    if (item.kind == ItemKind::text && !is_number(question))
        demand(text_test(question), question.type == QuestionType::date
                                        ? texts_.word("date")
                                        : texts_.word("length", {std::to_string(question.max_length)}));
    if (question.type == QuestionType::multiple) demand(alone_test(question), texts_.word("alone"));
    for (const Constraint& constraint : question.constraints)
        if (constraint.hard)
            demand(xpath_not(names_.when_false(constraint.that, question, true)),
                   constraint.say.empty() ? texts_.word("contradiction") : texts_.said(constraint.say, question.unit));
    item.constraint = unless_always(xpath_all(tests));
}

// The note, and the codes that a number or a text is typed for when there is no answer.
Labels FormItems::hint_of(const Question& question, const Texts& note) {
    Labels hint = texts_.said(note, question.unit);
    const auto q = static_cast<std::size_t>(&question - instrument_.questions.data());
    if (const std::size_t card = cards_.of_question[q]) append(hint, texts_.word("show_card", {std::to_string(card)}));
    if (!is_number(question) && question.type != QuestionType::text && question.type != QuestionType::date) return hint;
    for (const std::string& language : texts_.languages()) {
        std::vector<std::string> codes;
        const auto offer = [&](const std::string& code, const char* what) {
            if (!code.empty()) codes.push_back(code + " = " + texts_.word(what).at(language));
        };
        offer(question.dont_know, "dk");
        offer(question.refused, "refused");
        if (!codes.empty()) append(hint, {{language, fmt::format("{}.", fmt::join(codes, "; "))}});
    }
    return hint;
}

// What the interviewer is to confirm, or only to know, where the constraint fails.
FormItem FormItems::remark(const Question& question, const Constraint& constraint, const std::string& relevant) {
    FormItem item;
    item.kind = constraint.inform ? ItemKind::note : ItemKind::acknowledge;
    item.name = names_.fresh(question.name + (constraint.inform ? "_inform" : "_confirm"));
    const Labels what = constraint.say.empty() ? texts_.word("doubtful") : texts_.said(constraint.say, question.unit);
    const char* const how = constraint.inform ? "inform" : "confirm";
    for (const std::string& language : texts_.languages())
        item.label[language] = client_words(how, {language}, {what.at(language)}).at(language);
    item.relevant = xpath_all({relevant, names_.when_false(constraint.that, question, false)});
    item.required = !constraint.inform;
    return item;
}

std::vector<FormItem> FormItems::question(const Question& question, const std::string& gate) {
    if (question.computed) return {computed_item(question, gate, names_)};
    const Wording words = wording(question, instrument_.modules[question.module].mode);
    FormItem item;
    item.name = question.name;
    item.label = texts_.said(words.text, question.unit);
    item.hint = hint_of(question, words.note);
    item.required = true;
    const std::string relevant = xpath_all({gate, names_.when_true(question.ask_if, question.unit)});
    item.relevant = unless_always(relevant);
    set_answer(item, question);
    set_constraint(item, question);
    limits(question);
    std::vector<FormItem> items = {std::move(item)};
    for (const Constraint& constraint : question.constraints)
        if (!constraint.hard) items.push_back(remark(question, constraint, relevant));
    return items;
}

}  // namespace cifra
