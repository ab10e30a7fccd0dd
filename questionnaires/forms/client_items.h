// Part of `client_form`: one question as an item with its choices, constraint and acknowledgements.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "questionnaires/forms/client_form.h"
#include "questionnaires/forms/xpath.h"

namespace cifra {

// What the items of a form share: the names taken, the lists of choices, the faults.
class FormItems {
public:
    FormItems(const Instrument& instrument, Diagnostics& faults);

    // `wanted`, with underscores after it where it is taken. Names of questions are taken from the start.
    std::string fresh_name(std::string wanted);
    // The node that holds the answer of a roster question for the person selected.
    std::string selected_name(const std::string& question);

    Labels said(const Labels& labels) const;  // in each language, fills replaced
    Labels word(std::string_view key, const std::vector<std::string>& values = {}) const;

    // How the items of a unit see a name. `own` is the question whose constraint reads it, by ".".
    XPathNames names_for(Unit unit, const Question* own = nullptr);
    std::string when_true(const Condition& condition, Unit unit);  // "true()" without a condition

    // The question and its acknowledgements; asked where `gate` holds and its own condition.
    std::vector<FormItem> question(const Question& question, const std::string& gate);
    std::string list_of(const std::string& name, std::vector<Code> codes);
    std::vector<ChoiceList> lists;
    const std::vector<std::string>& languages() const { return languages_; }

private:
    std::string translated(const XPath& xpath, const Condition& condition);
    std::string when_false(const Condition& condition, const Question& question, bool own);
    void set_answer(FormItem& item, const Question& question);
    void set_constraint(FormItem& item, const Question& question);
    std::string list_for(const Question& question);
    Labels hint_of(const Question& question) const;
    FormItem acknowledgement(const Question& question, const Constraint& constraint, const std::string& relevant);

    const Instrument& instrument_;
    Diagnostics& faults_;
    std::vector<std::string> languages_;
    std::set<std::string> taken_;
    std::map<std::string, std::string> selected_;
};

// A relevance or constraint as the form writes it: "" where it always holds.
std::string unless_always(const std::string& condition);

}  // namespace cifra
