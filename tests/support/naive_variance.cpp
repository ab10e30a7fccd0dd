#include "tests/support/naive_variance.h"

#include <map>

namespace cifra::testing {

namespace {

double group_variance(const std::vector<NaiveRow>& rows, std::size_t stage) {
    std::map<std::string, std::vector<NaiveRow>> units;
    for (const NaiveRow& row : rows) units[row.codes[stage]].push_back(row);
    const double n = static_cast<double>(units.size());
    const double population = rows.front().population[stage - 1];
    const double f = population > 0 ? n / population : 0;
    double mean = 0, squares = 0, below = 0;
    std::map<std::string, double> totals;
    for (const auto& [code, members] : units) {
        for (const NaiveRow& row : members) totals[code] += row.value;
        mean += totals[code] / n;
        if (stage + 1 < rows.front().codes.size() && f > 0) below += group_variance(members, stage + 1);
    }
    for (const auto& [code, total] : totals) squares += (total - mean) * (total - mean);
    return (n > 1 ? (1 - f) * n / (n - 1) * squares : 0) + f * below;
}

}  // namespace

double naive_variance(const std::vector<NaiveRow>& rows) {
    std::map<std::string, std::vector<NaiveRow>> strata;
    for (const NaiveRow& row : rows) strata[row.codes[0]].push_back(row);
    double variance = 0;
    for (const auto& [code, members] : strata) variance += group_variance(members, 1);
    return variance;
}

}  // namespace cifra::testing
