// Controls that are estimates themselves: the covariance matrix of their totals.
//
//   controls_variance: {sex: {f: 12000, m: 11000}, age: {total: 900000}}    # standard errors, independent
//   controls_variance: {file: covariance.csv}    # variable,category,other_variable,other_category,covariance
//
// With totals T̂ of variance V(T̂) from an independent source, a calibrated estimate has
//
//   V = V(residuals) + B'V(T̂)B,
//
// B its regression coefficients on the auxiliaries (Fuller 1998, Statistica Sinica 8: 1153-1164, Opsomer and Erciulescu
// 2021, Survey Methodology 47). So the estimate of a control has the standard error of its total.
#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"

namespace cifra {

struct ControlCovariance {
    std::string name, other;  // columns of x: "sex=f", "age"; a variance where they are the same
    double value = 0;
    Location where;
};

struct ControlsVariance {
    std::vector<ControlCovariance> entries;
    std::filesystem::path file;  // where it is one
    Location where;
};

// Faults: bad-controls-variance (negative or no number), those of the YAML and CSV readers.
ControlsVariance read_controls_variance(const YamlValue& value, const std::filesystem::path& directory,
                                        const std::filesystem::path& out, Diagnostics& faults);

// R with V(T̂) = R R', a row for each of `names`, columns as many as the rank; rows that are not told are 0. Faults:
// unknown-control, duplicate-control, bad-controls-variance (a matrix that is no covariance matrix).
Eigen::MatrixXd covariance_root(const ControlsVariance& variance, const std::vector<std::string>& names,
                                Diagnostics& faults);

}  // namespace cifra
