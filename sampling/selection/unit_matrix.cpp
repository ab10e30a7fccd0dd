#include "sampling/selection/unit_matrix.h"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace cifra {

namespace {
constexpr double largest_value = 1e150;
constexpr double constant_column = 1e-14;  // standard deviation relative to the largest value
}  // namespace

void require_units(const UnitMatrix& values, std::size_t units, const std::string& what) {
    if (static_cast<std::size_t>(values.rows()) != units)
        throw std::invalid_argument(
            fmt::format("{}: {} rows for {} inclusion probabilities", what, values.rows(), units));
    for (Eigen::Index row = 0; row < values.rows(); ++row)
        for (Eigen::Index column = 0; column < values.cols(); ++column)
            if (!(std::abs(values(row, column)) <= largest_value))
                throw std::invalid_argument(
                    fmt::format("{}: column {} of unit {} is not finite or above 1e150", what, column, row));
}

UnitMatrix standardized(const UnitMatrix& values) {
    UnitMatrix scaled = values;
    if (values.rows() == 0) return scaled;
    for (Eigen::Index column = 0; column < values.cols(); ++column) {
        auto cells = scaled.col(column);
        const double largest = cells.cwiseAbs().maxCoeff();
        cells.array() -= cells.mean();
        const double deviation = std::sqrt(cells.squaredNorm() / static_cast<double>(values.rows()));
        if (deviation > constant_column * largest)
            cells /= deviation;
        else
            cells.setZero();
    }
    return scaled;
}

}  // namespace cifra
