#include "engine/crosswalk/crosswalk.h"

#include <fmt/format.h>

#include "engine/csv.h"
#include "engine/study.h"

namespace cifra {

namespace {

const std::vector<std::string> statuses = {"assigned", "excluded", "no_match", "pending"};
const std::vector<std::string> bases = {"automatic", "manual", "adjudicated"};
const std::vector<std::string> relations = {"", "exact", "narrower", "broader", "partial"};

template <class Enum>
Enum chosen(Fields& fields, std::string_view key, const std::vector<std::string>& words, Enum fallback) {
    const std::string word = fields.choice(key, words, words[static_cast<std::size_t>(fallback)]);
    const auto found = std::find(words.begin(), words.end(), word);
    return static_cast<Enum>(found - words.begin());
}

std::optional<Date> date_at(Fields& fields, std::string_view key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value || value->is_null()) return std::nullopt;
    const auto date = parse_date(fields.text(key));
    if (!date)
        faults.error(value->where, "bad-date", fmt::format("'{}' is no day of the calendar", key),
                     "write year, month and day: 2021-12-31");
    return date;
}

DateRange validity_of(Fields& fields, Diagnostics& faults) {
    const DateRange all = all_days();
    const DateRange range{date_at(fields, "valid_from", faults).value_or(all.start),
                          date_at(fields, "valid_to", faults).value_or(all.end)};
    if (range.end < range.start)
        faults.error(fields.get("valid_to")->where, "validity-ends-before-it-begins",
                     fmt::format("valid_to {} is before valid_from {}", to_text(range.end), to_text(range.start)),
                     "both days are included; leave a side out where it is open");
    return range;
}

std::optional<double> positive_at(Fields& fields, std::string_view key, double low, double high, Diagnostics& faults) {
    const auto value = fields.number(key);
    if (value && !(*value >= low && *value <= high))
        faults.error(fields.get(key)->where, "out-of-range",
                     fmt::format("'{}' must lie between {} and {}", key, low, high), "correct the number");
    return value;
}

NationalOffence read_offence(const YamlValue& value, Diagnostics& faults) {
    Fields fields(value, faults, "an offence");
    NationalOffence offence;
    offence.where = value.where;
    offence.code = fields.required_text("code");
    offence.validity = validity_of(fields, faults);
    offence.text = fields.labels("text");
    offence.legal_reference = fields.text("legal_reference");
    offence.family = fields.text("family");
    offence.severity = fields.number("severity");
    fields.finish();
    return offence;
}

CrosswalkRow read_row(const YamlValue& value, const Schema& schema, Diagnostics& faults) {
    Fields fields(value, faults, "a row of the crosswalk");
    CrosswalkRow row;
    row.where = value.where;
    row.offence = fields.required_text("offence");
    row.iccs = fields.text("iccs");
    row.validity = validity_of(fields, faults);
    row.condition = fields.text("condition");
    if (!row.condition.empty() && row.condition != "else")
        row.holds = parse_expression(row.condition, fields.get("condition")->where, schema, faults, Type::truth);
    row.share = positive_at(fields, "share", 0, 1, faults);
    row.source = fields.text("source");
    row.sample_size = positive_at(fields, "sample_size", 1, 1e12, faults);
    row.deff = positive_at(fields, "deff", 0, 1e6, faults);
    row.relation = chosen(fields, "relation", relations, MappingRelation::unstated);
    row.status = chosen(fields, "status", statuses, MappingStatus::assigned);
    row.basis = chosen(fields, "basis", bases, MappingBasis::manual);
    row.confidence = fields.choice("confidence", {"", "high", "medium", "low"}, "");
    row.reviewer = fields.text("reviewer");
    row.reviewed = date_at(fields, "reviewed", faults);
    row.note = fields.text("note");
    row.above_leaf = fields.boolean("above_leaf", false);
    fields.finish();
    return row;
}

// A row of a CSV file as the map that it would be in YAML: empty cells are keys left out, `text_es` is a text in "es".
YamlValue map_of(const Table& table, std::size_t row) {
    YamlValue map;
    map.kind = YamlValue::Kind::map;
    map.where = {table.source, table.lines[row], 1};
    YamlValue texts = map;
    for (std::size_t k = 0; k < table.width(); ++k) {
        if (!table.column(k).present(row)) continue;
        YamlValue cell;
        cell.kind = YamlValue::Kind::scalar;
        cell.quoted = true;
        cell.scalar = table.column(k).text(row);
        cell.where = map.where;
        const std::string& name = table.names()[k];
        const bool in_language = name.starts_with("text_");
        YamlValue& to = in_language ? texts : map;
        to.entries.push_back({in_language ? name.substr(5) : name, cell});
        to.key_places.push_back(map.where);
    }
    if (!texts.entries.empty()) {
        map.entries.push_back({"text", texts});
        map.key_places.push_back(map.where);
    }
    return map;
}

std::vector<YamlValue> items_of_csv(const std::filesystem::path& file, Diagnostics& faults) {
    CsvOptions options;
    for (const std::string& name : csv_header(file, options, faults)) options.types[name] = ColumnType::text;
    if (options.types.empty()) return {};
    const Table table = read_csv(file, options, faults);
    std::vector<YamlValue> items;
    for (std::size_t row = 0; row < table.rows(); ++row) items.push_back(map_of(table, row));
    return items;
}

// A list in place, or the CSV file that a scalar names.
std::vector<YamlValue> items_of(Fields& fields, std::string_view key, Crosswalk& crosswalk, Diagnostics& faults) {
    const YamlValue* value = fields.require(key);
    if (!value) return {};
    if (value->is_list()) return value->items;
    const std::string name = text_of(*value, faults, key);
    if (name.empty()) return {};
    crosswalk.files.push_back(resolve(crosswalk.files.front().parent_path(), name));
    return items_of_csv(crosswalk.files.back(), faults);
}

void read_range(const YamlValue& range, RecordField& field, Diagnostics& faults) {
    const bool pair = range.is_list() && range.items.size() == 2;
    if (!pair) {
        faults.error(range.where, "wrong-type", "a range is two whole numbers", "write 'range: [0, 120]'");
        return;
    }
    field.variable.type = ColumnType::number;
    field.domain.type = Type::number;
    field.domain.low = static_cast<double>(integer_of(range.items[0], faults, "'range'"));
    field.domain.high = static_cast<double>(integer_of(range.items[1], faults, "'range'"));
    if (*field.domain.high < *field.domain.low)
        faults.error(range.where, "out-of-range", "the range ends before it begins", "write the lower number first");
}

// An empty cell may stand in any record unless the field says that it is complete.
RecordField read_field(const std::string& name, const YamlValue& value, Diagnostics& faults) {
    Fields fields(value, faults, fmt::format("the field '{}'", name));
    RecordField field;
    field.variable.name = name;
    field.variable.where = value.where;
    field.variable.label = fields.labels("label");
    for (const std::string& code : fields.texts("codes")) {
        field.variable.categories.emplace_back(code, Labels{});
        field.domain.texts.push_back(code);
    }
    const YamlValue* range = fields.get("range");
    if ((range != nullptr) == !field.domain.texts.empty())
        faults.error(value.where, "missing-key", fmt::format("the field '{}' needs 'codes' or 'range'", name),
                     "for example 'codes: [\"1\", \"2\"]' or 'range: [0, 120]'");
    if (range) read_range(*range, field, faults);
    if (const YamlValue* missing = fields.get("missing")) field.variable.missing = read_missing_codes(*missing, faults);
    if (!fields.boolean("complete", false)) field.domain.missing = {Missing::system};
    for (const auto& [code, kind] : field.variable.missing)
        if (std::find(field.domain.missing.begin(), field.domain.missing.end(), kind) == field.domain.missing.end())
            field.domain.missing.push_back(kind);
    fields.finish();
    return field;
}

}  // namespace

