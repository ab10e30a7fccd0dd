// The slow twin of estimation/variance: the multi-stage formula by plain recursion over rows, no sparsity, no folding.
#pragma once

#include <string>
#include <vector>

namespace cifra::testing {

// One row of a sample: its codes from the stratum down, the population of the group it is drawn from at each stage
// (0: with replacement) and its weighted value.
struct NaiveRow {
    std::vector<std::string> codes;  // stratum, psu, ssu, ...
    std::vector<double> population;  // of stage 1, 2, ...
    double value = 0;
};

// V = (1 - f) n / (n - 1) sum (t_i - tbar)^2 + f sum_i V_i, recursively (Särndal, Swensson and Wretman 1992, 4.3).
double naive_variance(const std::vector<NaiveRow>& rows);

}  // namespace cifra::testing
