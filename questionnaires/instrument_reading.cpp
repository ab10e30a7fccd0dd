#include "questionnaires/instrument_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "questionnaires/names.h"

namespace cifra {
namespace {

std::vector<CodeList> read_code_lists(const YamlValue* lists, Diagnostics& faults) {
    std::vector<CodeList> result;
    if (!lists) return result;
    if (!lists->is_map())
        faults.error(lists->where, "wrong-type", "'codes' must be a map of code lists", "write 'yes_no: {1: ...}'");
    for (std::size_t i = 0; i < lists->entries.size(); ++i)
        result.push_back({lists->entries[i].first, read_codes(lists->entries[i].second, faults), lists->key_places[i]});
    return result;
}

std::optional<Unit> read_unit(Fields& fields, const std::vector<std::string>& allowed) {
    if (!fields.has("unit")) return std::nullopt;
    const std::string word = fields.choice("unit", allowed, allowed.front());
    for (Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident})
        if (to_text(unit) == word) return unit;
    return std::nullopt;
}

Crime read_crime(const YamlValue& map, Diagnostics& faults) {
    Fields fields(map, faults, "a crime");
    Crime crime;
    crime.where = place_of(map, "id");
    crime.id = read_name(fields, map, "id", faults);
    crime.unit = read_unit(fields, {"household", "person"});
    crime.iccs = fields.text("iccs");
    crime.iccs_where = place_of(map, "iccs");
    crime.offence = fields.text("offence", crime.id);
    crime.offence_where = place_of(map, "offence");
    crime.label = read_texts(fields, "label", faults);
    fields.require("cue");
    crime.cue = read_texts(fields, "cue", faults);
    crime.note = read_texts(fields, "note", faults);
    crime.ask_if = read_condition(fields, "ask_if", faults);
    crime.sensitive = fields.boolean("sensitive", false);
    fields.finish();
    return crime;
}

struct Screener {
    std::vector<Code> codes;
    std::string code_list;
    std::int64_t max = 97;
    Texts count;
};

Screener read_screener(const YamlValue& map, Reader& reader) {
    Fields fields(map, reader.faults, "'screener'");
    Screener screener;
    Question codes;
    if (const YamlValue* value = fields.require("codes")) read_question_codes(codes, *value, reader);
    screener.codes = codes.codes;
    screener.code_list = codes.code_list;
    screener.max = fields.integer("max", 97);
    fields.require("count");
    screener.count = read_texts(fields, "count", reader.faults);
    fields.finish();
    return screener;
}

Question screener_question(const Crime& crime, std::size_t index, const Screener& screener, const Module& module,
                           std::size_t module_index, const MissingPolicy& policy) {
    Question question;
    question.name = crime.id;
    question.unit = module.unit;
    question.module = module_index;
    question.text = crime.cue;
    question.note = crime.note;
    question.codes = screener.codes;
    question.code_list = screener.code_list;
    question.ask_if = crime.ask_if;
    question.sensitive = crime.sensitive;
    question.part = ScreenerPart::happened;
    question.crime = index;
    question.where = crime.where;
    apply_missing(question, policy);
    return question;
}

Question count_question(const Question& happened, const Screener& screener, const MissingPolicy& policy) {
    Question question = happened;
    question.name = happened.name + "_count";
    question.type = QuestionType::integer;
    question.text = screener.count;
    question.note.clear();
    question.codes.clear();
    question.code_list.clear();
    question.low = 1;
    question.high = static_cast<double>(screener.max);
    question.range_where = happened.where;
    const std::string yes = screener.codes.empty() ? "1" : screener.codes.front().code;
    question.ask_if = {fmt::format("{} = \"{}\"", happened.name, yes), happened.where, {}};
    question.part = ScreenerPart::count;
    question.dont_know.clear();
    question.refused.clear();
    apply_missing(question, policy);
    return question;
}

void add_screener(const YamlValue& value, Module& module, std::size_t index, Reader& reader) {
    const Screener screener = read_screener(value, reader);
    module.screener = true;
    Instrument& instrument = reader.instrument;
    for (std::size_t c = 0; c < instrument.crimes.size(); ++c) {
        const Crime& crime = instrument.crimes[c];
        if (crime.unit != module.unit) continue;
        instrument.questions.push_back(screener_question(crime, c, screener, module, index, reader.policy));
        const Question count = count_question(instrument.questions.back(), screener, reader.policy);
        instrument.questions.push_back(count);
    }
}

std::optional<std::int64_t> read_cap(Fields& fields) {
    if (!fields.has("max")) return std::nullopt;
    return fields.integer("max", 1);
}

void read_roster(const YamlValue& map, std::size_t module, Reader& reader) {
    Fields fields(map, reader.faults, "'roster'");
    Roster roster;
    roster.module = module;
    roster.where = map.where;
    roster.count = fields.required_text("count");
    roster.count_where = place_of(map, "count");
    roster.max = read_cap(fields);
    fields.require("eligible");
    roster.eligible = read_condition(fields, "eligible", reader.faults);
    roster.all = fields.choice("select", {"one", "all"}, "one") == "all";
    fields.finish();
    if (reader.instrument.roster)
        reader.faults.error(map.where, "second-loop", "the instrument has two rosters",
                            "keep the people of the household in one module");
    else
        reader.instrument.roster = std::move(roster);
}

void read_incidents(const YamlValue* map, const Module& module, std::size_t index, Reader& reader) {
    IncidentLoop loop;
    loop.module = index;
    loop.where = map ? map->where : module.where;
    if (map) {
        Fields fields(*map, reader.faults, "'incidents'");
        loop.max = read_cap(fields);
        loop.series = read_condition(fields, "series", reader.faults);
        fields.finish();
    }
    if (reader.instrument.incidents)
        reader.faults.error(module.where, "second-loop", "the instrument has two incident forms",
                            "join them in one module");
    else
        reader.instrument.incidents = std::move(loop);
}

void read_module(const YamlValue& map, Reader& reader) {
    Fields fields(map, reader.faults, "a module");
    Module module;
    const std::size_t index = reader.instrument.modules.size();
    module.where = place_of(map, "id");
    module.id = read_name(fields, map, "id", reader.faults);
    fields.require("unit");
    module.unit = read_unit(fields, {"household", "roster", "person", "incident"}).value_or(Unit::household);
    module.title = read_texts(fields, "title", reader.faults);
    module.intro = read_texts(fields, "intro", reader.faults);
    module.ask_if = read_condition(fields, "ask_if", reader.faults);
    module.sensitive = fields.boolean("sensitive", false);
    module.begin = reader.instrument.questions.size();
    if (module.unit == Unit::roster)
        if (const YamlValue* roster = fields.require("roster")) read_roster(*roster, index, reader);
    if (module.unit == Unit::incident) read_incidents(fields.get("incidents"), module, index, reader);
    if (const YamlValue* questions = fields.get("questions")) {
        if (!questions->is_list())
            reader.faults.error(questions->where, "wrong-type", "'questions' must be a list",
                                "begin each with '- name:'");
        for (const YamlValue& question : questions->items)
            reader.instrument.questions.push_back(read_question(question, module, index, reader));
    }
    if (const YamlValue* screener = fields.get("screener")) add_screener(*screener, module, index, reader);
    module.end = reader.instrument.questions.size();
    fields.finish();
    reader.instrument.modules.push_back(std::move(module));
}

template <class Read>
void read_each(const YamlValue* list, std::string_view what, Diagnostics& faults, const Read& read) {
    if (!list) return;
    if (!list->is_list())
        faults.error(list->where, "wrong-type", fmt::format("'{}' must be a list", what), "begin each item with '-'");
    for (const YamlValue& item : list->items) read(item);
}

// "2025-12": the year and month, or nothing.
std::optional<YearMonth> year_month(const std::string& text) {
    if (text.size() != 7 || text[4] != '-') return std::nullopt;
    for (std::size_t i : {0, 1, 2, 3, 5, 6})
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
    const YearMonth when{std::stoi(text.substr(0, 4)), std::stoi(text.substr(5))};
    return when.month >= 1 && when.month <= 12 ? std::optional(when) : std::nullopt;
}

CodingRule read_rule(const YamlValue& map, Diagnostics& faults) {
    Fields fields(map, faults, "a coding rule");
    CodingRule rule;
    rule.where = map.where;
    fields.require("if");
    rule.condition = read_condition(fields, "if", faults);
    rule.offence = fields.required_text("offence");
    rule.offence_where = place_of(map, "offence");
    rule.iccs = fields.required_text("iccs");
    rule.iccs_where = place_of(map, "iccs");
    fields.finish();
    return rule;
}

void read_head(Fields& fields, const YamlValue& document, Reader& reader) {
    Instrument& instrument = reader.instrument;
    instrument.name = read_name(fields, document, "instrument", reader.faults);
    instrument.version = fields.text("version");
    instrument.title = read_texts(fields, "title", reader.faults);
    fields.require("languages");
    instrument.languages = fields.texts("languages");
    if (const YamlValue* period = fields.require("period")) instrument.period = read_period(*period, reader.faults);
    if (const YamlValue* missing = fields.get("missing")) reader.policy = read_missing(*missing, reader.faults);
    instrument.code_lists = read_code_lists(fields.get("codes"), reader.faults);
    if (const YamlValue* offences = fields.get("offences")) instrument.offences = read_codes(*offences, reader.faults);
}

}  // namespace

