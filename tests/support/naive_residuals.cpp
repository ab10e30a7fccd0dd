#include "tests/support/naive_residuals.h"

#include <cmath>
#include <utility>

namespace cifra::testing {

namespace {

using Matrix = std::vector<std::vector<double>>;

// Gauss and Jordan with pivoting.
std::vector<double> solved(Matrix a, std::vector<double> b) {
    const std::size_t p = b.size();
    for (std::size_t i = 0; i < p; ++i) {
        std::size_t pivot = i;
        for (std::size_t r = i; r < p; ++r)
            if (std::abs(a[r][i]) > std::abs(a[pivot][i])) pivot = r;
        std::swap(a[i], a[pivot]);
        std::swap(b[i], b[pivot]);
        for (std::size_t r = 0; r < p; ++r) {
            if (r == i) continue;
            const double factor = a[r][i] / a[i][i];
            for (std::size_t c = i; c < p; ++c) a[r][c] -= factor * a[i][c];
            b[r] -= factor * b[i];
        }
    }
    for (std::size_t i = 0; i < p; ++i) b[i] /= a[i][i];
    return b;
}

// (sum d x x'/q) b = right
std::vector<double> coefficients(const std::vector<NaiveUnit>& units, const std::vector<double>& right) {
    Matrix a(right.size(), std::vector<double>(right.size(), 0));
    for (const NaiveUnit& unit : units)
        for (std::size_t i = 0; i < right.size(); ++i)
            for (std::size_t j = 0; j < right.size(); ++j) a[i][j] += unit.d * unit.x[i] * unit.x[j] / unit.q;
    return solved(a, right);
}

double product(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

}  // namespace

std::vector<double> naive_linear_weights(const std::vector<NaiveUnit>& units, const std::vector<double>& totals) {
    std::vector<double> gap = totals;
    for (const NaiveUnit& unit : units)
        for (std::size_t j = 0; j < gap.size(); ++j) gap[j] -= unit.d * unit.x[j];
    const std::vector<double> lambda = coefficients(units, gap);
    std::vector<double> weights;
    for (const NaiveUnit& unit : units) weights.push_back(unit.d * (1 + product(unit.x, lambda) / unit.q));
    return weights;
}

double naive_residual_variance(const std::vector<NaiveUnit>& units, const std::vector<double>& u) {
    std::vector<double> right(units.front().x.size(), 0);
    for (std::size_t k = 0; k < units.size(); ++k)
        for (std::size_t j = 0; j < right.size(); ++j) right[j] += units[k].d * units[k].x[j] * u[k] / units[k].q;
    const std::vector<double> b = coefficients(units, right);
    std::vector<NaiveRow> rows;
    for (std::size_t k = 0; k < units.size(); ++k)
        rows.push_back({units[k].codes, units[k].population, units[k].w * (u[k] - product(units[k].x, b))});
    return naive_variance(rows);
}

}  // namespace cifra::testing
