#include "estimation/rehearsal/tally.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cifra {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double most_bias = 0.1;  // of the standard error

constexpr std::array<std::pair<const char*, double Workload::*>, 7> quantities = {
    {{"psus", &Workload::psus},
     {"dwellings", &Workload::dwellings},
     {"interviews", &Workload::interviews},
     {"cost", &Workload::cost},
     {"most_interviews_in_a_psu", &Workload::most_in_psu},
     {"fewest_interviews_in_a_psu", &Workload::least_in_psu},
     {"dwellings_of_the_busiest_interviewer", &Workload::largest_load}}};

}  // namespace

void RunningMean::add(double value) {
    ++count;
    const double step = value - mean;
    mean += step / count;
    squares += step * (value - mean);
}

RehearsalTally::RehearsalTally(std::vector<std::pair<EstimateKey, CellResult>> truth, double level)
    : truth_(std::move(truth)), level_(level), work_(quantities.size()) {
    for (std::size_t i = 0; i < truth_.size(); ++i) place_.emplace(truth_[i].first, i);
    cells_.resize(truth_.size());
}

std::size_t RehearsalTally::find(const EstimateKey& key) const {
    const auto found = place_.find(key);
    return found == place_.end() ? Column::npos : found->second;
}

void RehearsalTally::add(const std::vector<CellResult>& cells, const Workload& work) {
    ++draws_;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const CellResult& result = cells[i];
        Cell& cell = cells_[i];
        if (std::isnan(result.estimate)) continue;
        cell.estimate.add(result.estimate);
        cell.n.add(result.n);
        cell.cases.add(result.cases);
        if (!std::isnan(result.se)) cell.variance.add(result.se * result.se);
        if (std::isnan(result.lower) && std::isnan(result.upper)) continue;
        ++cell.intervals;
        const double truth = truth_[i].second.estimate;
        cell.below += result.upper < truth ? 1 : 0;
        cell.above += result.lower > truth ? 1 : 0;
        if (std::isfinite(result.upper - result.lower)) cell.width.add(result.upper - result.lower);
    }
    for (std::size_t q = 0; q < quantities.size(); ++q) {
        const double value = work.*quantities[q].second;
        if (std::isnan(value)) continue;
        Range& range = work_[q];
        range.least = range.mean.count > 0 ? std::min(range.least, value) : value;
        range.most = range.mean.count > 0 ? std::max(range.most, value) : value;
        range.mean.add(value);
    }
}

void RehearsalTally::add_failure(const std::string& reason) {
    ++draws_;
    failures_.push_back(reason);
}

Table RehearsalTally::results() const {
    std::vector<std::string> tables, indicators, domains, verdicts;
    constexpr std::array names = {
        "truth",          "draws",    "mean",           "bias",  "bias_se", "true_se", "true_cv", "estimated_cv",
        "variance_ratio", "coverage", "coverage_error", "below", "above",   "width",   "n",       "cases"};
    std::array<std::vector<double>, names.size()> columns;
    for (std::size_t i = 0; i < truth_.size(); ++i) {
        const auto& [key, known] = truth_[i];
        const Cell& cell = cells_[i];
        const double truth = known.estimate, se = std::sqrt(cell.estimate.variance());
        const double bias = cell.estimate.count > 0 ? cell.estimate.mean - truth : none;
        const double covered = cell.intervals > 0 ? 1 - (cell.below + cell.above) / cell.intervals : none;
        const double error = std::sqrt(covered * (1 - covered) / cell.intervals);
        const double nominal_error = std::sqrt(level_ * (1 - level_) / cell.intervals);
        const double relative = se > 1e-12 * std::abs(truth) ? bias / se : none;  // NaN of what is known exactly
        const bool varies = !std::isnan(relative);
        std::string verdict =
            varies && std::abs(relative) >= std::max(most_bias, 3 / std::sqrt(cell.estimate.count)) ? "bias" : "";
        if (varies && covered < level_ - 3 * nominal_error) verdict += verdict.empty() ? "coverage" : ", coverage";
        tables.push_back(key.table);
        indicators.push_back(key.indicator);
        domains.push_back(key.domain);
        verdicts.push_back(verdict);
        const double row[] = {
            truth,
            cell.estimate.count,
            cell.estimate.count > 0 ? cell.estimate.mean : none,
            bias,
            relative,
            se,
            varies ? se / std::abs(truth) : none,
            varies && cell.variance.count > 0 ? std::sqrt(cell.variance.mean) / std::abs(truth) : none,
            varies && cell.variance.count > 0 ? cell.variance.mean / cell.estimate.variance() : none,
            varies ? covered : none,
            varies ? error : none,
            cell.intervals > 0 ? cell.below / cell.intervals : none,
            cell.intervals > 0 ? cell.above / cell.intervals : none,
            cell.width.count > 0 ? cell.width.mean : none,
            cell.n.mean,
            cell.cases.mean};
        for (std::size_t c = 0; c < names.size(); ++c) columns[c].push_back(row[c]);
    }
    Table table;
    table.set("table", Column::of_texts(tables));
    table.set("indicator", Column::of_texts(indicators));
    table.set("domain", Column::of_texts(domains));
    for (std::size_t c = 0; c < names.size(); ++c) table.set(names[c], Column::of_numbers(std::move(columns[c])));
    table.set("verdict", Column::of_texts(verdicts));
    return table;
}

Table RehearsalTally::workload() const {
    std::vector<std::string> names;
    std::array<std::vector<double>, 4> columns;
    for (std::size_t q = 0; q < quantities.size(); ++q) {
        const Range& range = work_[q];
        if (range.mean.count == 0) continue;
        names.emplace_back(quantities[q].first);
        const double row[] = {range.mean.mean, std::sqrt(range.mean.variance()), range.least, range.most};
        for (std::size_t c = 0; c < columns.size(); ++c) columns[c].push_back(row[c]);
    }
    Table table;
    table.set("quantity", Column::of_texts(names));
    const char* titles[] = {"mean", "sd", "min", "max"};
    for (std::size_t c = 0; c < columns.size(); ++c) table.set(titles[c], Column::of_numbers(std::move(columns[c])));
    return table;
}

}  // namespace cifra
