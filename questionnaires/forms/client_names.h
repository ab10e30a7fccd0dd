// Part of `client_form`: the names of a form's items, and the instrument's conditions as they read them.
#pragma once

#include <map>
#include <set>
#include <string>

#include "questionnaires/forms/xpath.h"
#include "questionnaires/instrument.h"

namespace cifra {

class FormNames {
public:
    FormNames(const Instrument& instrument, Diagnostics& faults);

    // `wanted`, with underscores after it where it is taken. Names of questions are taken from the start.
    std::string fresh(std::string wanted);
    // The node that holds the answer of a roster question for the person selected.
    std::string selected(const std::string& question);
    // The repeat of the roster or of the incident form.
    std::string repeat(Unit loop);
    // The node of a repeat that holds what an aggregate takes from each instance.
    std::string each(const std::string& computed);

    // How the items of a unit see a name. `own` is the question whose constraint reads it, by ".".
    XPathNames seen_from(Unit unit, const Question* own = nullptr);
    std::string when_true(const Condition& condition, Unit unit);  // "true()" without a condition
    // "false()" without a condition; `own`: of a constraint on the question itself.
    std::string when_false(const Condition& condition, const Question& question, bool own);
    std::string value(const Condition& expression, Unit unit);  // '' where it is missing

private:
    std::string kept(std::map<std::string, std::string>& names, const std::string& key, const std::string& wanted);
    std::string translated(const XPath& xpath, const Condition& condition);

    const Instrument& instrument_;
    Diagnostics& faults_;
    std::set<std::string> taken_;
    std::map<std::string, std::string> selected_, repeats_, each_;
};

}  // namespace cifra