Period read_period(const YamlValue& map, Diagnostics& faults) {
    Fields fields(map, faults, "'period'");
    Period period;
    period.where = map.where;
    period.months = static_cast<int>(fields.integer("months", 12));
    const auto ends = year_month(fields.required_text("ends"));
    if (ends) {
        period.year = ends->year;
        period.month = ends->month;
    } else if (map.find("ends")) {
        faults.error(place_of(map, "ends"), "bad-period", "'ends' must be a month", "write the last month, as 2025-12");
    }
    if (period.months < 1 || period.months > 12)
        faults.error(place_of(map, "months"), "bad-period", "a period has 1 to 12 months", "write 'months: 12'");
    fields.finish();
    return period;
}

Instrument read_instrument(const YamlValue& document, Diagnostics& faults) {
    Instrument instrument;
    instrument.source = document.where.file;
    Reader reader{instrument, faults, {}};
    Fields fields(document, faults, "the instrument");
    read_head(fields, document, reader);
    read_each(fields.get("crimes"), "crimes", faults,
              [&](const YamlValue& item) { instrument.crimes.push_back(read_crime(item, faults)); });
    read_each(fields.require("modules"), "modules", faults, [&](const YamlValue& item) { read_module(item, reader); });
    read_each(fields.get("coding"), "coding", faults,
              [&](const YamlValue& item) { instrument.coding.push_back(read_rule(item, faults)); });
    if (const YamlValue* burden = fields.get("burden")) instrument.burden = *burden;
    fields.finish();
    collect_names(instrument);
    bind_conditions(instrument, faults);
    return instrument;
}

std::vector<CodingRule> read_coding_rules(const YamlValue& list, const Instrument& instrument, Diagnostics& faults) {
    std::vector<CodingRule> rules;
    read_each(&list, "coding", faults, [&](const YamlValue& item) { rules.push_back(read_rule(item, faults)); });
    for (CodingRule& rule : rules)
        bind(rule.condition, instrument, Unit::incident, instrument.questions.size(), faults);
    return rules;
}

}  // namespace cifra
