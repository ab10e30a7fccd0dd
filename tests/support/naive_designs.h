// Slow twins of estimation/variance: double sums over units with the joint probabilities written out.
#pragma once

#include <string>
#include <vector>

namespace cifra::testing {

using Square = std::vector<std::vector<double>>;

// Σ_i Σ_j (π_ij - π_i π_j)/π_ij x_i y_j with π_ii = π_i; x and y weighted by 1/π. Särndal, Swensson and Wretman 1992,
// eq. 2.8.8.
double naive_horvitz_thompson(const Square& pi, const std::vector<double>& x, const std::vector<double>& y);

// -½ Σ_i Σ_j (π_ij - π_i π_j)/π_ij (x_i - x_j)(y_i - y_j). The same, eq. 2.8.14.
double naive_sen_yates_grundy(const Square& pi, const std::vector<double>& x, const std::vector<double>& y);

// One element of a second phase.
struct NaivePhaseRow {
    std::string stratum, psu;  // of the first phase
    std::string second;        // stratum of the second phase
    double value = 0;          // weighted by both phases
};

// First-phase counts: PSUs sampled and in the population (0: with replacement), by stratum; of the second phase,
// elements in the first phase and taken, by stratum.
struct NaivePhases {
    std::vector<NaivePhaseRow> rows;
    std::vector<std::string> strata, second;
    std::vector<double> sampled, population;
    std::vector<double> elements, taken;
};

// ΣΣ (D + E - D E) x_k x_l: eq. 9.3.7 with each joint probability written out.
double naive_two_phase(const NaivePhases& phases);

}  // namespace cifra::testing
