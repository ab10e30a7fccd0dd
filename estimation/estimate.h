// Estimates with their covariance: what every statistic gives back.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "estimation/intervals.h"

namespace cifra {

// k values, one a domain cell. Fields that are vectors have k elements.
struct Estimate {
    std::vector<std::string> names;                  // of the cells: "region=North;sex=F"
    Eigen::VectorXd values;                          // NaN: not estimable (empty cell)
    Eigen::MatrixXd covariance;                      // k × k, symmetric; only its diagonal when asked so
    std::vector<double> df;                          // active PSUs − strata in the universe of the denominator
    std::vector<std::vector<std::uint32_t>> active;  // the PSUs that df counts, increasing
    std::vector<std::uint32_t> stratum_of_psu;       // of the design
    std::vector<double> n;                           // sample units in the universe of the denominator
    std::vector<double> cases;                       // sample cases of the numerator
    std::vector<double> deff;           // variance over that of simple random sampling of the n units, no fpc; NaN if 0
    std::vector<double> ceiling;        // sum of weights times scale: what a zero total's upper limit is a share of
    std::vector<double> missing_share;  // weighted share of the universe with a missing item
    ParameterRange range = ParameterRange::real;
    double scale = 1;
    std::vector<std::string> notices;
    std::size_t size() const { return names.size(); }
};

Eigen::VectorXd se(const Estimate& estimate);
Eigen::VectorXd cv(const Estimate& estimate);  // se / |value|; NaN where the value is 0

std::vector<Interval> confint(const Estimate& estimate, double level = 0.95,
                              IntervalKind kind = IntervalKind::automatic);

// A linear combination of the values, by cell name: contrast(rate, {{"area=U", 1}, {"area=R", -1}}). Variance c'Vc;
// df of the union of the cells' PSUs. Throws std::invalid_argument for an unknown name. Needs the full covariance.
Estimate contrast(const Estimate& estimate, const std::map<std::string, double>& coefficients);

}  // namespace cifra
