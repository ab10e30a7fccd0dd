#include "estimation/weighting/poststratification.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/summation.h"

namespace cifra {

namespace {

Location row_place(const Table& table, std::size_t row) {
    return {table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
}

bool check_columns(const Table& table, const std::vector<std::string>& needed, Diagnostics& faults) {
    bool complete = true;
    for (const std::string& name : needed) {
        if (table.has(name)) continue;
        complete = false;
        faults.error({table.source, 1, 0}, "missing-column", fmt::format("the benchmarks have no column '{}'", name),
                     suggestion(name, table.names()));
    }
    return complete;
}

std::vector<AdjustmentSums> sums_by_cell(const AdjustmentCells& cells, std::span<const double> weights,
                                   const Benchmarks& benchmarks) {
    std::vector<CompensatedSum> base(cells.keys.size());
    std::vector<AdjustmentSums> sums(cells.keys.size());
    for (std::size_t row = 0; row < weights.size(); ++row) {
        if (cells.of_row[row] == AdjustmentCells::none) continue;
        base[cells.of_row[row]].add(weights[row]);
        ++sums[cells.of_row[row]].respondents;
    }
    for (std::size_t cell = 0; cell < sums.size(); ++cell) sums[cell].base = base[cell].value();
    for (std::size_t i = 0; i < benchmarks.keys.size(); ++i) {
        const auto place = std::lower_bound(cells.keys.begin(), cells.keys.end(), benchmarks.keys[i]);
        sums[static_cast<std::size_t>(place - cells.keys.begin())].target = benchmarks.totals[i];
    }
    return sums;
}

void check_cells(const std::string& step, const AdjustmentCells& cells, const std::vector<AdjustmentSums>& sums,
                 const Benchmarks& benchmarks, bool joined, const Location& where, Diagnostics& faults) {
    std::map<CellKey, std::size_t> known;
    for (std::size_t i = 0; i < benchmarks.keys.size(); ++i) known.emplace(benchmarks.keys[i], i);
    for (std::size_t cell = 0; cell < sums.size(); ++cell) {
        const std::string name = cell_name(cells.variables, cells.keys[cell]);
        const auto benchmark = known.find(cells.keys[cell]);
        if (benchmark == known.end())
            faults.error(where, "unknown-cell",
                         fmt::format("{}: the sample has {} respondents in cell {}, which has no benchmark total", step,
                                     sums[cell].respondents, name),
                         "add the cell to the benchmark file, or join it to another one with 'groups'");
        else if (sums[cell].respondents > 0 && sums[cell].target == 0)
            faults.error(benchmarks.places[benchmark->second], "zero-control",
                         fmt::format("{}: the total of cell {} is 0, yet it has {} respondents", step, name,
                                     sums[cell].respondents),
                         "correct the total, or join the cell to another one with 'groups'");
        else if (sums[cell].respondents == 0 && sums[cell].target > 0 && !joined)
            faults.error(
                benchmarks.places[benchmark->second], "empty-cell",
                fmt::format("{}: cell {} has a total but no respondent", step, name),
                "give 'min_respondents' to join small cells with their neighbours, make the cells coarser with "
                "'groups', or take a variable out of 'cells'");
    }
}

bool worth_keeping(const CellGroup& group) { return group.sums.respondents > 0 || group.sums.target > 0; }

}  // namespace

Benchmarks read_benchmarks(const Table& table, const std::vector<std::string>& variables, const std::string& total,
                           Diagnostics& faults) {
    Benchmarks result{variables, {}, {}, {}};
    std::vector<std::string> needed = variables;
    needed.push_back(total);
    if (!check_columns(table, needed, faults)) return result;
    std::vector<Column> texts;
    for (const std::string& name : variables) texts.push_back(table.at(name).as_text());
    const Column& totals = table.at(total);
    std::map<CellKey, std::size_t> seen;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        CellKey key;
        for (const Column& text : texts) key.push_back(text.text(row));
        const Location place = row_place(table, row);
        const std::string name = cell_name(variables, key);
        if (!totals.is_number() || !totals.present(row)) {
            faults.error(place, "missing-total", fmt::format("cell {} has no number in '{}'", name, total),
                         "write the population total of the cell");
            continue;
        }
        if (totals.number(row) < 0)
            faults.error(place, "negative-total", fmt::format("the total of cell {} is negative", name), "correct it");
        if (!seen.emplace(key, row).second)
            faults.error(place, "duplicate-cell", fmt::format("cell {} stands twice", name), "keep one line per cell");
        result.keys.push_back(std::move(key));
        result.totals.push_back(totals.number(row));
        result.places.push_back(place);
    }
    return result;
}

std::optional<AdjustedWeights> poststratify(std::string step, std::span<const double> weights,
                                            std::span<const std::uint8_t> inside, const std::vector<Column>& columns,
                                            const Benchmarks& benchmarks, const std::optional<CollapseRule>& rule,
                                            const Location& where, Diagnostics& faults) {
    const AdjustmentCells cells = form_cells(benchmarks.variables, columns, inside, benchmarks.keys);
    const auto sums = sums_by_cell(cells, weights, benchmarks);
    const std::size_t before = faults.error_count();
    check_cells(step, cells, sums, benchmarks, rule.has_value(), where, faults);
    if (faults.error_count() > before) return std::nullopt;
    CollapseRule joining = rule.value_or(CollapseRule{});
    if (rule) joining.min_respondents = std::max<std::size_t>(joining.min_respondents, 1);
    auto groups = collapse_cells(cells, sums, joining);
    std::erase_if(groups, [](const CellGroup& group) { return !worth_keeping(group); });
    if (groups.empty() || groups.front().sums.respondents == 0) throw Refusal(step + ": nobody responds");
    return apply_factors(std::move(step), weights, inside, cells, std::move(groups));
}

}  // namespace cifra
