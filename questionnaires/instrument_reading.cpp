#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "questionnaires/instrument.h"
#include "questionnaires/names.h"

namespace cifra {
namespace {

constexpr std::size_t longest_name = 32;

struct MissingPolicy {
    bool dont_know = false, refused = false;
    std::string dont_know_code, refused_code;    // declared codes; "" means the usual ones of the width
};

struct Reader {
    Instrument& instrument;
    Diagnostics& faults;
    MissingPolicy policy;
};

bool is_name(const std::string& text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto good = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && text.size() <= longest_name && letter(text[0]) && std::all_of(text.begin(), text.end(), good) &&
           text.back() != '_';
}

Location place_of(const YamlValue& map, std::string_view key) {
    const YamlValue* value = map.find(key);
    return value ? value->where : map.where;
}

std::string read_name(Fields& fields, const YamlValue& map, std::string_view key, Diagnostics& faults) {
    const std::string name = fields.required_text(key);
    if (!name.empty() && !is_name(name))
        faults.error(place_of(map, key), "bad-name", fmt::format("'{}' is not a name", name),
                     "use a letter, then letters, digits and '_', at most 32 of them, not ending in '_'");
    return name;
}

Condition read_condition(Fields& fields, std::string_view key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return {};
    return {text_of(*value, faults, fmt::format("'{}'", key)), value->where, {}};
}

std::vector<Code> read_codes(const YamlValue& map, Diagnostics& faults) {
    std::vector<Code> codes;
    if (!map.is_map()) {
        faults.error(map.where, "wrong-type", "a list of codes must be a map of code and label", "write '1: {en: Yes, es: Sí}'");
        return codes;
    }
    for (std::size_t i = 0; i < map.entries.size(); ++i)
        codes.push_back({map.entries[i].first, labels_of(map.entries[i].second, faults, "the label of a code"), map.key_places[i]});
    return codes;
}

std::vector<CodeList> read_code_lists(const YamlValue* lists, Diagnostics& faults) {
    std::vector<CodeList> result;
    if (!lists) return result;
    if (!lists->is_map()) faults.error(lists->where, "wrong-type", "'codes' must be a map of code lists", "write 'yes_no: {1: ...}'");
    for (std::size_t i = 0; i < lists->entries.size(); ++i)
        result.push_back({lists->entries[i].first, read_codes(lists->entries[i].second, faults), lists->key_places[i]});
    return result;
}

MissingPolicy read_missing(const YamlValue& value, Diagnostics& faults) {
    MissingPolicy policy;
    if (value.is_scalar() && value.scalar == "none") return policy;
    if (value.is_map()) {
        Fields fields(value, faults, "'missing'");
        policy.dont_know_code = fields.text("dk");
        policy.refused_code = fields.text("refused");
        fields.finish();
        policy.dont_know = !policy.dont_know_code.empty();
        policy.refused = !policy.refused_code.empty();
        return policy;
    }
    for (const std::string& word : texts_of(value, faults, "'missing'")) {
        if (word == "dk") policy.dont_know = true;
        else if (word == "refused") policy.refused = true;
        else faults.error(value.where, "unknown-choice", fmt::format("'{}' is not a kind of missing answer", word),
                          "write none, [dk], [refused], [dk, refused] or {dk: code, refused: code}");
    }
    return policy;
}

// How many digits an answer of the question may have; 0 where codes for missing answers have no usual form.
std::size_t answer_width(const Question& question) {
    std::size_t width = 0;
    switch (question.type) {
        case QuestionType::single:
        case QuestionType::multiple:
            for (const Code& code : question.codes) width = std::max(width, code.code.size());
            return width;
        case QuestionType::integer:
        case QuestionType::money: return question.high ? fmt::format("{:.0f}", std::floor(std::abs(*question.high))).size() : 0;
        case QuestionType::month: return 2;
        default: return 0;
    }
}

void apply_missing(Question& question, const MissingPolicy& policy) {
    const std::size_t width = answer_width(question);
    const auto usual = [&](char last) { return width == 0 ? std::string() : std::string(width - 1, '9') + last; };
    if (policy.dont_know) question.dont_know = policy.dont_know_code.empty() ? usual('8') : policy.dont_know_code;
    if (policy.refused) question.refused = policy.refused_code.empty() ? usual('9') : policy.refused_code;
}

void read_question_codes(Question& question, const YamlValue& value, Reader& reader) {
    if (!value.is_scalar()) {
        question.codes = read_codes(value, reader.faults);
        return;
    }
    std::vector<std::string> names;
    for (const CodeList& list : reader.instrument.code_lists) {
        if (list.name == value.scalar) question.codes = list.codes;
        names.push_back(list.name);
    }
    question.code_list = value.scalar;
    if (std::find(names.begin(), names.end(), value.scalar) == names.end())
        reader.faults.error(value.where, "unknown-code-list", fmt::format("no code list is named '{}'", value.scalar),
                            suggestion(value.scalar, names));
}

void read_range(Question& question, Fields& fields, Diagnostics& faults) {
    const YamlValue* value = fields.require("range");
    if (!value) return;
    question.range_where = value->where;
    if (!value->is_list() || value->items.size() != 2) {
        faults.error(value->where, "wrong-type", "'range' must be a list of two numbers", "write 'range: [0, 120]'");
        return;
    }
    question.low = number_of(value->items[0], faults, "the least answer");
    question.high = number_of(value->items[1], faults, "the greatest answer");
}

void read_constraints(Question& question, Fields& fields, std::string_view key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return;
    const std::vector<YamlValue> items = value->is_list() ? value->items : std::vector<YamlValue>{*value};
    for (const YamlValue& item : items) {
        Constraint constraint;
        constraint.hard = key == "require";
        if (item.is_scalar()) {
            constraint.that = {item.scalar, item.where, {}};
        } else {
            Fields parts(item, faults, fmt::format("'{}'", key));
            parts.require("that");
            constraint.that = read_condition(parts, "that", faults);
            constraint.say = parts.labels("say");
            parts.finish();
        }
        question.constraints.push_back(std::move(constraint));
    }
}

// Nothing when the type is absent or unknown: the keys that depend on it are not judged then.
std::optional<QuestionType> read_type(Fields& fields) {
    static const std::vector<std::string> words = {"single", "multiple", "integer", "money", "date", "month", "text"};
    fields.require("type");
    const auto found = std::find(words.begin(), words.end(), fields.choice("type", words, ""));
    if (found == words.end()) return std::nullopt;
    return static_cast<QuestionType>(found - words.begin());
}

// The keys that depend on the type; the others are left to finish(), so that `range` of a text is an unknown key.
void read_type_keys(Question& question, const YamlValue& map, Fields& fields, Reader& reader) {
    switch (question.type) {
        case QuestionType::multiple:
            question.exclusive = fields.texts("exclusive");
            question.exclusive_where = place_of(map, "exclusive");
            [[fallthrough]];
        case QuestionType::single:
            if (const YamlValue* codes = fields.require("codes")) read_question_codes(question, *codes, reader);
            break;
        case QuestionType::integer:
        case QuestionType::money: read_range(question, fields, reader.faults); break;
        case QuestionType::text:
            question.max_length = static_cast<std::size_t>(std::max<std::int64_t>(1, fields.integer("max_length", 200)));
            break;
        default: break;
    }
}

Question read_question(const YamlValue& map, const Module& module, std::size_t module_index, Reader& reader) {
    Fields fields(map, reader.faults, "a question");
    Question question;
    question.unit = module.unit;
    question.module = module_index;
    question.where = place_of(map, "name");
    question.name = read_name(fields, map, "name", reader.faults);
    const std::optional<QuestionType> type = read_type(fields);
    question.type = type.value_or(QuestionType::text);
    fields.require("text");
    question.text = fields.labels("text");
    question.note = fields.labels("note");
    question.sensitive = fields.boolean("sensitive", false);
    question.privacy = fields.choice("role", {"privacy"}, "") == "privacy";
    question.ask_if = read_condition(fields, "ask_if", reader.faults);
    if (type) read_type_keys(question, map, fields, reader);
    else for (const char* key : {"codes", "exclusive", "range", "max_length"}) fields.get(key);
    read_constraints(question, fields, "require", reader.faults);
    read_constraints(question, fields, "confirm", reader.faults);
    const YamlValue* missing = fields.get("missing");
    apply_missing(question, missing ? read_missing(*missing, reader.faults) : reader.policy);
    fields.finish();
    return question;
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
    crime.label = fields.labels("label");
    fields.require("cue");
    crime.cue = fields.labels("cue");
    crime.note = fields.labels("note");
    crime.ask_if = read_condition(fields, "ask_if", faults);
    crime.sensitive = fields.boolean("sensitive", false);
    fields.finish();
    return crime;
}

struct Screener {
    std::vector<Code> codes;
    std::string code_list;
    std::int64_t max = 97;
    Labels count;
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
    screener.count = fields.labels("count");
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
    fields.finish();
    if (reader.instrument.roster)
        reader.faults.error(map.where, "second-loop", "the instrument has two rosters", "keep the people of the household in one module");
    else reader.instrument.roster = std::move(roster);
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
        reader.faults.error(module.where, "second-loop", "the instrument has two incident forms", "join them in one module");
    else reader.instrument.incidents = std::move(loop);
}

void read_module(const YamlValue& map, Reader& reader) {
    Fields fields(map, reader.faults, "a module");
    Module module;
    const std::size_t index = reader.instrument.modules.size();
    module.where = place_of(map, "id");
    module.id = read_name(fields, map, "id", reader.faults);
    fields.require("unit");
    module.unit = read_unit(fields, {"household", "roster", "person", "incident"}).value_or(Unit::household);
    module.title = fields.labels("title");
    module.intro = fields.labels("intro");
    module.ask_if = read_condition(fields, "ask_if", reader.faults);
    module.sensitive = fields.boolean("sensitive", false);
    module.begin = reader.instrument.questions.size();
    if (module.unit == Unit::roster)
        if (const YamlValue* roster = fields.require("roster")) read_roster(*roster, index, reader);
    if (module.unit == Unit::incident) read_incidents(fields.get("incidents"), module, index, reader);
    if (const YamlValue* questions = fields.get("questions")) {
        if (!questions->is_list()) reader.faults.error(questions->where, "wrong-type", "'questions' must be a list", "begin each with '- name:'");
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
    if (!list->is_list()) faults.error(list->where, "wrong-type", fmt::format("'{}' must be a list", what), "begin each item with '-'");
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
    instrument.title = fields.labels("title");
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
    read_each(fields.get("crimes"), "crimes", faults, [&](const YamlValue& item) { instrument.crimes.push_back(read_crime(item, faults)); });
    read_each(fields.require("modules"), "modules", faults, [&](const YamlValue& item) { read_module(item, reader); });
    read_each(fields.get("coding"), "coding", faults, [&](const YamlValue& item) { instrument.coding.push_back(read_rule(item, faults)); });
    fields.finish();
    collect_names(instrument);
    bind_conditions(instrument, faults);
    return instrument;
}

std::vector<CodingRule> read_coding_rules(const YamlValue& list, const Instrument& instrument, Diagnostics& faults) {
    std::vector<CodingRule> rules;
    read_each(&list, "coding", faults, [&](const YamlValue& item) { rules.push_back(read_rule(item, faults)); });
    for (CodingRule& rule : rules) bind(rule.condition, instrument, Unit::incident, instrument.questions.size(), faults);
    return rules;
}

}  // namespace cifra
