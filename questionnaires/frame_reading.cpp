// What stands around the questions: modes, indicators, bounding, safety, tests, findings that are allowed.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "questionnaires/answer.h"
#include "questionnaires/instrument_reading.h"

namespace cifra {
namespace {

constexpr std::int64_t most_number = 1000, oldest = 120;

void read_modes(Fields& fields, Reader& reader) {
    const YamlValue* value = fields.get("modes");
    if (!value) return;
    reader.instrument.modes.clear();
    constexpr std::string_view remedy = "write a list of interviewer, self and paper";
    for (const auto& [word, where] : read_names_once(*value, reader.faults, "'modes'")) {
        for (const Mode mode : {Mode::interviewer, Mode::self, Mode::paper})
            if (to_text(mode) == word) reader.instrument.modes.push_back(mode);
        if (word != "interviewer" && word != "self" && word != "paper")
            reader.faults.error(where, "unknown-choice", fmt::format("'{}' is not a mode", word), std::string(remedy));
    }
    if (value->is_list() && value->items.empty())
        reader.faults.error(value->where, "empty-list", "'modes' names no mode", std::string(remedy));
}

MeasuredIndicator read_indicator(const std::string& id, const Location& where, const YamlValue& map,
                                 Diagnostics& faults) {
    Fields fields(map, faults, "an indicator");
    MeasuredIndicator indicator;
    indicator.id = id;
    check_name(id, where, faults);
    indicator.where = where;
    fields.require("unit");
    indicator.unit = read_unit(fields, {"household", "person", "incident"}).value_or(Unit::household);
    refuse_blank(map, {"numerator", "universe"}, faults);
    indicator.numerator = read_condition(fields, "numerator", faults);
    indicator.universe = read_condition(fields, "universe", faults);
    indicator.iccs = fields.text("iccs");
    indicator.iccs_where = place_of(map, "iccs");
    indicator.use = fields.text("use");
    fields.finish();
    return indicator;
}

void read_indicators(const YamlValue* map, Reader& reader) {
    if (!map) return;
    if (!map->is_map())
        reader.faults.error(map->where, "wrong-type", "'indicators' must be a map",
                            "write 'burglary_rate: {unit: household}'");
    for (std::size_t i = 0; i < map->entries.size(); ++i)
        reader.instrument.indicators.push_back(
            read_indicator(map->entries[i].first, map->key_places[i], map->entries[i].second, reader.faults));
}

void read_bounding(const YamlValue* map, Reader& reader) {
    if (!map) return;
    Fields fields(*map, reader.faults, "'bounding'");
    RecallBounding& bounding = reader.instrument.bounding;
    const std::string method = fields.choice("method", {"none", "landmark", "previous_wave"}, "none");
    if (method == "landmark") {
        bounding.method = RecallBounding::Method::landmark;
        fields.require("event");
        bounding.event = read_reference(fields, *map, "event");
    } else if (method == "previous_wave") {
        bounding.method = RecallBounding::Method::previous_wave;
        fields.require("duplicate");
        bounding.duplicate = read_reference(fields, *map, "duplicate");
    }
    fields.finish();
}

void read_safety(const YamlValue* map, Reader& reader) {
    if (!map) return;
    Fields fields(*map, reader.faults, "'safety'");
    SafetyProfile& safety = reader.instrument.safety;
    safety.given = true;
    safety.where = map->where;
    safety.privacy = read_reference(fields, *map, "privacy");
    safety.exit = read_reference(fields, *map, "exit");
    safety.distress = read_texts(fields, "distress", reader.faults);
    safety.referral = read_reference(fields, *map, "referral");
    if (fields.has("min_age")) safety.min_age = read_count(fields, "min_age", 0, oldest, 18, reader.faults);
    safety.one_per_household = fields.boolean("one_per_household", false);
    safety.no_proxy = fields.boolean("no_proxy", false);
    fields.finish();
}

// {place: answer, ...}
std::vector<PlaceValue> read_values(Fields& fields, std::string_view key, Diagnostics& faults) {
    std::vector<PlaceValue> result;
    const YamlValue* map = fields.get(key);
    if (!map) return result;
    if (!map->is_map())
        faults.error(map->where, "wrong-type", fmt::format("'{}' must be a map of places and values", key),
                     "write 'age[1]: 40'");
    for (std::size_t i = 0; i < map->entries.size(); ++i)
        result.push_back(
            {map->entries[i].first, text_of(map->entries[i].second, faults, "a value"), map->key_places[i]});
    return result;
}

// [place, ...]
std::vector<PlaceValue> read_places(Fields& fields, std::string_view key, Diagnostics& faults) {
    std::vector<PlaceValue> result;
    const YamlValue* list = fields.get(key);
    if (!list) return result;
    for (Reference& place : read_names(*list, faults, fmt::format("'{}'", key)))
        result.push_back({std::move(place.id), {}, std::move(place.where)});
    return result;
}

InstrumentTest read_test(const YamlValue& map, Diagnostics& faults) {
    Fields fields(map, faults, "a test");
    InstrumentTest test;
    test.where = place_of(map, "name");
    test.name = fields.required_text("name");
    test.date = fields.text("date");
    if (!test.date.empty() && !is_date(test.date)) {
        faults.error(place_of(map, "date"), "not-a-date", "'date' must be a date", "write it as 2026-02-01");
        test.date.clear();
    }
    if (fields.has("selected")) test.selected = read_count(fields, "selected", 1, most_number, 1, faults);
    test.selected_where = place_of(map, "selected");
    test.given = read_values(fields, "given", faults);
    if (const YamlValue* expect = fields.require("expect")) {
        Fields parts(*expect, faults, "'expect'");
        test.asked = read_places(parts, "asked", faults);
        test.not_asked = read_places(parts, "not_asked", faults);
        test.values = read_values(parts, "values", faults);
        test.refused = read_values(parts, "refused", faults);
        parts.finish();
    }
    fields.finish();
    return test;
}

std::size_t last_line(const YamlValue& value, const std::string& file) {
    std::size_t last = value.where.file == file ? value.where.line : 0;
    for (const YamlValue& item : value.items) last = std::max(last, last_line(item, file));
    for (const auto& [key, item] : value.entries) last = std::max(last, last_line(item, file));
    return last;
}

}  // namespace

std::optional<Unit> read_unit(Fields& fields, const std::vector<std::string>& allowed) {
    if (!fields.has("unit")) return std::nullopt;
    const std::string word = fields.choice("unit", allowed, allowed.front());
    for (Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident})
        if (to_text(unit) == word) return unit;
    return std::nullopt;
}

