#include "questionnaires/names.h"

#include <fmt/format.h>

namespace cifra {
namespace {

void add_name(Instrument& instrument, Name name) {
    instrument.name_index.emplace(name.name, instrument.names.size());
    if (name.question) instrument.names_of[*name.question].push_back(instrument.names.size());
    instrument.names.push_back(std::move(name));
}

void add_given_names(Instrument& instrument) {
    const std::size_t start = instrument.roster ? instrument.modules[instrument.roster->module].begin : 0;
    const std::size_t known = instrument.roster ? instrument.modules[instrument.roster->module].end : 0;
    if (instrument.roster) {
        add_name(instrument, {"line", Type::number, Unit::roster, start, std::nullopt, {}});
        add_name(instrument, {"persons", Type::number, Unit::household, known, std::nullopt, {}});
        add_name(instrument, {"eligible", Type::number, Unit::household, known, std::nullopt, {}});
    }
    if (instrument.incidents) {
        const std::size_t begin = instrument.modules[instrument.incidents->module].begin;
        add_name(instrument, {"crime", Type::text, Unit::incident, begin, std::nullopt, {}});
        add_name(instrument, {"ordinal", Type::number, Unit::incident, begin, std::nullopt, {}});
        add_name(instrument, {"times", Type::number, Unit::incident, begin, std::nullopt, {}});
    }
}

std::vector<std::string> visible_names(const Instrument& instrument, Unit unit, std::size_t position) {
    std::vector<std::string> names;
    for (const Name& name : instrument.names)
        if (sees(unit, name.unit) && name.position <= position) names.push_back(name.name);
    return names;
}

// The type of an aggregate, and the type of what it aggregates.
Type result_type(Aggregate aggregate) {
    return aggregate == Aggregate::any || aggregate == Aggregate::all ? Type::truth : Type::number;
}
Type operand_type(Aggregate aggregate) {
    const bool numbers = aggregate == Aggregate::sum || aggregate == Aggregate::min || aggregate == Aggregate::max;
    return numbers ? Type::number : Type::truth;
}

// The loop must have ended before the aggregate.
bool loop_ended(const Question& question, const Instrument& instrument, std::size_t index, Diagnostics& faults) {
    const Computation& computed = *question.computed;
    const bool roster = computed.over == Unit::roster;
    std::optional<std::size_t> module;
    if (roster && instrument.roster) module = instrument.roster->module;
    if (!roster && instrument.incidents) module = instrument.incidents->module;
    const bool before_others =
        !roster && question.unit == Unit::household && instrument.roster && instrument.roster->all;
    if (module && instrument.modules[*module].end <= index && !before_others) return true;
    faults.error(computed.value.where, "aggregate-before-loop",
                 fmt::format("the {} has not been asked here", roster ? "roster" : "incident form"),
                 before_others ? "the household is asked before the other persons: compute it in a module of the person"
                               : "move the computed question to a module after it");
    return false;
}

void bind_computed(Question& question, std::size_t index, Instrument& instrument, Diagnostics& faults) {
    Computation& computed = *question.computed;
    if (computed.aggregate == Aggregate::none) {
        // Qualified: std::nullopt would bring in std::bind.
        cifra::bind(computed.value, instrument, question.unit, index, faults, std::nullopt);
        if (!computed.value.expr.empty()) computed.type = computed.value.expr.type();
    } else {
        computed.type = result_type(computed.aggregate);
        if (loop_ended(question, instrument, index, faults)) {
            bind(computed.value, instrument, computed.over, index, faults, operand_type(computed.aggregate));
            bind(computed.where, instrument, computed.over, index, faults);
        }
    }
    const auto name = instrument.name_index.find(question.name);
    if (name != instrument.name_index.end()) instrument.names[name->second].type = computed.type;
}

void bind_question(Question& question, std::size_t index, Instrument& instrument, Diagnostics& faults) {
    bind(question.ask_if, instrument, question.unit, index, faults);
    if (question.computed) bind_computed(question, index, instrument, faults);
    for (Constraint& constraint : question.constraints)
        bind(constraint.that, instrument, question.unit, index + 1, faults);
}

}  // namespace

bool sees(Unit reader, Unit owner) { return owner <= reader; }

void collect_names(Instrument& instrument) {
    instrument.names.clear();
    instrument.name_index.clear();
    instrument.names_of.assign(instrument.questions.size(), {});
    for (std::size_t q = 0; q < instrument.questions.size(); ++q) {
        const Question& question = instrument.questions[q];
        if (instrument.name_index.contains(question.name)) continue;
        add_name(instrument, {question.name, value_type(question), question.unit, q + 1, q, {}});
        if (question.type != QuestionType::multiple) continue;
        for (const Code& code : question.codes) {
            const std::string mention = question.name + "_" + code.code;
            if (!instrument.name_index.contains(mention))
                add_name(instrument, {mention, Type::text, question.unit, q + 1, q, code.code});
        }
    }
    add_given_names(instrument);
}

bool check_reference(const std::string& used, const Location& where, const Instrument& instrument, Unit unit,
                     std::size_t position, Diagnostics& faults) {
    const auto found = instrument.name_index.find(used);
    if (found == instrument.name_index.end()) {
        faults.error(where, "undefined-reference", fmt::format("no question is named '{}'", used),
                     suggestion(used, visible_names(instrument, unit, position)));
        return false;
    }
    const Name& name = instrument.names[found->second];
    if (!sees(unit, name.unit)) {
        faults.error(where, "reference-out-of-unit",
                     fmt::format("'{}' belongs to the {} and cannot be read at the {} level", used, to_text(name.unit),
                                 to_text(unit)),
                     "use a question of the same unit or of one above it");
        return false;
    }
    if (name.position > position) {
        faults.error(where, "later-reference", fmt::format("'{}' is asked later", used),
                     "move the question that it depends on before it");
        return false;
    }
    return true;
}

Schema schema_for(const Instrument& instrument, Unit unit, std::size_t position) {
    Schema schema;
    for (const Name& name : instrument.names)
        if (sees(unit, name.unit) && name.position <= position) schema.add(name.name, name.type);
    return schema;
}

void bind(Condition& condition, const Instrument& instrument, Unit unit, std::size_t position, Diagnostics& faults,
          std::optional<Type> expected) {
    if (!condition.given()) return;
    bool sound = true;
    for (const std::string& name : names_in(condition.text))
        sound &= check_reference(name, condition.where, instrument, unit, position, faults);
    if (!sound) return;
    auto parsed =
        parse_expression(condition.text, condition.where, schema_for(instrument, unit, position), faults, expected);
    if (parsed) condition.expr = std::move(*parsed);
}

void bind_conditions(Instrument& instrument, Diagnostics& faults) {
    for (std::size_t q = 0; q < instrument.questions.size(); ++q)
        bind_question(instrument.questions[q], q, instrument, faults);
    const Instrument& names = instrument;
    for (Module& module : instrument.modules) bind(module.ask_if, names, module.unit, module.begin, faults);
    if (instrument.roster)
        bind(instrument.roster->eligible, names, Unit::roster, instrument.modules[instrument.roster->module].end,
             faults);
    if (instrument.incidents)
        bind(instrument.incidents->series, names, Unit::incident, instrument.modules[instrument.incidents->module].end,
             faults);
    for (CodingRule& rule : instrument.coding.rules)
        bind(rule.condition, names, Unit::incident, instrument.questions.size(), faults);
    for (MeasuredIndicator& indicator : instrument.indicators) {
        bind(indicator.numerator, names, indicator.unit, instrument.questions.size(), faults);
        bind(indicator.universe, names, indicator.unit, instrument.questions.size(), faults);
    }
}

}  // namespace cifra
