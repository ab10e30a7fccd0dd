#include "estimation/weighting/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "engine/summation.h"

namespace cifra {

namespace {

constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

std::vector<std::uint32_t> group_of_cell(const std::vector<CellGroup>& groups, std::size_t cells) {
    std::vector<std::uint32_t> result(cells, AdjustmentCells::none);
    for (std::uint32_t g = 0; g < groups.size(); ++g)
        for (const std::uint32_t cell : groups[g].members) result[cell] = g;
    return result;
}

void check_target(const std::string& step, const std::string& cell, double sum, double target) {
    if (std::abs(sum - target) > 1e-10 * std::abs(target))
        throw std::logic_error(fmt::format("{}: cell {} sums to {} instead of {}", step, cell, sum, target));
}

std::size_t joined_cells(const std::vector<CellGroup>& groups) {
    std::size_t joined = 0;
    for (const CellGroup& group : groups)
        if (group.members.size() > 1) joined += group.members.size();
    return joined;
}

}  // namespace

WeightSummary summarize_weights(std::span<const double> weights) {
    WeightSummary result;
    CompensatedSum sum;
    result.min = std::numeric_limits<double>::infinity();
    for (const double w : weights) {
        if (w <= 0) continue;
        ++result.n;
        sum.add(w);
        result.min = std::min(result.min, w);
        result.max = std::max(result.max, w);
    }
    result.sum = sum.value();
    if (result.n == 0) {
        result.min = result.max = result.cv = result.deff = missing_number;
        return result;
    }
    const double mean = result.sum / static_cast<double>(result.n);
    CompensatedSum squares;
    for (const double w : weights)
        if (w > 0) squares.add((w - mean) * (w - mean));
    result.cv = std::sqrt(squares.value() / static_cast<double>(result.n)) / mean;
    result.deff = 1 + result.cv * result.cv;
    return result;
}

AuditRecord audit_step(std::string step, std::span<const double> before, std::span<const double> after) {
    AuditRecord record;
    record.step = std::move(step);
    record.after = summarize_weights(after);
    record.sum_before = summarize_weights(before).sum;
    record.factor = record.after.sum / record.sum_before;
    record.merged = 0;
    return record;
}

Table audit_table(const std::vector<AuditRecord>& records) {
    std::vector<std::string> steps, cells;
    std::vector<std::vector<double>> numbers(11);
    for (const AuditRecord& r : records) {
        steps.push_back(r.step);
        cells.push_back(r.cell);
        const double row[] = {static_cast<double>(r.after.n),
                              r.sum_before,
                              r.after.sum,
                              r.factor,
                              r.after.min,
                              r.after.max,
                              r.after.cv,
                              r.after.deff,
                              static_cast<double>(r.merged),
                              r.control.value_or(missing_number),
                              r.coverage().value_or(missing_number)};
        for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i].push_back(row[i]);
    }
    static const char* const names[] = {"n",  "sum_before", "sum_after", "factor",  "min",     "max",
                                        "cv", "deff_kish",  "merged",    "control", "coverage"};
    Table table;
    table.set("step", Column::of_texts(steps));
    table.set("cell", Column::of_texts(cells));
    for (std::size_t i = 0; i < numbers.size(); ++i) table.set(names[i], Column::of_numbers(std::move(numbers[i])));
    return table;
}

AdjustedWeights apply_factors(std::string step, std::span<const double> weights, std::span<const std::uint8_t> keep,
                              const AdjustmentCells& cells, std::vector<CellGroup> groups) {
    const auto group_of = group_of_cell(groups, cells.keys.size());
    AdjustedWeights result{std::vector<double>(weights.size(), 0.0), {}, std::move(groups), {}};
    std::vector<std::vector<double>> by_group(result.groups.size());
    for (std::size_t row = 0; row < weights.size(); ++row) {
        const std::uint32_t cell = cells.of_row[row];
        const std::uint32_t g = cell == AdjustmentCells::none ? AdjustmentCells::none : group_of[cell];
        result.group_of_row.push_back(g);
        if (!keep[row]) continue;
        result.weights[row] = weights[row] * result.groups[g].sums.factor();
        by_group[g].push_back(result.weights[row]);
    }
    result.records.push_back(audit_step(step, weights, result.weights));
    result.records.front().merged = joined_cells(result.groups);
    for (std::size_t g = 0; g < result.groups.size(); ++g) {
        const CellGroup& group = result.groups[g];
        AuditRecord record;
        record.step = step;
        record.cell = group_name(cells, group);
        record.after = summarize_weights(by_group[g]);
        check_target(step, record.cell, record.after.sum, group.sums.target);
        record.sum_before = group.sums.base;
        record.factor = group.sums.factor();
        record.merged = group.members.size();
        record.control = group.sums.target;
        result.records.push_back(std::move(record));
    }
    return result;
}

}  // namespace cifra
