// Units made by a rule, for tests of selection: π of a given sum, values and places of any shape.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/random.h"

namespace cifra::testing {

using UnitValues = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Uneven probabilities in (0, 1) with sum n; n is well below the number of units.
inline std::vector<double> uneven_probabilities(std::size_t units, double n, std::uint64_t seed) {
    Stream stream({seed, Purpose::test, 30, units});
    std::vector<double> probability(units);
    double sum = 0;
    for (double& pi : probability) sum += pi = 0.5 + stream.uniform();
    for (double& pi : probability) pi *= n / sum;
    return probability;
}

// Uniform numbers on (0, 1).
inline UnitValues random_values(std::size_t units, std::size_t columns, std::uint64_t seed) {
    Stream stream({seed, Purpose::test, 31, columns});
    UnitValues values(units, columns);
    for (double& value : values.reshaped()) value = stream.uniform();
    return values;
}

// Whole numbers 0 .. side − 1: a lattice on which most distances are tied and, where it is small, many units coincide.
inline UnitValues lattice_places(std::size_t units, std::size_t columns, double side, std::uint64_t seed) {
    return (random_values(units, columns, seed) * side).array().floor();
}

}  // namespace cifra::testing
