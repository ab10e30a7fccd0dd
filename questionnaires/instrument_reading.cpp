#include "questionnaires/instrument_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "questionnaires/names.h"
#include "questionnaires/translations.h"

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

Crime read_crime(const YamlValue& map, Reader& reader) {
    Diagnostics& faults = reader.faults;
    Fields fields(map, faults, "a crime");
    refuse_blank(map, {"ask_if"}, faults);
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
    crime.indicators = read_references(fields, "indicator", faults);
    read_allowance(fields, map, reader);
    fields.finish();
    return crime;
}

constexpr std::int64_t most_turns = 1000;  // of a loop: more is no cap

std::optional<std::int64_t> read_cap(Fields& fields, Diagnostics& faults) {
    if (!fields.has("max")) return std::nullopt;
    return read_count(fields, "max", 1, most_turns, 1, faults);
}

void read_roster(const YamlValue& map, std::size_t module, Reader& reader) {
    Fields fields(map, reader.faults, "'roster'");
    Roster roster;
    roster.module = module;
    roster.where = map.where;
    roster.count = fields.required_text("count");
    roster.count_where = place_of(map, "count");
    roster.max = read_cap(fields, reader.faults);
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
        refuse_blank(*map, {"series"}, reader.faults);
        loop.max = read_cap(fields, reader.faults);
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
    refuse_blank(map, {"ask_if"}, reader.faults);
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
    if (fields.choice("mode", {"interviewer", "self"}, "interviewer") == "self") module.mode = Mode::self;
    read_allowance(fields, map, reader);
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
    if (const YamlValue* screener = fields.get("screener")) {
        if (module.unit != Unit::household && module.unit != Unit::person)
            reader.faults.error(screener->where, "misplaced-screener",
                                fmt::format("crimes are of a household or a person, not of a {}", to_text(module.unit)),
                                "put the screener into a module of unit household or person");
        add_screener(*screener, module, index, reader);
    }
    module.end = reader.instrument.questions.size();
    fields.finish();
    reader.instrument.modules.push_back(std::move(module));
}

// "2025-12": the year and month, or nothing.
std::optional<YearMonth> year_month(const std::string& text) {
    if (text.size() != 7 || text[4] != '-') return std::nullopt;
    for (std::size_t i : {0, 1, 2, 3, 5, 6})
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
    const YearMonth when{std::stoi(text.substr(0, 4)), std::stoi(text.substr(5))};
    return when.month >= 1 && when.month <= 12 ? std::optional(when) : std::nullopt;
}

int read_long(const YamlValue& map, int months, Diagnostics& faults) {
    Fields fields(map, faults, "'long'");
    fields.require("months");
    const std::int64_t wide = fields.integer("months", 60);
    fields.finish();
    if (wide > months && wide <= 1200) return static_cast<int>(wide);
    faults.error(place_of(map, "months"), "bad-period", "the long period must be longer than the reference period",
                 "write 'long: {months: 60}'");
    return 0;
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

std::vector<Reference> read_hierarchy(const YamlValue* list, Diagnostics& faults) {
    std::vector<Reference> offences;
    if (list && list->is_list() && list->items.empty())
        faults.error(list->where, "empty-list", "'hierarchy' names no offence", "name the gravest first");
    read_each(list, "hierarchy", faults, [&](const YamlValue& item) {
        offences.push_back({text_of(item, faults, "an offence of 'hierarchy'"), item.where});
    });
    return offences;
}

std::vector<std::string> read_languages(const YamlValue* value, Diagnostics& faults) {
    std::vector<std::string> languages;
    if (!value) return languages;
    for (const auto& [language, where] : read_names(*value, faults, "'languages'")) {
        if (std::ranges::find(languages, language) == languages.end())
            languages.push_back(language);
        else if (!language.empty())
            faults.error(where, "duplicate-language", fmt::format("'{}' stands twice in 'languages'", language),
                         "leave one of the two out");
    }
    if (languages.empty())
        faults.error(value->where, "empty-list", "'languages' names no language",
                     "write the language of the texts: 'languages: [en]'");
    return languages;
}

void read_head(Fields& fields, const YamlValue& document, Reader& reader) {
    Instrument& instrument = reader.instrument;
    instrument.name = read_name(fields, document, "instrument", reader.faults);
    instrument.version = fields.text("version");
    instrument.title = read_texts(fields, "title", reader.faults);
    instrument.languages = read_languages(fields.require("languages"), reader.faults);
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
    const std::string end = fields.required_text("ends");
    const auto ends = year_month(end);
    period.to_interview = end == "interview";
    if (ends) {
        period.year = ends->year;
        period.month = ends->month;
        if (ends->year < 1900)
            faults.error(place_of(map, "ends"), "bad-period", fmt::format("the period ends in the year {}", ends->year),
                         "write the last month, as 2025-12");
    } else if (map.find("ends") && !period.to_interview) {
        faults.error(place_of(map, "ends"), "bad-period", "'ends' must be a month",
                     "write the last month, as 2025-12, or 'interview'");
    }
    if (period.months < 1 || period.months > 12)
        faults.error(place_of(map, "months"), "bad-period", "a period has 1 to 12 months", "write 'months: 12'");
    if (const YamlValue* wide = fields.get("long")) period.long_months = read_long(*wide, period.months, faults);
    fields.finish();
    return period;
}

Instrument read_instrument(const YamlValue& with_fingerprints, Diagnostics& faults) {
    const YamlValue document = without_fingerprints(with_fingerprints, faults);
    Instrument instrument;
    instrument.source = document.where.file;
    Reader reader{instrument, faults, {}};
    Fields fields(document, faults, "the instrument");
    read_head(fields, document, reader);
    read_frame(fields, document, reader);
    read_each(fields.get("crimes"), "crimes", faults,
              [&](const YamlValue& item) { instrument.crimes.push_back(read_crime(item, reader)); });
    read_each(fields.require("modules"), "modules", faults, [&](const YamlValue& item) { read_module(item, reader); });
    read_each(fields.get("coding"), "coding", faults,
              [&](const YamlValue& item) { instrument.coding.rules.push_back(read_rule(item, faults)); });
    instrument.coding.hierarchy = read_hierarchy(fields.get("hierarchy"), faults);
    if (const YamlValue* burden = fields.get("burden")) instrument.burden = *burden;
    fields.finish();
    collect_names(instrument);
    bind_conditions(instrument, faults);
    return instrument;
}

Coding read_coding(const YamlValue& rules, const YamlValue* hierarchy, const Instrument& instrument,
                   Diagnostics& faults) {
    Coding coding;
    read_each(&rules, "coding", faults,
              [&](const YamlValue& item) { coding.rules.push_back(read_rule(item, faults)); });
    for (CodingRule& rule : coding.rules)
        bind(rule.condition, instrument, Unit::incident, instrument.questions.size(), faults);
    coding.hierarchy = read_hierarchy(hierarchy, faults);
    return coding;
}

}  // namespace cifra
