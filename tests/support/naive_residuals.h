// The slow twin of estimation/variance/residuals: dense matrices, elimination by hand, one residual a row.
#pragma once

#include <string>
#include <vector>

#include "tests/support/naive_variance.h"

namespace cifra::testing {

struct NaiveUnit {
    std::vector<std::string> codes;  // stratum, psu, ssu, ...
    std::vector<double> population;  // of stage 1, 2, ...
    double d = 0;                    // base weight
    double w = 0;                    // calibrated weight
    double q = 1;                    // variance of the model
    std::vector<double> x;           // linearly independent auxiliaries
};

// Weights d (1 + x'lambda / q) of linear calibration to totals.
std::vector<double> naive_linear_weights(const std::vector<NaiveUnit>& units, const std::vector<double>& totals);

// Design variance of sum w u through residuals: that of the total of w (u - x'B).
double naive_residual_variance(const std::vector<NaiveUnit>& units, const std::vector<double>& u);

}  // namespace cifra::testing
