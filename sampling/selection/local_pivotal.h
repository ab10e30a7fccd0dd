// Local pivotal selection: samples well spread in any space of coordinates (Grafström, Lundström and Schelin 2012,
// Biometrics 68: 514-520). Two near units fight as in pivotal.h, so that seldom both are taken. Where neighbours are
// alike, as in crime by area, the variance of totals is far below that of a sample spread by chance.
//
//   method 1 (mutual): a unit i at random, j nearest to i; they fight if i is also nearest to j, else again
//   method 2 (nearest): a unit i at random fights the nearest j; a third of the searches, spread almost as well
//
// π is exact and n = Σ π fixed. Neighbours are seldom taken together and some π_kl are 0 or nearly so: there is no
// unbiased variance estimator; Grafström and Schelin 2014 (Scandinavian Journal of Statistics 41: 277-290) give a local
// one. Certain units (π = 1) take no part.
//
// Nearest of several at the same distance is the first in a random order of the units, drawn once from the stream; so a
// village where all coordinates are equal is random pivotal sampling, at no more cost than elsewhere.
// O(N log N) for few coordinates (nearest.h), memory O(N). Oracle: the exact law of small populations by recursion over
// all fights; a twin that searches through all units, draw for draw.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"
#include "sampling/selection/unit_matrix.h"

namespace cifra {

enum class LocalPivotalMethod { mutual, nearest };

struct LocalPivotalOptions {
    LocalPivotalMethod method = LocalPivotalMethod::nearest;
    bool standardize = false;  // divide coordinates by their standard deviations: for those of different units
};

// Indices of the taken units, ascending. π in (0, 1] with a whole sum within 1e-9 relative, coordinates as
// require_units wants them; else std::invalid_argument.
std::vector<std::size_t> local_pivotal(std::span<const double> probability, const UnitMatrix& coordinates,
                                       Stream& stream, const LocalPivotalOptions& options = {});

}  // namespace cifra
