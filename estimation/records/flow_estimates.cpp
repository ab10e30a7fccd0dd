#include "estimation/records/flow_estimates.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "estimation/estimates_columns.h"

namespace cifra {

namespace {

std::string in_words(const EstimateName& name) {
    std::string text = fmt::format("'{}'", name.indicator);
    if (!name.table.empty()) text += fmt::format(" of table '{}'", name.table);
    if (!name.domain.empty()) text += fmt::format(" for '{}'", name.domain);
    if (!name.period.empty()) text += fmt::format(" in '{}'", name.period);
    return text;
}

// Without a limit on one side the interval says nothing on that side.
FlowCount count_at(const EstimatesColumns& columns, std::size_t row) {
    FlowCount count;
    count.value = columns.number("estimate", row);
    count.lower = columns.number("lower", row);
    count.upper = columns.number("upper", row);
    count.se = columns.number("se", row);
    count.df = columns.number("df", row);
    count.level = columns.number("level", row);
    count.estimate = true;
    count.quality = columns.text("quality", row);
    count.table = columns.text("table", row);
    count.indicator = columns.text("indicator", row);
    count.domain = columns.text("domain", row);
    return count;
}

bool is(const std::string& text, const std::string& wanted) { return wanted.empty() || text == wanted; }

}  // namespace

std::optional<FlowCount> find_estimate(const Table& estimates, const EstimateName& name, const Location& where,
                                       Diagnostics& faults) {
    const EstimatesColumns columns(estimates);
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < estimates.rows(); ++row)
        if (columns.text("indicator", row) == name.indicator && columns.text("domain", row) == name.domain &&
            is(columns.text("table", row), name.table) && is(columns.text("period", row), name.period))
            rows.push_back(row);
    if (rows.size() == 1 && std::isfinite(columns.number("estimate", rows.front())))
        return count_at(columns, rows.front());
    const char* what = rows.empty()      ? "no row of the estimates is"
                       : rows.size() > 1 ? "several rows of the estimates are"
                                         : "there is no figure for";
    faults.error(where, "unknown-estimate", fmt::format("{} {}", what, in_words(name)),
                 "'table', 'indicator', 'period' and the 'domain' of the crime name one row of estimates.csv");
    return std::nullopt;
}

std::optional<double> find_covariance(const Table& covariances, const FlowCount& a, const FlowCount& b) {
    if (covariances.rows() == 0 || a.table != b.table) return std::nullopt;
    const EstimatesColumns columns(covariances);
    const auto stands = [&](std::size_t row, const FlowCount& first, const FlowCount& second) {
        return columns.text("indicator", row) == first.indicator && columns.text("domain", row) == first.domain &&
               columns.text("indicator_2", row) == second.indicator && columns.text("domain_2", row) == second.domain;
    };
    for (std::size_t row = 0; row < covariances.rows(); ++row)
        if (columns.text("table", row) == a.table && (stands(row, a, b) || stands(row, b, a)))
            return columns.number("covariance", row);
    return std::nullopt;
}

}  // namespace cifra
