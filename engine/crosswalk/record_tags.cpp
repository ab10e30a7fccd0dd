#include "engine/crosswalk/record_tags.h"

#include <fmt/format.h>

namespace cifra {

namespace {

constexpr const char* otherwise = "else";

template <class List, class Name>
std::vector<std::string> names_of(const List& list, Name name) {
    std::vector<std::string> names;
    for (const auto& one : list) names.push_back(one.*name);
    return names;
}

// All of them: the list is short, and the one that is meant may be near to none.
std::string listed(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

void check_code(const std::string& code, const Location& where, RecordTag& tag, Diagnostics& faults) {
    const std::vector<std::string> known = names_of(tag.categories, &IccsTagCategory::code);
    if (std::find(known.begin(), known.end(), code) != known.end()) return;
    if (tag.tag->categories.empty() && !code.empty())
        tag.categories.push_back({code, TagAnswer::category, {}});
    else if (tag.tag->categories.empty())
        faults.error(where, "unknown-tag-code", fmt::format("the tag '{}' has no empty code", tag.tag->name),
                     "write a code, or name the value under 'missing'");
    else
        faults.error(where, "unknown-tag-code", fmt::format("the tag '{}' has no code '{}'", tag.tag->name, code),
                     fmt::format("its codes are {}", listed(known)));
}

void read_values(Fields& fields, RecordTag& tag, Diagnostics& faults) {
    tag.field = fields.required_text("field");
    const YamlValue* values = fields.require("values");
    if (!values) return;
    if (!values->is_map())
        faults.error(values->where, "wrong-type", "'values' is a map of the field's values to codes of the tag",
                     "for example 'values: {K: \"2\"}'");
    for (std::size_t k = 0; k < values->entries.size(); ++k) {
        const auto& [value, code] = values->entries[k];
        tag.values.push_back({value, text_of(code, faults, "a code of the tag"), values->key_places[k]});
        check_code(tag.values.back().code, code.where, tag, faults);
    }
    if (const YamlValue* missing = fields.get("missing")) tag.missing = read_missing_codes(*missing, faults);
    for (const TagValue& one : tag.values)
        if (tag.missing.contains(one.value))
            faults.error(one.where, "value-twice",
                         fmt::format("'{}' has a code of the tag '{}' and is missing, too", one.value, tag.tag->name),
                         "leave it out of 'values' or of 'missing'");
}

void read_conditions(const YamlValue& conditions, RecordTag& tag, Diagnostics& faults) {
    if (!conditions.is_map() || conditions.entries.empty())
        faults.error(conditions.where, "wrong-type", "'conditions' is a map of codes of the tag to conditions",
                     "for example 'conditions: {\"1\": age <= 14}'");
    for (std::size_t k = 0; k < conditions.entries.size(); ++k) {
        const auto& [code, condition] = conditions.entries[k];
        tag.conditions.push_back({code, text_of(condition, faults, "a condition"), {}, condition.where});
        check_code(code, conditions.key_places[k], tag, faults);
    }
}

RecordTag read_tag(const IccsTag& known, const YamlValue& value, Diagnostics& faults) {
    RecordTag tag;
    tag.tag = &known;
    tag.categories = known.categories;
    tag.where = value.where;
    Fields fields(value, faults, fmt::format("the tag '{}'", known.name));
    if (const YamlValue* conditions = fields.get("conditions"))
        read_conditions(*conditions, tag, faults);
    else
        read_values(fields, tag, faults);
    fields.finish();
    return tag;
}

const RecordField* field_of(const RecordTag& tag, const Crosswalk& crosswalk) {
    for (const RecordField& field : crosswalk.fields)
        if (!tag.field.empty() && field.variable.name == tag.field) return &field;
    return nullptr;
}

// A field that the crosswalk declares has these values and no others.
void check_values(const RecordTag& tag, const RecordField& field, Diagnostics& faults) {
    if (field.domain.type != Type::text) {
        faults.error(tag.where, "field-of-another-type",
                     fmt::format("'{}' is a number in the crosswalk, and a map is of texts", tag.field),
                     "write 'conditions' in the place of 'field' and 'values'");
        return;
    }
    std::vector<std::string> declared = field.domain.texts;
    const auto has = [](const auto& list, const std::string& word) {
        return std::find(list.begin(), list.end(), word) != list.end();
    };
    const std::vector<std::string> mapped = names_of(tag.values, &TagValue::value);
    for (const std::string& code : declared)
        if (!has(mapped, code) && !tag.missing.contains(code))
            faults.error(
                tag.where, "value-without-code",
                fmt::format("'{}' of the field '{}' has no code of the tag '{}'", code, tag.field, tag.tag->name),
                "add it to 'values', or to 'missing'");
    for (const auto& [code, kind] : field.variable.missing) declared.push_back(code);
    for (const TagValue& one : tag.values)
        if (!one.value.empty() && !has(declared, one.value))
            faults.error(one.where, "undeclared-value",
                         fmt::format("the field '{}' of the crosswalk has no value '{}'", tag.field, one.value),
                         suggestion(one.value, declared));
}

// Each condition must be true of some record of which no earlier one is.
void prove_conditions(const RecordTag& tag, Satisfiability& solver, Diagnostics& faults) {
    std::vector<Proposition> left;  // what no earlier condition took
    for (const TagCondition& one : tag.conditions) {
        const Proposition holds = one.holds ? solver.holds(*one.holds) : solver.all({});
        std::vector<Proposition> both = left;
        both.push_back(holds);
        if (solver.decide(both).decision == Decision::never)
            faults.error(one.where, "condition-never-true",
                         fmt::format("no record is left for the code '{}' of the tag '{}'", one.code, tag.tag->name),
                         "correct this condition or those before it: the first that holds decides");
        left.push_back(solver.negation(holds));
    }
}

void bind_conditions(RecordTag& tag, const Schema& schema, Satisfiability& solver, Diagnostics& faults) {
    const std::size_t before = faults.error_count();
    for (TagCondition& one : tag.conditions)
        if (one.condition != otherwise)
            one.holds = parse_expression(one.condition, one.where, schema, faults, Type::truth);
    if (faults.error_count() == before) prove_conditions(tag, solver, faults);
}

}  // namespace

std::vector<RecordTag> read_record_tags(const YamlValue& value, Diagnostics& faults) {
    std::vector<RecordTag> tags;
    if (!value.is_map())
        faults.error(value.where, "wrong-type", "'tags' is a map of tags of the classification",
                     "for example 'We: {field: weapon, values: {K: \"2\"}}'");
    for (std::size_t k = 0; k < value.entries.size(); ++k) {
        const auto& [name, declared] = value.entries[k];
        if (const IccsTag* known = find_iccs_tag(name))
            tags.push_back(read_tag(*known, declared, faults));
        else
            faults.error(value.key_places[k], "unknown-tag", fmt::format("the classification has no tag '{}'", name),
                         fmt::format("its tags are {}", listed(names_of(iccs_tags(), &IccsTag::name))));
    }
    return tags;
}

std::vector<RecordTag> bind_record_tags(std::vector<RecordTag> tags, const Crosswalk& crosswalk, Diagnostics& faults) {
    const Schema schema = schema_of_fields(crosswalk.fields);
    Satisfiability solver;
    for (const RecordField& field : crosswalk.fields) solver.declare(field.variable.name, field.domain);
    for (RecordTag& tag : tags) {
        if (const RecordField* field = field_of(tag, crosswalk)) check_values(tag, *field, faults);
        bind_conditions(tag, schema, solver, faults);
    }
    return tags;
}

}  // namespace cifra
