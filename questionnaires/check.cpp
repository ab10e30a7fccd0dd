#include "questionnaires/check.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>

#include "engine/iccs.h"
#include "questionnaires/check_codes.h"
#include "questionnaires/check_frame.h"
#include "questionnaires/check_style.h"
#include "questionnaires/check_texts.h"

namespace cifra {
namespace {

// Columns of the answer files and names given by the engine.
bool is_reserved(const std::string& name) {
    static const std::set<std::string> reserved = {
        "household",          "line",          "crime", "ordinal", "times",        "persons", "eligible", "outcome",
        "interview_date",     "offence",       "iccs",  "series",  "series_count", "pi_3",    "status",   "victim_unit",
        "secondary_offences", "secondary_iccs"};
    return reserved.contains(name);
}

template <class Items, class Id>
void check_unique(const Items& items, const Id& id, const std::string& code, const std::string& what,
                  Diagnostics& faults) {
    std::map<std::string, Location> seen;
    for (const auto& item : items) {
        const auto [first, fresh] = seen.emplace(id(item), item.where);
        if (!fresh && !first->first.empty())
            faults.error(item.where, code, fmt::format("two {} are named '{}'", what, first->first),
                         fmt::format("rename one; the other is at line {}", first->second.line));
    }
}

void check_names(const Instrument& instrument, Diagnostics& faults) {
    check_unique(
        instrument.questions, [](const Question& q) { return q.name; }, "duplicate-name", "questions", faults);
    check_unique(
        instrument.modules, [](const Module& m) { return m.id; }, "duplicate-module", "modules", faults);
    check_unique(
        instrument.crimes, [](const Crime& c) { return c.id; }, "duplicate-crime", "crimes", faults);
    std::set<std::string> names;
    for (const Question& question : instrument.questions) names.insert(question.name);
    for (const Question& question : instrument.questions) {
        if (is_reserved(question.name))
            faults.error(question.where, "reserved-name",
                         fmt::format("'{}' is a column of the files or a name of the engine", question.name),
                         "choose another name");
        if (question.type != QuestionType::multiple) continue;
        for (const Code& code : question.codes)
            if (names.contains(question.name + "_" + code.code))
                faults.error(question.where, "duplicate-name",
                             fmt::format("'{}_{}' is the name of another question and of an answer of this one",
                                         question.name, code.code),
                             "rename one of the two questions");
    }
}

}  // namespace

void check_iccs(const std::string& code, const Location& where, Diagnostics& faults) {
    if (find_iccs(code)) return;
    if (const IccsAlias* alias = find_iccs_alias(code)) {
        faults.error(where, "unknown-iccs", fmt::format("'{}' is not a code of ICCS 1.0", code),
                     fmt::format("use '{}': {}", alias->right, alias->reason));
        return;
    }
    std::vector<std::string> codes;
    for (const IccsCode& known : iccs_codes()) codes.push_back(known.code);
    const std::string near = nearest(code, codes);
    faults.error(where, "unknown-iccs", fmt::format("'{}' is not a code of ICCS 1.0", code),
                 near.empty() ? "write a code of ICCS 1.0 in quotes, such as \"0401\""
                              : fmt::format("did you mean '{}'?", near));
}

namespace {

void check_offence(const std::string& offence, const Location& where, const Instrument& instrument,
                   Diagnostics& faults) {
    if (instrument.offences.empty()) return;
    std::vector<std::string> known;
    for (const Code& code : instrument.offences) known.push_back(code.code);
    if (std::find(known.begin(), known.end(), offence) == known.end())
        faults.error(where, "unknown-offence", fmt::format("'{}' is not in 'offences'", offence),
                     suggestion(offence, known));
}

void check_crimes(const Instrument& instrument, Diagnostics& faults) {
    for (std::size_t c = 0; c < instrument.crimes.size(); ++c) {
        const Crime& crime = instrument.crimes[c];
        if (!crime.unit)
            faults.error(crime.where, "crime-without-victim-unit",
                         fmt::format("'{}' does not say whose victimization it is", crime.id),
                         "add 'unit: household' or 'unit: person'");
        else if (!instrument.screener(c, ScreenerPart::happened))
            faults.error(crime.where, "crime-not-screened", fmt::format("no module asks about '{}'", crime.id),
                         fmt::format("add 'screener:' to a module of unit {}", to_text(*crime.unit)));
        if (crime.iccs.empty())
            faults.error(crime.where, "crime-without-iccs", fmt::format("'{}' has no ICCS code", crime.id),
                         "add 'iccs: \"0401\"'");
        else
            check_iccs(crime.iccs, crime.iccs_where, faults);
        check_offence(crime.offence, crime.offence_where, instrument, faults);
    }
}

void check_roster(const Instrument& instrument, Diagnostics& faults) {
    const Roster& roster = *instrument.roster;
    const auto refuse = [&](const std::string& message, const std::string& hint) {
        faults.error(roster.count_where, "roster-count", message, hint);
    };
    if (!roster.max)
        faults.error(roster.where, "loop-without-cap", "the roster has no greatest number of lines", "add 'max: 20'");
    const Question* count = instrument.find(roster.count);
    if (!count)
        return refuse(fmt::format("no question is named '{}'", roster.count),
                      "name a household question that counts the people");
    const bool before = count->unit == Unit::household && count->module < roster.module;
    if (!before || count->type != QuestionType::integer)
        return refuse(fmt::format("'{}' must be an integer question of the household, before the roster", roster.count),
                      "move it or name another");
    if (!count->dont_know.empty() || !count->refused.empty())
        refuse(fmt::format("'{}' may be left unknown, but the roster needs a number", roster.count),
               "write 'missing: none' at that question");
    if (count->ask_if.given() || instrument.modules[count->module].ask_if.given())
        refuse(fmt::format("'{}' may not be asked, but the roster needs a number", roster.count),
               "take the 'ask_if' from it and from its module");
    if (roster.max && count->high && *count->high > static_cast<double>(*roster.max))
        refuse(fmt::format("'{}' may exceed the roster's {} lines", roster.count, *roster.max),
               "make its range end at the roster's 'max'");
}

void check_loops(const Instrument& instrument, Diagnostics& faults) {
    if (instrument.roster) check_roster(instrument, faults);
    if (instrument.incidents && !instrument.incidents->max)
        faults.error(instrument.incidents->where, "loop-without-cap",
                     "the incident form has no greatest number per crime", "add 'incidents: {max: 5}'");
}

// A screener may be empty only because its crimes do not say whose they are: that fault is told already.
bool awaits_crimes(const Module& module, const Instrument& instrument) {
    return module.screener && std::any_of(instrument.crimes.begin(), instrument.crimes.end(),
                                          [](const Crime& crime) { return !crime.unit; });
}

void check_module_order(const Instrument& instrument, Diagnostics& faults) {
    for (std::size_t m = 0; m < instrument.modules.size(); ++m) {
        const Module& module = instrument.modules[m];
        const bool needs_roster = module.unit == Unit::person || module.unit == Unit::incident;
        if (module.begin == module.end && !awaits_crimes(module, instrument))
            faults.error(module.where, "empty-module", fmt::format("module '{}' asks nothing", module.id),
                         "add 'questions:' or remove it");
        if (needs_roster && !instrument.roster)
            faults.error(module.where, "no-roster",
                         fmt::format("module '{}' is asked of a person, but nobody is selected", module.id),
                         "add a module of unit roster");
        else if (needs_roster && instrument.roster->module > m)
            faults.error(module.where, "person-before-roster",
                         fmt::format("module '{}' stands before the person is selected", module.id),
                         "move it after the roster");
        if (module.screener && instrument.incidents && instrument.incidents->module < m)
            faults.error(module.where, "incident-before-screener",
                         fmt::format("the incident form stands before the screener '{}'", module.id),
                         "ask every screener first: forms between them shorten later answers");
    }
}

// Without a national list the offences are those that rules and crimes give.
std::vector<std::string> offences_of(const Coding& coding, const Instrument& instrument) {
    std::vector<std::string> known;
    for (const Code& code : instrument.offences) known.push_back(code.code);
    if (!known.empty()) return known;
    for (const CodingRule& rule : coding.rules) known.push_back(rule.offence);
    for (const Crime& crime : instrument.crimes) known.push_back(crime.offence);
    return known;
}

void check_hierarchy(const Coding& coding, const Instrument& instrument, Diagnostics& faults) {
    const std::vector<std::string> known = offences_of(coding, instrument);
    if (coding.rules.empty())
        faults.error(coding.hierarchy.front().where, "hierarchy-without-rules",
                     "there are no coding rules whose offences could be ranked",
                     "add 'coding:', or remove the hierarchy");
    std::vector<std::string> ranked;
    for (const auto& [offence, where] : coding.hierarchy) {
        if (std::find(known.begin(), known.end(), offence) == known.end())
            faults.error(where, "unknown-offence", fmt::format("no rule or crime gives the offence '{}'", offence),
                         suggestion(offence, known));
        if (std::find(ranked.begin(), ranked.end(), offence) != ranked.end())
            faults.error(where, "duplicate-offence", fmt::format("'{}' stands twice in the hierarchy", offence),
                         "keep it where it is gravest");
        ranked.push_back(offence);
    }
    for (const CodingRule& rule : coding.rules)
        if (!rule.offence.empty() && std::find(ranked.begin(), ranked.end(), rule.offence) == ranked.end())
            faults.error(rule.offence_where, "unranked-offence",
                         fmt::format("the hierarchy does not say how grave '{}' is", rule.offence),
                         "put it into 'hierarchy', the gravest first");
}

void check_safety(const Instrument& instrument, Diagnostics& faults) {
    bool private_now = false;
    std::set<std::size_t> told;
    for (const Question& question : instrument.questions) {
        if (question.computed) continue;
        private_now |= question.privacy;
        const Module& module = instrument.modules[question.module];
        if (!question.sensitive && !module.sensitive) continue;
        if (!private_now && told.insert(question.module).second)
            faults.error(
                question.where, "sensitive-without-privacy",
                fmt::format("'{}' is sensitive, but nobody asks before whether others can hear", question.name),
                "put a question with 'role: privacy' before it");
        if (question.refused.empty() && question.type != QuestionType::text && question.type != QuestionType::date)
            faults.error(question.where, "sensitive-without-refusal",
                         fmt::format("'{}' is sensitive, but cannot be refused", question.name),
                         "add 'refused' to its 'missing'");
    }
}

}  // namespace

void check_coding(const Coding& coding, const Instrument& instrument, Diagnostics& faults) {
    for (const CodingRule& rule : coding.rules) {
        if (!rule.iccs.empty()) check_iccs(rule.iccs, rule.iccs_where, faults);
        if (!rule.offence.empty()) check_offence(rule.offence, rule.offence_where, instrument, faults);
        check_condition_codes(rule.condition, instrument, faults);
    }
    if (!coding.hierarchy.empty()) check_hierarchy(coding, instrument, faults);
}

void check_instrument(const Instrument& instrument, Diagnostics& faults) {
    check_names(instrument, faults);
    check_codes(instrument, faults);
    check_texts(instrument, faults);
    check_crimes(instrument, faults);
    check_coding(instrument.coding, instrument, faults);
    check_loops(instrument, faults);
    check_module_order(instrument, faults);
    check_safety(instrument, faults);
    check_frame(instrument, faults);
    check_name_style(instrument, faults);
    check_text_style(instrument, faults);
    check_structure_style(instrument, faults);
    check_safety_style(instrument, faults);
    check_crime_style(instrument, faults);
}

}  // namespace cifra
