// Estimates with their covariance: what every statistic gives back.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "estimation/design.h"
#include "estimation/intervals.h"
#include "estimation/replicates.h"
#include "estimation/totals.h"

namespace cifra {

// k values, one a domain cell. Fields that are vectors have k elements.
struct Estimate {
    std::vector<std::string> names;                  // of the cells: "region=North;sex=F"
    Eigen::VectorXd values;                          // NaN: not estimable (empty cell)
    Eigen::MatrixXd covariance;                      // k × k, symmetric; 0 × 0 where only `variances` were asked for
    Eigen::VectorXd variances;                       // k, in place of `covariance`
    std::vector<double> df;                          // active PSUs − strata in the universe of the denominator
    std::vector<std::vector<std::uint32_t>> active;  // the PSUs that df counts, increasing
    std::vector<std::uint32_t> stratum_of_psu;       // of the design
    std::vector<double> n;                           // sample units in the universe of the denominator
    std::vector<double> cases;                       // sample cases of the numerator
    std::vector<double> population;                  // sum of the weights of the n units
    std::vector<double> deff;          // variance over that of simple random sampling of the n units, no fpc; NaN if 0
    std::vector<double> ceiling;       // what the upper limit at zero is a share of: all units, or a rate of one each
    std::vector<double> largest_case;  // the most one more case adds to a count or a rate; NaN for other statistics
    std::vector<double> logit_variance;   // of log(p / (1 - p)) over replicates; empty or NaN: by the delta method
    std::vector<double> missing_share;    // weighted share of the universe with a missing item
    std::vector<Interval> own_intervals;  // of statistics with limits of their own (quantiles); else empty
    ParameterRange range = ParameterRange::real;
    double scale = 1;
    std::string weight_set;  // the weight column or expression, or the name of a set
    std::vector<std::string> notices;

    // Linearized values summed by unit of the design (or deviations by replicate), one column a cell: every smooth
    // function of the values, and the covariance between any of them, follows from these.
    std::vector<SparseColumn> linearized;
    std::vector<Estimate> draws;         // the estimates of each imputed data set, where items are imputed
    std::vector<double> external_error;  // part of the standard error that comes from a factor of another source

    std::size_t size() const { return names.size(); }
};

// Of one value; NaN where it is not known.
double variance_of(const Estimate& estimate, std::size_t i);
// `covariance`, or the matrix with `variances` on its diagonal.
Eigen::MatrixXd covariance_of(const Estimate& estimate);
// Variance and covariances become unknown.
void withhold_variance(Estimate& estimate, std::size_t i);

Eigen::VectorXd se(const Estimate& estimate);
Eigen::VectorXd cv(const Estimate& estimate);  // se / |value|; NaN where the value is 0

std::vector<Interval> confint(const Estimate& estimate, double level = 0.95,
                              IntervalKind kind = IntervalKind::automatic);

// A linear combination of the values, by cell name: contrast(rate, {{"area=U", 1}, {"area=R", -1}}). Variance c'Vc;
// df of the union of the cells' PSUs. Throws std::invalid_argument for an unknown name. Needs the full covariance.
Estimate contrast(const Estimate& estimate, const std::map<std::string, double>& coefficients);

// How a variance is made: the design, or the replicates where there are any.
struct VarianceSource {
    const SurveyDesign* design = nullptr;
    const Replicates* replicates = nullptr;  // nullptr or empty: linearization
    bool replicated() const { return replicates && !replicates->empty(); }
};
Eigen::MatrixXd covariance(const VarianceSource& source, const std::vector<SparseColumn>& columns);
Eigen::VectorXd variances(const VarianceSource& source, const std::vector<SparseColumn>& columns);

// Several estimates of the same sample as one, with the covariance between all their values. `prefixes` go before the
// names of each: "incidence[sex=F]".
Estimate joint(const std::vector<const Estimate*>& estimates, const std::vector<std::string>& prefixes,
               const VarianceSource& source);

// PSUs minus strata of a set of PSUs of `estimate`'s design.
double degrees_of_freedom(const std::vector<std::uint32_t>& psus, const std::vector<std::uint32_t>& stratum_of_psu);

}  // namespace cifra
