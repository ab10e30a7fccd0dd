#include "questionnaires/forms/client_names.h"

#include <fmt/format.h>

namespace cifra {

FormNames::FormNames(const Instrument& instrument, Diagnostics& faults) : instrument_(instrument), faults_(faults) {
    for (const Question& question : instrument.questions) taken_.insert(question.name);
    for (const char* name : {"household", "interview_date", "outcome", "line", "crime", "ordinal", "times", "series",
                             "persons", "eligible", "meta", "instanceID"})
        taken_.insert(name);
}

std::string FormNames::fresh(std::string wanted) {
    while (!taken_.insert(wanted).second) wanted += "_";
    return wanted;
}

std::string FormNames::kept(std::map<std::string, std::string>& names, const std::string& key,
                            const std::string& wanted) {
    const auto found = names.find(key);
    return found != names.end() ? found->second : names.emplace(key, fresh(wanted)).first->second;
}

std::string FormNames::selected(const std::string& question) {
    return kept(selected_, question, "selected_" + question);
}

std::string FormNames::repeat(Unit loop) {
    const std::size_t module = loop == Unit::roster ? instrument_.roster->module : instrument_.incidents->module;
    const std::string& id = instrument_.modules[module].id;
    return kept(repeats_, id, id);
}

std::string FormNames::each(const std::string& computed) { return kept(each_, computed, computed + "_each"); }

XPathNames FormNames::seen_from(Unit unit, const Question* own) {
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
        result.path = fmt::format("${{{}}}", from_line ? selected(question.name) : question.name);
        if (&question == own) result.path = ".";
        result.dont_know = question.dont_know;
        result.refused = question.refused;
        result.mention = entry.code;
        result.date = question.type == QuestionType::date;
        result.computed = question.computed.has_value();
        return result;
    };
}

std::string FormNames::translated(const XPath& xpath, const Condition& condition) {
    for (const std::string& trouble : xpath.trouble)
        faults_.error(condition.where, "export-untranslatable", trouble,
                      "write the condition in another way, or keep this instrument to interviews on paper");
    return xpath.text;
}

std::string FormNames::when_true(const Condition& condition, Unit unit) {
    if (condition.expr.empty()) return "true()";
    return translated(cifra::when_true(condition.expr, seen_from(unit)), condition);
}

std::string FormNames::when_false(const Condition& condition, const Question& question, bool own) {
    if (condition.expr.empty()) return "false()";
    return translated(cifra::when_false(condition.expr, seen_from(question.unit, own ? &question : nullptr)),
                      condition);
}

std::string FormNames::value(const Condition& expression, Unit unit) {
    if (expression.expr.empty()) return "''";
    return translated(xpath_value(expression.expr, seen_from(unit)), expression);
}

}  // namespace cifra
