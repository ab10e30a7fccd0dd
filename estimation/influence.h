// A statistic with its linearized influence: the common result of statistics that are no ratio of two totals.
//
// z_k = w_k * dT/dw_k, the weighted linearized value of row k (Deville 1999, Survey Methodology 25: 193-203). The sum
// of z over the rows of a PSU is the PSU's linearized total, and the design variance of the statistic is that of the
// total of z: covariance(design, {total_by_unit(unit_of_row, order, z)}). Where the statistic does not depend on the
// unit of the weights the z sum to 0.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace cifra {

struct Influence {
    double value;           // NaN where it is not defined; the z are NaN then, or where the derivative is not defined
    std::vector<double> z;  // one a row of the input, 0 for rows of weight 0
};

// Refusal where a value is not finite, or a weight not finite or negative; std::invalid_argument where lengths differ.
// `what` begins the message.
void check_rows(std::span<const double> y, std::span<const double> w, std::string_view what);

// An undefined statistic of so many rows.
Influence undefined_influence(std::size_t rows);

// g(values) by the chain rule: z = sum of slopes[i] * parts[i].z.
Influence chained(double value, std::span<const Influence* const> parts, std::span<const double> slopes);

}  // namespace cifra
