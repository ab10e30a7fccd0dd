// The flight of the cube method (Deville and Tillé 2004, Biometrika 91: 893-912; fast form of Chauvet and Tillé 2006,
// Computational Statistics 21: 53-62): π moves at random inside the cube [0, 1]^N along directions that keep the
// balancing equations
//
//     Σ_k a_k s_k = Σ_k a_k π_k,       a_k = x_k / π_k         (s_k: the moving probability of unit k)
//
// until at most as many units are undecided as there are equations. Each move is u or −u to the border of the cube with
// chances that leave the expectation of every s_k as it was: π is exact, whatever the tolerances.
//
// How a direction is found here: undecided units whose columns a_k are linearly independent stand in a basis, with a
// matrix E such that E a_k is a unit vector for each of them (Gauss-Jordan, as in the revised simplex method). The next
// unit j of the list has E a_j: where it lies in the span of the basis, the direction is +1 for j and −(E a_j)_k for
// the basis, a move decides at least one unit, and its row becomes free; where it does not, j takes a free row by one
// pivot. Every unit costs O(p²) instead of the O(p³) of solving anew. Variables that depend on others, constant
// or zero ones never get a pivot and cost nothing else. E is made anew every few dozen pivots, against rounding.
//
// Used by cube.h and stratified_cube.h, where the oracles are named.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/random.h"
#include "sampling/selection/unit_matrix.h"

namespace cifra {

// Σ π is balanced within each of `groups`, besides the first `variables` columns of `values` over all units. Columns
// are scaled by the root mean square of x_k / π_k over the open units (0 < π < 1), to which tolerances are relative.
class Balancing {
public:
    Balancing(std::span<const double> probability, const UnitMatrix& values);  // values are kept by reference

    std::size_t equations() const { return groups + variables; }
    // The column a_k of a unit of `group` < groups, `equations()` long.
    void column(std::size_t unit, std::size_t group, double* a) const;

    std::size_t groups = 1;
    std::size_t variables;

private:
    const UnitMatrix* values_;
    std::vector<double> inverse_probability_, inverse_scale_;
};

struct FlightUnit {
    std::uint32_t unit = 0;   // row of the balancing variables
    std::uint32_t group = 0;  // whose Σ π it counts in
};

// Moves `state` (s of all units) of the given units, in their order; each state strictly between 0 and 1. Returns those
// still undecided, at most as many as there are equations. The others' states are exactly 0 or 1. O(N p²) and a little
// memory of order p².
std::vector<FlightUnit> fly(std::span<const FlightUnit> units, const Balancing& balancing, std::vector<double>& state,
                            Stream& stream);

// Lands those that a flight left (Deville and Tillé 2004, sec. 3.2, suppression of variables): the last variable is
// given up, then the next to last, with a flight each, until Σ π of the groups alone is kept. So variables stand in the
// order of their importance. Returns the undecided: at most one a group, none where Σ π of the group is whole.
std::vector<FlightUnit> land(std::vector<FlightUnit> undecided, Balancing balancing, std::vector<double>& state,
                             Stream& stream);

// Rounds the state of a group's last unit to 0 or 1 where it is that within 1e-7: its group's Σ π is whole, and
// rounding is what is left. False where it is not.
bool round_whole(const FlightUnit& unit, std::vector<double>& state);

// Decides the units left by chance, each for itself, and returns all that are taken, ascending.
std::vector<std::size_t> taken_units(std::span<const FlightUnit> undecided, std::vector<double>& state, Stream& stream);

}  // namespace cifra