Schema schema_of_fields(const std::vector<RecordField>& fields) {
    Schema schema;
    for (const RecordField& field : fields) schema.add(field.variable.name, field.domain.type);
    return schema;
}

std::map<std::string, Missing> read_missing_codes(const YamlValue& codes, Diagnostics& faults) {
    std::map<std::string, Missing> missing;
    for (const auto& [code, kind] : codes.entries) {
        const auto known = missing_from_text(kind.scalar);
        if (!known || *known == Missing::none)
            faults.error(kind.where, "unknown-missing", fmt::format("'{}' is no kind of missing", kind.scalar),
                         "system, not_asked, not_reached, refused or dont_know");
        else
            missing[code] = *known;
    }
    return missing;
}

DateRange all_days() { return {*make_date(first_year, 1, 1), *make_date(last_year, 12, 31)}; }

std::string_view to_text(MappingStatus status) { return statuses[static_cast<std::size_t>(status)]; }
std::string_view to_text(MappingBasis basis) { return bases[static_cast<std::size_t>(basis)]; }
std::string_view to_text(MappingRelation relation) { return relations[static_cast<std::size_t>(relation)]; }

Crosswalk read_crosswalk(const std::filesystem::path& file, Diagnostics& faults) {
    Crosswalk crosswalk;
    crosswalk.files.push_back(file);
    const std::size_t before = faults.error_count();
    const YamlValue root = read_yaml(file, faults);
    crosswalk.where = root.where;
    if (faults.error_count() == before && !root.is_map())
        faults.error({file.string(), root.where.line, root.where.column}, "wrong-type",
                     "the crosswalk must be a map of keys and values",
                     "begin with 'name', 'version', 'offences', 'rows'");
    if (faults.error_count() > before) return crosswalk;
    Fields fields(root, faults, "the crosswalk");
    crosswalk.name = fields.required_text("name");
    crosswalk.version = fields.required_text("version");
    if (const YamlValue* list = fields.get("fields"))
        for (const auto& [name, value] : list->entries) crosswalk.fields.push_back(read_field(name, value, faults));
    for (const YamlValue& item : items_of(fields, "offences", crosswalk, faults))
        crosswalk.offences.push_back(read_offence(item, faults));
    const Schema schema = schema_of_fields(crosswalk.fields);
    for (const YamlValue& item : items_of(fields, "rows", crosswalk, faults))
        crosswalk.rows.push_back(read_row(item, schema, faults));
    fields.finish();
    return crosswalk;
}

}  // namespace cifra
