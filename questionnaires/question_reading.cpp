#include "questionnaires/instrument_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cifra {
namespace {

constexpr std::size_t longest_name = 32;
constexpr std::int64_t longest_text = 100000;

bool is_name(const std::string& text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto good = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && text.size() <= longest_name && letter(text[0]) &&
           std::all_of(text.begin(), text.end(), good) && text.back() != '_';
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
        case QuestionType::money:
            return question.high ? fmt::format("{:.0f}", std::floor(std::abs(*question.high))).size() : 0;
        case QuestionType::month:
            return 2;
        default:
            return 0;
    }
}

constexpr double largest_answer = 9007199254740992;  // whole numbers up to it are told apart

double end_of(const YamlValue& value, Diagnostics& faults, std::string_view what) {
    const double number = number_of(value, faults, what);
    if (std::abs(number) <= largest_answer && number == std::floor(number)) return number;
    faults.error(value.where, "number-out-of-bounds", fmt::format("{} is no whole number up to 2^53", what),
                 "answers are whole numbers: write 'range: [0, 120]'");
    return 0;
}

void read_range(Question& question, Fields& fields, Diagnostics& faults) {
    const YamlValue* value = fields.require("range");
    if (!value) return;
    question.range_where = value->where;
    if (!value->is_list() || value->items.size() != 2) {
        faults.error(value->where, "wrong-type", "'range' must be a list of two numbers", "write 'range: [0, 120]'");
        return;
    }
    question.low = end_of(value->items[0], faults, "the least answer");
    question.high = end_of(value->items[1], faults, "the greatest answer");
}

void read_constraints(Question& question, Fields& fields, std::string_view key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return;
    if (value->is_list() && value->items.empty())
        faults.error(value->where, "empty-list", fmt::format("'{}' holds no condition", key),
                     "write one, or leave the key out");
    const std::vector<YamlValue> items = value->is_list() ? value->items : std::vector<YamlValue>{*value};
    for (const YamlValue& item : items) {
        Constraint constraint;
        constraint.hard = key == "require";
        constraint.inform = key == "inform";
        if (item.is_scalar()) {
            constraint.that = {item.scalar, item.where, {}};
        } else {
            Fields parts(item, faults, fmt::format("'{}'", key));
            refuse_blank(item, {"that"}, faults);
            parts.require("that");
            constraint.that = read_condition(parts, "that", faults);
            constraint.say = read_texts(parts, "say", faults);
            parts.finish();
        }
        question.constraints.push_back(std::move(constraint));
    }
}

// Nothing when the type is absent or unknown: the keys that depend on it are not judged then.
std::optional<QuestionType> read_type(Fields& fields) {
    static const std::vector<std::string> words = {"single", "multiple", "integer", "money",
                                                   "date",   "month",    "text",    "computed"};
    fields.require("type");
    const auto found = std::find(words.begin(), words.end(), fields.choice("type", words, ""));
    if (found == words.end()) return std::nullopt;
    return static_cast<QuestionType>(found - words.begin());
}

// The keys that depend on the type; the others are left to finish(), so that `range` of a text is an unknown key.
void read_type_keys(Question& question, const YamlValue& map, Fields& fields, Reader& reader) {
    switch (question.type) {
        case QuestionType::multiple:
            if (const YamlValue* alone = fields.get("exclusive"))
                for (Reference& code : read_names_once(*alone, reader.faults, "'exclusive'"))
                    question.exclusive.push_back(std::move(code.id));
            question.exclusive_where = place_of(map, "exclusive");
            [[fallthrough]];
        case QuestionType::single:
            if (const YamlValue* codes = fields.require("codes")) read_question_codes(question, *codes, reader);
            if (fields.has("card")) question.card = fields.boolean("card", true);
            break;
        case QuestionType::integer:
        case QuestionType::money:
            read_range(question, fields, reader.faults);
            break;
        case QuestionType::text:
            question.max_length =
                static_cast<std::size_t>(read_count(fields, "max_length", 1, longest_text, 200, reader.faults));
            break;
        default:
            break;
    }
}

// What a person is asked; a computed question has none of it.
void read_asked(Question& question, const YamlValue& map, std::optional<QuestionType> type, Fields& fields,
                Reader& reader) {
    fields.require("text");
    question.text = read_texts(fields, "text", reader.faults);
    question.note = read_texts(fields, "note", reader.faults);
    question.self = read_wording(fields, "self", reader.faults);
    question.paper = read_wording(fields, "paper", reader.faults);
    question.sensitive = fields.boolean("sensitive", false);
    const std::string role = fields.choice("role", {"privacy", "consent", "duplicate"}, "");
    question.privacy = role == "privacy";
    question.consent = role == "consent";
    question.duplicate = role == "duplicate";
    if (type)
        read_type_keys(question, map, fields, reader);
    else
        for (const char* key : {"codes", "exclusive", "card", "range", "max_length", "value"}) fields.get(key);
    for (const char* key : {"require", "confirm", "inform"}) read_constraints(question, fields, key, reader.faults);
    const YamlValue* missing = fields.get("missing");
    question.missing_where = missing ? missing->where : question.where;
    apply_missing(question, missing ? read_missing(*missing, reader.faults) : reader.policy);
}

}  // namespace

