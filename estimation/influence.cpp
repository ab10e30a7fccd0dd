#include "estimation/influence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "engine/diagnostics.h"

namespace cifra {

void check_rows(std::span<const double> y, std::span<const double> w, std::string_view what) {
    if (y.size() != w.size()) throw std::invalid_argument(fmt::format("{}: values and weights differ in length", what));
    if (!std::all_of(y.begin(), y.end(), [](double value) { return std::isfinite(value); }))
        throw Refusal(fmt::format("{}: a value is missing or infinite; leave its row out", what));
    if (!std::all_of(w.begin(), w.end(), [](double weight) { return weight >= 0 && std::isfinite(weight); }))
        throw Refusal(fmt::format("{}: a weight is negative, missing or infinite", what));
}

Influence undefined_influence(std::size_t rows) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, std::vector<double>(rows, nan)};
}

Influence chained(double value, std::span<const Influence* const> parts, std::span<const double> slopes) {
    const std::size_t rows = parts[0]->z.size();
    if (!std::isfinite(value)) return undefined_influence(rows);
    Influence result{value, std::vector<double>(rows, 0)};
    for (std::size_t i = 0; i < parts.size(); ++i)
        for (std::size_t row = 0; row < rows; ++row) result.z[row] += slopes[i] * parts[i]->z[row];
    return result;
}

}  // namespace cifra
