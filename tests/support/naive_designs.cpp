#include "tests/support/naive_designs.h"

#include <algorithm>

namespace cifra::testing {

namespace {

double weighted_covariance(const Square& pi, std::size_t i, std::size_t j) {
    return (pi[i][j] - pi[i][i] * pi[j][j]) / pi[i][j];
}

std::size_t at(const std::vector<std::string>& names, const std::string& name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

// 1 - π_k π_l / π_kl of simple random sampling of n from N: k and l the same unit, or two units of the stratum.
double simple(double n, double population, bool same) {
    const double f = population > 0 ? n / population : 0;
    if (same) return 1 - f;
    if (population == 0) return -1 / (n - 1);
    const double joint = f * (n - 1) / (population - 1);
    return 1 - f * f / joint;
}

}  // namespace

double naive_horvitz_thompson(const Square& pi, const std::vector<double>& x, const std::vector<double>& y) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = 0; j < x.size(); ++j) sum += weighted_covariance(pi, i, j) * x[i] * y[j];
    return sum;
}

double naive_sen_yates_grundy(const Square& pi, const std::vector<double>& x, const std::vector<double>& y) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = 0; j < x.size(); ++j)
            if (i != j) sum -= weighted_covariance(pi, i, j) * (x[i] - x[j]) * (y[i] - y[j]) / 2;
    return sum;
}

double naive_two_phase(const NaivePhases& phases) {
    double sum = 0;
    for (std::size_t k = 0; k < phases.rows.size(); ++k)
        for (std::size_t l = 0; l < phases.rows.size(); ++l) {
            const NaivePhaseRow &a = phases.rows[k], &b = phases.rows[l];
            const std::size_t h = at(phases.strata, a.stratum), g = at(phases.second, a.second);
            const double first =
                a.stratum == b.stratum ? simple(phases.sampled[h], phases.population[h], a.psu == b.psu) : 0;
            const bool whole = phases.taken[g] == phases.elements[g];
            const double second =
                a.second == b.second && !whole ? simple(phases.taken[g], phases.elements[g], k == l) : 0;
            sum += (first + second - first * second) * a.value * b.value;
        }
    return sum;
}

}  // namespace cifra::testing
