// The nearest of the points that are left, while points are taken away: what local pivotal selection asks before each
// fight, and Voronoi polygons for every unit.
//
// A k-d tree (Bentley 1975, CACM 18: 509-517; Friedman, Bentley and Finkel 1977, ACM TOMS 3: 209-226): halves along the
// widest side, leaves of a few points that lie side by side in memory. Every node knows the smallest box around the
// points left in it and the smallest of their indices; removal keeps both, so an emptied region costs nothing.
//
// Distance is Euclidean; of several points at exactly the same distance the one of the smallest index is nearest. The
// index kept in the nodes makes that rule cheap: even among points that all coincide a search looks into O(log N)
// nodes. (Debian's nanoflann marks removed points without closing their region, and has no rule for ties.)
//
// Cost, in a fixed number of dimensions d and for points not laid out against the method: building O(d N log N), a
// search or a removal O(d log N). In many dimensions a search nears O(d N), as with every such tree. Memory about
// 10 N + 14 d N bytes, while building 30 N + 22 d N. Oracle: a search through all points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sampling/selection/unit_matrix.h"

namespace cifra {

struct Neighbour {
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t point = none;
    double squared_distance = std::numeric_limits<double>::infinity();
};

class NearestTree {
public:
    // Fewer than 2^32 − 1 points with coordinates as require_units wants them; else std::invalid_argument.
    explicit NearestTree(const UnitMatrix& points);

    // The nearest point left other than `point`, which may itself be removed; Neighbour{} where none is left.
    Neighbour nearest(std::uint32_t point) const;

    // All points left at the smallest distance of a place (one value a column), ascending.
    std::vector<std::uint32_t> all_nearest(std::span<const double> place) const;

    // Points are removed once.
    void remove(std::uint32_t point);

private:
    struct Search;
    struct Halves;
    std::size_t widest_side(std::size_t begin, std::size_t end) const;
    void split(std::size_t node, std::size_t begin, std::size_t end, Halves& halves);
    std::size_t leaf_begin(std::size_t leaf) const { return (slots_ * leaf) >> depth_; }
    std::size_t node_of_slot(std::size_t slot) const;
    const double* place_of(std::size_t slot) const { return coordinates_.data() + slot * dimensions_; }
    double* box(std::size_t node) { return boxes_.data() + node * 2 * dimensions_; }
    bool shrink_leaf(std::size_t node);
    bool join_children(std::size_t node);
    bool replace(std::size_t node, std::span<const double> corners, std::uint32_t smallest);

    std::size_t slots_, dimensions_, depth_ = 0, first_leaf_ = 0;
    std::vector<double> coordinates_;  // by slot, in the order of the leaves
    std::vector<std::uint32_t> point_of_slot_, slot_of_point_;
    std::vector<double> boxes_;            // by node: lower corner, upper corner
    std::vector<std::uint32_t> smallest_;  // by node: smallest index left
    std::vector<std::uint32_t> left_;      // by leaf: points left, which come first in it
    std::vector<double> corners_;          // work space of removal
};

}  // namespace cifra
