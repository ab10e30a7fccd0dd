// The functions F of calibration, g = F(u), with their derivatives: one value type a method.
//
//   linear      1 + u
//   truncated   1 + u cut at [L, U]
//   raking      exp(u)
//   logit       [L(U-1) + U(1-L) exp(Au)] / [(U-1) + (1-L) exp(Au)], A = (U-L) / ((1-L)(U-1))
//   sinh        h + √(h² + 1), h = asinh(2αu) / (2α)
//
// The first four: Deville and Särndal 1992, JASA 87: 376-382, section 2. The last is the solution of D'(g) = u for
// D(g) = 1/(2α) ∫ from 1 to g of sinh(α(t - 1/t)) dt (Le Guennec and Sautory 2002, CALMAR 2): α(g - 1/g) = asinh(2αu)
// is quadratic in g. It treats g and 1/g alike, is positive, and grows with log u only, so it makes fewer extreme
// weights than raking without any bounds. All have F(0) = F'(0) = 1 where the bounds allow it.
#pragma once

#include <algorithm>
#include <cmath>

namespace cifra {

struct FactorAndSlope {
    double factor, slope;
};

struct LinearDistance {
    FactorAndSlope operator()(double u) const { return {1 + u, 1}; }
};

struct TruncatedDistance {
    double lower, upper;
    FactorAndSlope operator()(double u) const {
        const double g = 1 + u;
        return {std::clamp(g, lower, upper), g > lower && g < upper ? 1.0 : 0.0};
    }
};

struct RakingDistance {
    FactorAndSlope operator()(double u) const {
        const double g = std::exp(u);
        return {g, g};
    }
};

class LogitDistance {
public:
    LogitDistance(double lower, double upper)
        : lower_(lower),
          upper_(upper),
          steepness_((upper - lower) / ((1 - lower) * (upper - 1))),
          offset_(std::log((1 - lower) / (upper - 1))) {}
    FactorAndSlope operator()(double u) const {
        const double share = 1 / (1 + std::exp(-(steepness_ * u + offset_))), width = upper_ - lower_;
        return {std::min(lower_ + width * share, upper_), steepness_ * width * share * (1 - share)};
    }

private:
    double lower_, upper_, steepness_, offset_;
};

struct SinhDistance {
    double alpha;
    FactorAndSlope operator()(double u) const {
        const double h = std::asinh(2 * alpha * u) / (2 * alpha), root = std::sqrt(h * h + 1);
        // Without cancellation on either side of 0.
        const double g = h >= 0 ? root + h : 1 / (root - h);
        return {g, g / (root * std::sqrt(1 + 4 * alpha * alpha * u * u))};
    }
};

}  // namespace cifra