std::vector<Reference> read_names(const YamlValue& value, Diagnostics& faults, std::string_view what) {
    std::vector<Reference> names;
    for (const std::string& name : texts_of(value, faults, what)) names.push_back({name, value.where});
    for (std::size_t i = 0; i < value.items.size() && i < names.size(); ++i) names[i].where = value.items[i].where;
    return names;
}

std::vector<Reference> read_names_once(const YamlValue& value, Diagnostics& faults, std::string_view what) {
    std::set<std::string> seen;
    std::vector<Reference> names;
    for (Reference& name : read_names(value, faults, what)) {
        if (name.id.empty()) continue;
        if (seen.insert(name.id).second)
            names.push_back(std::move(name));
        else
            faults.error(name.where, "duplicate-id", fmt::format("'{}' stands twice in {}", name.id, what),
                         "leave one of the two out");
    }
    return names;
}

std::vector<Reference> read_references(Fields& fields, std::string_view key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    return value ? read_names_once(*value, faults, fmt::format("'{}'", key)) : std::vector<Reference>{};
}

Reference read_reference(Fields& fields, const YamlValue& map, std::string_view key) {
    return {fields.text(key), place_of(map, key)};
}

Wording read_wording(Fields& fields, std::string_view key, Diagnostics& faults) {
    const YamlValue* map = fields.get(key);
    if (!map) return {};
    Fields parts(*map, faults, fmt::format("'{}'", key));
    Wording wording{read_texts(parts, "text", faults), read_texts(parts, "note", faults)};
    parts.finish();
    return wording;
}

void read_allowance(Fields& fields, const YamlValue& map, Reader& reader) {
    const YamlValue* lint = fields.get("lint");
    if (!lint) return;
    Fields parts(*lint, reader.faults, "'lint'");
    Allowance allowance;
    parts.require("allow");
    allowance.ids = read_references(parts, "allow", reader.faults);
    allowance.because = parts.required_text("because");
    if (parts.has("because") && allowance.because.find_first_not_of(' ') == std::string::npos)
        reader.faults.error(place_of(*lint, "because"), "missing-key", "'because' says nothing",
                            "write why these warnings are no faults here");
    parts.finish();
    allowance.file = lint->where.file;
    allowance.first_line = map.where.line;
    allowance.last_line = last_line(map, allowance.file);
    reader.instrument.allowances.push_back(std::move(allowance));
}

void read_frame(Fields& fields, const YamlValue& document, Reader& reader) {
    read_modes(fields, reader);
    if (const YamlValue* cards = fields.get("cards")) {
        Fields parts(*cards, reader.faults, "'cards'");
        parts.require("from");
        reader.instrument.cards_from = read_count(parts, "from", 1, most_number, 2, reader.faults);
        parts.finish();
    }
    read_indicators(fields.get("indicators"), reader);
    read_bounding(fields.get("bounding"), reader);
    read_safety(fields.get("safety"), reader);
    read_each(fields.get("tests"), "tests", reader.faults,
              [&](const YamlValue& item) { reader.instrument.tests.push_back(read_test(item, reader.faults)); });
    const std::size_t before = reader.instrument.allowances.size();
    read_allowance(fields, document, reader);
    if (reader.instrument.allowances.size() > before) {
        Allowance& whole = reader.instrument.allowances.back();
        whole.file.clear();
        whole.first_line = whole.last_line = 0;
    }
}

}  // namespace cifra
