// The nearest of the points that are left, while points are taken away: what local pivotal selection asks before each
// fight, and Voronoi polygons for every unit.
//
// A k-d tree (Bentley 1975, CACM 18: 509-517; Friedman, Bentley and Finkel 1977, ACM TOMS 3: 209-226): halves along the
// widest side, leaves of a few points that lie side by side in memory, every part of the tree beside its parts. A point
// is known by its seat, its place in the order of the leaves, so that what belongs to near points lies near. Every node
// knows the smallest box around the points left in it and the smallest of their indices; removal keeps both, so an
// emptied region costs nothing. A search starts at the leaf of the point and climbs until the ball to the nearest found
// lies inside the box of a node: a few levels, mostly.
//
// Distance is Euclidean; of several points at exactly the same distance the one of the smallest index is nearest. The
// index kept in the nodes makes that rule cheap: even among points that all coincide a search looks into O(log N)
// nodes. (Debian's nanoflann marks removed points without closing their region, and has no rule for ties.)
//
// Cost, in a fixed number of dimensions d and for points not laid out against the method: building O(d N log N), a
// search or a removal O(d log N) at most. In many dimensions a search nears O(d N), as with every such tree. Memory
// about 8 N + 14 d N bytes, while building 28 N + 22 d N. Oracle: a search through all points.
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
    std::uint32_t seat = none;
    double squared_distance = std::numeric_limits<double>::infinity();
};

class NearestTree {
public:
    // Fewer than 2^32 − 1 points with coordinates as require_units wants them; else std::invalid_argument.
    explicit NearestTree(const UnitMatrix& points);

    // The index of the point in each seat.
    const std::vector<std::uint32_t>& points() const { return points_; }

    // The nearest point left other than the one in `seat`, which is left itself; Neighbour{} where there is none.
    Neighbour nearest(std::uint32_t seat) const;

    // The indices of all points left at the smallest distance of a place (one value a column), ascending.
    std::vector<std::uint32_t> all_nearest(std::span<const double> place) const;

    // Brings into the cache what nearest(seat) reads first.
    void fetch(std::uint32_t seat) const;

    // Points are removed once.
    void remove(std::uint32_t seat);

private:
    struct Search;
    struct Halves;
    struct Node;
    Node root() const;
    Node leaf_of(std::size_t seat) const;
    std::size_t begin(const Node& node) const;
    std::size_t end(const Node& node) const;
    const double* place_of(std::size_t seat) const { return coordinates_.data() + seat * dimensions_; }
    const double* box(const Node& node) const;
    double smallest(const Node& node) const;
    std::size_t widest_side(std::size_t begin, std::size_t end) const;
    void split(const Node& node, Halves& halves);
    bool shrink_leaf(const Node& leaf);
    bool join_children(const Node& node);
    bool replace(const Node& node);

    std::size_t seats_, dimensions_, depth_ = 0;
    std::vector<double> coordinates_;    // by seat; not a number where the point is removed
    std::vector<std::uint32_t> points_;  // by seat
    std::vector<double> boxes_;          // by node: lower corner, upper corner, smallest index left
    std::vector<double> work_;           // one such box
};

}  // namespace cifra
