#include "estimation/pass/warehouse_groups.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/warehouse/answer.h"
#include "estimation/inference/inference_data.h"

namespace cifra {

namespace {

Table read_groups(const WarehouseRows& rows, std::vector<SqlOutput> outputs) {
    const std::string rest =
        from_rows(rows, {}) + grouped_by(outputs, outputs.size()) + fmt::format(" LIMIT {}", most_groups + 1);
    std::vector<std::size_t> order(outputs.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    outputs.push_back({"weight of the records", fmt::format("sum({})", rows.weight.value)});
    outputs.push_back({record_counts, fmt::format("toFloat64(countIf(greater({}, 0.)))", rows.weight.value)});
    return read_answer(rows.client.query(framed_query(outputs, rest, order)), outputs, rows.client);
}

// `level.name` is `name`.
std::string unqualified(const std::string& name, const std::string& level) {
    return name.starts_with(level + ".") ? name.substr(level.size() + 1) : name;
}

// The level as the prototype has it, with these rows.
Level level_of(const Level& prototype, Table table) {
    Level level;
    level.name = prototype.name;
    level.weight_name = prototype.weight_name;
    const Column& weight = table.column(table.width() - 2);
    level.weight.assign(weight.numbers().begin(), weight.numbers().end());
    for (const auto& [name, type] : prototype.types)
        if (table.has(name)) level.types[name] = type;
    level.table = std::move(table);
    return level;
}

}  // namespace

std::unique_ptr<SurveyData> grouped_survey(const StreamedParts& parts, const WarehouseRows& rows,
                                           const std::vector<std::string>& names, Diagnostics& faults) {
    std::vector<std::string> keys = parts.unit_columns;
    for (const std::string& name : names) {
        const std::string own = unqualified(name, rows.source.level);
        if (std::find(keys.begin(), keys.end(), own) == keys.end()) keys.push_back(own);
    }
    std::vector<SqlOutput> outputs = warehouse_keys(rows, parts.prototype.hierarchy, keys, faults);
    if (faults.has_errors()) return nullptr;
    Table table = read_groups(rows, std::move(outputs));
    if (table.rows() > most_groups) {
        faults.error(rows.client.where(), "not-in-warehouse",
                     fmt::format("the variables of the models have more than {} patterns in the units", most_groups),
                     "group numbers into classes (derive: groups), or write the table to a file");
        return nullptr;
    }
    auto data = std::make_unique<SurveyData>();
    data->labels = parts.prototype.labels;
    data->threads = parts.prototype.threads;
    data->directory = parts.prototype.directory;
    data->hierarchy.add(level_of(parts.prototype.hierarchy[0], std::move(table)));
    data->design =
        place_design(parts.design, data->hierarchy, 0, {data->directory, parts.prototype.out}, data->inputs, faults);
    return faults.has_errors() ? nullptr : std::move(data);
}

}  // namespace cifra
