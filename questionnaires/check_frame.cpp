#include "questionnaires/check_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "questionnaires/names.h"

namespace cifra {
namespace {

std::vector<std::string> indicator_ids(const Instrument& instrument) {
    std::vector<std::string> ids;
    for (const MeasuredIndicator& indicator : instrument.indicators) ids.push_back(indicator.id);
    return ids;
}

std::string known_or(const std::string& word, const std::vector<std::string>& known, const std::string& otherwise) {
    const std::string hint = suggestion(word, known);
    return hint.empty() ? otherwise : hint;
}

void check_binding(const Reference& named, const Question& question, const Instrument& instrument,
                   Diagnostics& faults) {
    const auto found = std::find_if(instrument.indicators.begin(), instrument.indicators.end(),
                                    [&](const MeasuredIndicator& indicator) { return indicator.id == named.id; });
    if (found == instrument.indicators.end())
        faults.error(named.where, "unknown-indicator", fmt::format("no indicator is called '{}'", named.id),
                     known_or(named.id, indicator_ids(instrument), "declare it under 'indicators'"));
    else if (!sees(found->unit, question.unit))
        faults.error(named.where, "indicator-out-of-unit",
                     fmt::format("'{}' is of the {}, but '{}' is asked of each {}", named.id, to_text(found->unit),
                                 question.name, to_text(question.unit)),
                     "give the indicator the unit of the question, or name a computed question of its own unit");
}

void check_indicators(const Instrument& instrument, Diagnostics& faults) {
    std::set<std::string> bound;
    for (const Question& question : instrument.questions) {
        if (question.part == ScreenerPart::count) continue;
        for (const Reference& named : question.indicators) {
            bound.insert(named.id);
            check_binding(named, question, instrument, faults);
        }
    }
    for (const MeasuredIndicator& indicator : instrument.indicators) {
        if (!indicator.iccs.empty()) check_iccs(indicator.iccs, indicator.iccs_where, faults);
        const bool reads = !indicator.numerator.expr.empty() && !indicator.numerator.expr.names().empty();
        if (!reads && !indicator.numerator.given() && !bound.contains(indicator.id))
            faults.warning(indicator.where, "unbound-indicator",
                           fmt::format("nothing that is asked measures '{}'", indicator.id),
                           "give it a 'numerator', or name it at a crime or question");
    }
}

void check_modes(const Instrument& instrument, Diagnostics& faults) {
    const auto listed = [&](Mode mode) {
        return std::find(instrument.modes.begin(), instrument.modes.end(), mode) != instrument.modes.end();
    };
    const auto refuse = [&](const Location& where, const std::string& what, Mode mode) {
        faults.error(where, "unlisted-mode", fmt::format("{} is for the mode '{}'", what, to_text(mode)),
                     fmt::format("add '{}' to 'modes'", to_text(mode)));
    };
    for (const Module& module : instrument.modules)
        if (!listed(module.mode) && module.mode == Mode::self)
            refuse(module.where, fmt::format("module '{}'", module.id), module.mode);
    for (const Question& question : instrument.questions) {
        const auto has = [](const Wording& wording) { return !wording.text.empty() || !wording.note.empty(); };
        if (has(question.self) && !listed(Mode::self))
            refuse(question.where, fmt::format("a text of '{}'", question.name), Mode::self);
        if (has(question.paper) && !listed(Mode::paper))
            refuse(question.where, fmt::format("a text of '{}'", question.name), Mode::paper);
    }
}

void check_bounding(const Instrument& instrument, Diagnostics& faults) {
    const RecallBounding& bounding = instrument.bounding;
    if (bounding.method == RecallBounding::Method::landmark) {
        const Question* event = instrument.find(bounding.event.id);
        const auto screens = [](const Module& module) { return module.screener; };
        const auto screener = std::find_if(instrument.modules.begin(), instrument.modules.end(), screens);
        const bool before = event && event->unit != Unit::incident &&
                            event->module < static_cast<std::size_t>(screener - instrument.modules.begin());
        if (!before)
            faults.error(bounding.event.where, "bounding-event",
                         fmt::format("'{}' is no question that stands before the screeners", bounding.event.id),
                         "name the question that recalls the landmark");
    }
    if (bounding.method == RecallBounding::Method::previous_wave) {
        const Question* duplicate = instrument.find(bounding.duplicate.id);
        if (!duplicate || duplicate->unit != Unit::incident || duplicate->type != QuestionType::single)
            faults.error(bounding.duplicate.where, "bounding-duplicate",
                         fmt::format("'{}' is no question with codes of the incident form", bounding.duplicate.id),
                         "name the one that asks whether the incident was told in the last interview");
        else if (duplicate->duplicate)
            faults.error(bounding.duplicate.where, "bounding-duplicate",
                         fmt::format("'{}' asks whether the incident was told in another form of this interview",
                                     bounding.duplicate.id),
                         "name the question that asks it of the last interview, which has no role");
    }
}

// What a role says is read from the first code of the answer.
void check_roles(const Instrument& instrument, Diagnostics& faults) {
    const Question* duplicate = nullptr;
    for (const Question& question : instrument.questions) {
        const auto refuse = [&](const std::string& message, const std::string& hint) {
            faults.error(question.where, "bad-role", message, hint);
        };
        if ((question.privacy || question.consent || question.duplicate) && question.type != QuestionType::single)
            refuse(fmt::format("'{}' has a role, but is not of type single", question.name),
                   "give it codes: the first says that nobody hears, that she agrees, or that it was told already");
        if (!question.duplicate) continue;
        if (question.unit != Unit::incident)
            refuse(fmt::format("'{}' asks of an incident, but is not in the incident form", question.name),
                   "move it to the module of unit incident");
        if (duplicate)
            refuse(fmt::format("'{}' has the role of '{}' too", question.name, duplicate->name),
                   fmt::format("keep one 'role: duplicate'; the other is at line {}", duplicate->where.line));
        duplicate = &question;
    }
}

bool is_of_crimes(const Module& module, const Instrument& instrument) {
    const auto begin = instrument.questions.begin();
    return module.sensitive || module.screener || module.unit == Unit::incident ||
           std::any_of(begin + static_cast<std::ptrdiff_t>(module.begin),
                       begin + static_cast<std::ptrdiff_t>(module.end),
                       [](const Question& question) { return question.sensitive; });
}

// The interview turns to the exit when somebody comes in, and goes on from there.
void check_exit(const Instrument& instrument, Diagnostics& faults) {
    const Reference& exit = instrument.safety.exit;
    const auto module = std::find_if(instrument.modules.begin(), instrument.modules.end(),
                                     [&](const Module& known) { return known.id == exit.id; });
    if (module == instrument.modules.end()) return;
    if (is_of_crimes(*module, instrument))
        return faults.error(
            exit.where, "safety-reference",
            fmt::format("'{}' speaks of crimes or of what is sensitive, and others would hear", exit.id),
            "name a module of another subject");
    const auto later = std::find_if(module + 1, instrument.modules.end(),
                                    [&](const Module& m) { return is_of_crimes(m, instrument); });
    if (later != instrument.modules.end())
        faults.warning(
            exit.where, "exit-before-sensitive",
            fmt::format("after '{}' the interview comes to '{}' again, which others would hear", exit.id, later->id),
            "name a module that stands after all that is sensitive");
}

void check_safety_references(const Instrument& instrument, Diagnostics& faults) {
    const SafetyProfile& safety = instrument.safety;
    std::vector<std::string> questions, modules;
    for (const Question& question : instrument.questions) questions.push_back(question.name);
    for (const Module& module : instrument.modules) modules.push_back(module.id);
    const auto known = [&](const Reference& reference, const std::vector<std::string>& names, const std::string& what) {
        if (reference.id.empty() || std::find(names.begin(), names.end(), reference.id) != names.end()) return;
        faults.error(reference.where, "safety-reference", fmt::format("'{}' is no {}", reference.id, what),
                     known_or(reference.id, names, "name one that is in the instrument"));
    };
    known(safety.privacy, questions, "question");
    const Question* privacy = instrument.find(safety.privacy.id);
    if (privacy && !privacy->privacy)
        faults.error(safety.privacy.where, "safety-reference",
                     fmt::format("'{}' does not ask whether others can hear", safety.privacy.id),
                     "name the question with 'role: privacy', or give it that role");
    known(safety.exit, modules, "module");
    std::vector<std::string> both = questions;
    both.insert(both.end(), modules.begin(), modules.end());
    known(safety.referral, both, "question or module");
}

}  // namespace

void check_frame(const Instrument& instrument, Diagnostics& faults) {
    check_indicators(instrument, faults);
    check_modes(instrument, faults);
    check_bounding(instrument, faults);
    check_safety_references(instrument, faults);
    check_roles(instrument, faults);
    check_exit(instrument, faults);
}

}  // namespace cifra
