#include "estimation/inference/inference_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "estimation/numbering.h"

namespace cifra {

namespace {

std::string value_name(const Column& column, Type type, std::size_t row) {
    if (type == Type::truth) return column.number(row) != 0 ? "true" : "false";
    return column.cell(row);
}

// The occupied categories, in the order of their keys; `name(i)`: that of record i.
template <class Name>
Categories named(Ranking ranking, const Name& name) {
    Categories result{std::move(ranking.rank), {}};
    for (const std::uint32_t i : ranking.example) result.names.push_back(name(i));
    return result;
}

// Of each row, whether every column has a value there, a finite one.
std::vector<std::uint8_t> complete_rows(const std::vector<Column>& columns, std::size_t rows) {
    std::vector<std::uint8_t> complete(rows, 1);
    for (const Column& column : columns) {
        for (std::size_t row = 0; row < rows && column.any_missing(); ++row) complete[row] &= column.present(row);
        const std::span<const double> numbers = column.numbers();
        for (std::size_t row = 0; row < numbers.size(); ++row) complete[row] &= std::isfinite(numbers[row]);
    }
    return complete;
}

// Names whose values imputation changes: the items, and what is derived of them.
std::set<std::string> imputed_names(const SurveyData& data) {
    std::set<std::string> names;
    for (const ImputationItem& item : data.imputation.items) {
        names.insert(item.variable);
        names.insert(item.together.begin(), item.together.end());
    }
    for (const auto& [level, variables] : data.derive.entries)
        for (const auto& [name, value] : variables.entries) {
            const std::vector<std::string> read = mentioned_names(value);
            if (std::any_of(read.begin(), read.end(), [&](const std::string& other) { return names.contains(other); }))
                names.insert(name);
        }
    return names;
}

void refuse_imputed(const Expr& expression, const Location& where, const SurveyData& data, Diagnostics& faults) {
    if (data.imputation.items.empty()) return;
    const std::set<std::string> imputed = imputed_names(data);
    for (const std::string& name : expression.names())
        if (imputed.contains(name.substr(name.rfind('.') + 1)))
            faults.error(
                where, "imputed-variable",
                fmt::format("'{}' is imputed or made of what is; models and tests are not pooled over draws", name),
                "leave it out, or analyse it in a run without 'impute:'");
}

}  // namespace

std::vector<const YamlValue*> read_entries(const YamlValue& value, std::string_view what, Diagnostics& faults) {
    std::vector<const YamlValue*> entries;
    if (!value.is_list())
        faults.error(value.where, "wrong-type", fmt::format("'{}s' must be a list", what),
                     fmt::format("begin each {} with '- id: ...'", what));
    std::set<std::string> ids;
    for (const YamlValue& entry : value.items) {
        if (!entry.is_map()) {
            faults.error(entry.where, "wrong-type", fmt::format("a {} must be a map", what),
                         "begin it with '- id: ...'");
            continue;
        }
        const YamlValue* id = entry.find("id");
        if (id && !ids.insert(id->scalar).second)
            faults.error(id->where, "duplicate-id", fmt::format("there are two {}s '{}'", what, id->scalar),
                         "give each an id of its own");
        entries.push_back(&entry);
    }
    return entries;
}

InferenceDomain read_domain(Fields& fields, const SurveyData& data, Diagnostics& faults) {
    InferenceDomain domain;
    domain.place = fields.where();
    domain.id = fields.required_text("id");
    if (const YamlValue* of = fields.require("of")) {
        const std::string name = text_of(*of, faults, "'of'");
        domain.level = data.hierarchy.find(name);
        if (domain.level == no_level)
            faults.error(of->where, "unknown-level", fmt::format("there is no level '{}' under data:", name),
                         suggestion(name, data.hierarchy.names()));
        else
            check_replicates(data, domain.level, of->where, faults);
    }
    domain.where = read_value(fields.get("where"), domain, data, faults, Type::truth);
    return domain;
}

std::optional<Expr> read_value(const YamlValue* value, const InferenceDomain& domain, const SurveyData& data,
                               Diagnostics& faults, std::optional<Type> type) {
    if (!value || domain.level == no_level) return std::nullopt;
    const std::string text = text_of(*value, faults, "an expression");
    if (text.empty()) return std::nullopt;
    auto expression = parse_expression(text, value->where, data.hierarchy.schema(domain.level), faults, type);
    if (expression) refuse_imputed(*expression, value->where, data, faults);
    return expression;
}

CompleteRecords complete_records(const SurveyData& data, const InferenceDomain& domain, std::vector<Column> columns) {
    const Level& level = data.hierarchy[domain.level];
    const std::vector<std::uint8_t> inside =
        domain.where ? data.hierarchy.filter(domain.level, *domain.where) : std::vector<std::uint8_t>(level.rows(), 1);
    const std::vector<std::uint8_t> complete = complete_rows(columns, level.rows());
    CompleteRecords records;
    std::vector<double> weight(level.rows(), 0);
    double all = 0, left_out = 0;
    for (std::size_t row = 0; row < weight.size(); ++row) {
        if (!inside[row]) continue;
        ++records.domain_rows;
        const double w = level.weight[row] * (level.multiplicity.empty() ? 1 : level.multiplicity[row]);
        all += w;
        if (complete[row])
            weight[row] = w;
        else
            left_out += w;
    }
    records.sample = make_sample(data.design, level.unit_of_row, std::move(weight));
    records.sample.threads = data.threads;
    if (const Column* counts = level.table.find(record_counts))
        records.sample.count.assign(counts->numbers().begin(), counts->numbers().end());
    if (!data.replicates.empty()) {
        records.sample.replicates = &data.replicates;
        records.sample.ratios_of_rows = row_ratios(data.replicates, data.hierarchy, domain.level);
    }
    records.sample.residuals = residual_rows(data.residuals, data.hierarchy, domain.level);
    if (!data.residuals.empty() && !records.sample.residuals &&
        data.hierarchy.is_above(domain.level, data.residuals.front().level))
        throw Refusal(fmt::format("level '{}' lies above '{}', whose weights are calibrated", level.name,
                                  data.hierarchy[data.residuals.front().level].name));
    records.columns = std::move(columns);
    records.missing_share = all > 0 ? left_out / all : 0;
    return records;
}

Eigen::VectorXd numbers_of(const Column& column, const InferenceSample& sample) {
    Eigen::VectorXd values(static_cast<Eigen::Index>(sample.rows.size()));
    for (std::size_t i = 0; i < sample.rows.size(); ++i)
        values(static_cast<Eigen::Index>(i)) = column.number(sample.rows[i]);
    return values;
}

Categories categories_of(const Column& column, Type type, const InferenceSample& sample) {
    return named(rank_cells(column, sample.rows),
                 [&](std::uint32_t i) { return value_name(column, type, sample.rows[i]); });
}

Categories crossed(const Categories& a, const Categories& b) {
    const auto key = [&](std::uint32_t i) { return std::uint64_t{a.code[i]} * b.names.size() + b.code[i]; };
    Numbering numbering;
    std::vector<std::uint32_t> number(a.code.size());
    for (std::uint32_t i = 0; i < number.size(); ++i) number[i] = numbering.of(key(i));
    return named(ranked(std::move(number), [&](std::uint32_t i, std::uint32_t j) { return key(i) < key(j); }),
                 [&](std::uint32_t i) { return a.names[a.code[i]] + ";" + b.names[b.code[i]]; });
}

std::vector<std::string> missing_notice(double share) {
    if (!(share > 0)) return {};
    return {fmt::format("{:.3g} % of the weight left out: missing values", 100 * share)};
}

}  // namespace cifra
