// What balanced and spread selection reads of the units besides π: one row a unit, one column a balancing variable or a
// coordinate. A row lies contiguously, for selectors look at units one by one.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <string>

namespace cifra {

using UnitMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Throws std::invalid_argument that names `what` ("balancing variables", "coordinates") unless there are `units` rows
// and every value is finite and at most 1e150 in magnitude, so that squares and their sums stay finite. O(N p).
void require_units(const UnitMatrix& values, std::size_t units, const std::string& what);

// Every column divided by its standard deviation; a constant column becomes 0: it tells no unit from another.
UnitMatrix standardized(const UnitMatrix& values);

}  // namespace cifra