Location place_of(const YamlValue& map, std::string_view key) {
    const YamlValue* value = map.find(key);
    return value ? value->where : map.where;
}

std::string read_name(Fields& fields, const YamlValue& map, std::string_view key, Diagnostics& faults) {
    const std::string name = fields.required_text(key);
    if (!name.empty()) check_name(name, place_of(map, key), faults);
    return name;
}

void check_name(const std::string& name, const Location& where, Diagnostics& faults) {
    if (is_name(name)) return;
    faults.error(where, "bad-name", fmt::format("'{}' is not a name", name),
                 "use a letter, then letters, digits and '_', at most 32 of them, not ending in '_'");
}

std::int64_t read_count(Fields& fields, std::string_view key, std::int64_t least, std::int64_t most,
                        std::int64_t fallback, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return fallback;
    const std::size_t before = faults.error_count();
    const std::int64_t number = integer_of(*value, faults, fmt::format("'{}'", key));
    if (number >= least && number <= most) return number;
    if (faults.error_count() == before)
        faults.error(value->where, "number-out-of-bounds", fmt::format("'{}' is {}", key, number),
                     fmt::format("write a number from {} to {}", least, most));
    return fallback;
}

Texts read_texts(Fields& fields, std::string_view key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return {};
    return {labels_of(*value, faults, fmt::format("'{}'", key)), value->where};
}

void refuse_blank(const YamlValue& map, std::initializer_list<std::string_view> keys, Diagnostics& faults) {
    for (std::size_t i = 0; i < map.entries.size(); ++i) {
        const auto& [key, value] = map.entries[i];
        const bool blank =
            value.is_null() || (value.is_scalar() && value.scalar.find_first_not_of(" \t\n") == std::string::npos);
        if (blank && std::find(keys.begin(), keys.end(), key) != keys.end())
            faults.error(map.key_places[i], "empty-condition", fmt::format("'{}' says nothing", key),
                         "write the condition, or leave the key out");
    }
}

Condition read_condition(Fields& fields, std::string_view key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return {};
    return {text_of(*value, faults, fmt::format("'{}'", key)), value->where, {}};
}

std::vector<Code> read_codes(const YamlValue& map, Diagnostics& faults) {
    std::vector<Code> codes;
    if (!map.is_map()) {
        faults.error(map.where, "wrong-type", "a list of codes must be a map of code and label",
                     "write '1: {en: Yes, es: Sí}'");
        return codes;
    }
    for (std::size_t i = 0; i < map.entries.size(); ++i)
        codes.push_back({map.entries[i].first,
                         {labels_of(map.entries[i].second, faults, "the label of a code"), map.key_places[i]},
                         map.key_places[i]});
    return codes;
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
    for (const auto& [word, where] : read_names_once(value, faults, "'missing'")) {
        if (word == "dk")
            policy.dont_know = true;
        else if (word == "refused")
            policy.refused = true;
        else
            faults.error(where, "unknown-choice", fmt::format("'{}' is not a kind of missing answer", word),
                         "write none, [dk], [refused], [dk, refused] or {dk: code, refused: code}");
    }
    return policy;
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

Question read_question(const YamlValue& map, const Module& module, std::size_t module_index, Reader& reader) {
    Fields fields(map, reader.faults, "a question");
    refuse_blank(map, {"ask_if", "require", "confirm", "inform"}, reader.faults);
    Question question;
    question.unit = module.unit;
    question.module = module_index;
    question.where = place_of(map, "name");
    question.name = read_name(fields, map, "name", reader.faults);
    const std::optional<QuestionType> type = read_type(fields);
    question.type = type.value_or(QuestionType::text);
    question.label = read_texts(fields, "label", reader.faults);
    question.pii = fields.boolean("pii", false);
    question.ask_if = read_condition(fields, "ask_if", reader.faults);
    question.indicators = read_references(fields, "indicator", reader.faults);
    read_allowance(fields, map, reader);
    if (type == QuestionType::computed)
        question.computed = read_computation(fields, reader.faults);
    else
        read_asked(question, map, type, fields, reader);
    fields.finish();
    return question;
}

}  // namespace cifra
