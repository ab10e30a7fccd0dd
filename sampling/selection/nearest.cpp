#include "sampling/selection/nearest.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace cifra {

namespace {

constexpr std::size_t bucket = 12;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double removed = std::numeric_limits<double>::quiet_NaN();  // no comparison with it is true

double square(double x) { return x * x; }

}  // namespace

// Nodes stand in the order of a walk that visits a node, then its first half, then its second: a node of height h has
// 2^(h+1) − 1 nodes from its own place on.
struct NearestTree::Node {
    std::size_t place, height, first_leaf;

    bool is_leaf() const { return height == 0; }
    bool is_second() const { return (first_leaf >> height) & 1U; }
    Node first() const { return {place + 1, height - 1, first_leaf}; }
    Node second() const {
        return {place + (std::size_t{1} << height), height - 1, first_leaf + (std::size_t{1} << (height - 1))};
    }
    Node parent() const {
        const std::size_t leaves = std::size_t{1} << height;
        return is_second() ? Node{place - 2 * leaves, height + 1, first_leaf - leaves}
                           : Node{place - 1, height + 1, first_leaf};
    }
    Node sibling() const { return is_second() ? parent().first() : parent().second(); }
};

NearestTree::Node NearestTree::root() const { return {0, depth_, 0}; }

// The leaf of a seat is the last that begins at or before it. Of its ancestors, each in whose second half it lies puts
// that half's first before it.
NearestTree::Node NearestTree::leaf_of(std::size_t seat) const {
    const std::size_t leaf = (((seat + 1) << depth_) - 1) / seats_;
    return {2 * leaf + depth_ - static_cast<std::size_t>(std::popcount(leaf)), 0, leaf};
}

std::size_t NearestTree::begin(const Node& node) const { return (seats_ * node.first_leaf) >> depth_; }

std::size_t NearestTree::end(const Node& node) const {
    return (seats_ * (node.first_leaf + (std::size_t{1} << node.height))) >> depth_;
}

const double* NearestTree::box(const Node& node) const { return boxes_.data() + node.place * (2 * dimensions_ + 1); }

double NearestTree::smallest(const Node& node) const { return box(node)[2 * dimensions_]; }

// The distance to a box is summed over the dimensions in the order of that to a point, and rounding is monotone: no
// point in the box can come out nearer than the box.
struct NearestTree::Search {
    const NearestTree& tree;
    const double* place;
    std::size_t itself;
    Neighbour best;
    std::uint32_t best_point = Neighbour::none;

    double distance_to_point(const double* other) const {
        double sum = 0;
        for (std::size_t d = 0; d < tree.dimensions_; ++d) sum += square(other[d] - place[d]);
        return sum;
    }

    double distance_to_box(const Node& node) const {
        const double* low = tree.box(node);
        const double* high = low + tree.dimensions_;
        double sum = 0;
        for (std::size_t d = 0; d < tree.dimensions_; ++d)
            sum += square(std::max({low[d] - place[d], place[d] - high[d], 0.0}));
        return sum;
    }

    bool may_hold_better(const Node& node, double distance) const {
        return distance < best.squared_distance ||
               (distance == best.squared_distance && tree.smallest(node) < best_point);
    }

    // Whether all that is as near as the best lies inside the node's box, where no other node has points.
    bool is_inside(const Node& node) const {
        const double* low = tree.box(node);
        const double* high = low + tree.dimensions_;
        for (std::size_t d = 0; d < tree.dimensions_; ++d)
            if (!(square(std::min(place[d] - low[d], high[d] - place[d])) > best.squared_distance)) return false;
        return true;
    }

    void look_into(const Node& node) {
        if (node.is_leaf()) return look_at_points(node);
        Node nearer = node.first(), farther = node.second();
        double near = distance_to_box(nearer), far = distance_to_box(farther);
        if (far < near || (far == near && tree.smallest(farther) < tree.smallest(nearer))) {
            std::swap(nearer, farther);
            std::swap(near, far);
        }
        if (may_hold_better(nearer, near)) look_into(nearer);
        if (may_hold_better(farther, far)) look_into(farther);
    }

    void look_at_points(const Node& leaf) {
        for (std::size_t seat = tree.begin(leaf), end = tree.end(leaf); seat < end; ++seat) {
            const double distance = distance_to_point(tree.place_of(seat));
            if (!(distance <= best.squared_distance) || seat == itself) continue;
            const std::uint32_t point = tree.points_[seat];
            if (distance == best.squared_distance && point > best_point) continue;
            best = {static_cast<std::uint32_t>(seat), distance};
            best_point = point;
        }
    }

    void climb_from(Node node) {
        for (look_at_points(node); node.height < tree.depth_ && !is_inside(node); node = node.parent()) {
            const Node sibling = node.sibling();
            if (may_hold_better(sibling, distance_to_box(sibling))) look_into(sibling);
        }
    }

    void collect(const Node& node, std::vector<std::uint32_t>& found) const {
        if (distance_to_box(node) > best.squared_distance) return;
        if (!node.is_leaf()) {
            collect(node.first(), found);
            collect(node.second(), found);
            return;
        }
        for (std::size_t seat = tree.begin(node), end = tree.end(node); seat < end; ++seat)
            if (distance_to_point(tree.place_of(seat)) == best.squared_distance) found.push_back(tree.points_[seat]);
    }
};

// Work space of the building.
struct NearestTree::Halves {
    using Key = std::pair<double, std::uint32_t>;  // coordinate, seat
    std::vector<Key> keys;
    std::vector<double> coordinates;
    std::vector<std::uint32_t> points;
};

NearestTree::NearestTree(const UnitMatrix& points)
    : seats_(static_cast<std::size_t>(points.rows())),
      dimensions_(std::max<std::size_t>(static_cast<std::size_t>(points.cols()), 1)),
      coordinates_(seats_ * dimensions_),
      points_(seats_) {
    require_units(points, seats_, "coordinates");
    if (seats_ >= Neighbour::none) throw std::invalid_argument("coordinates: more than 2^32 - 2 points");
    while ((seats_ >> depth_) > bucket) ++depth_;
    std::copy_n(points.data(), points.size(), coordinates_.begin());
    std::iota(points_.begin(), points_.end(), 0U);
    work_.resize(2 * dimensions_ + 1);
    boxes_.resize(((std::size_t{2} << depth_) - 1) * work_.size());
    Halves halves{std::vector<Halves::Key>(seats_), coordinates_, points_};
    split(root(), halves);
}

std::size_t NearestTree::widest_side(std::size_t begin, std::size_t end) const {
    std::size_t widest = 0;
    double width = -1;
    for (std::size_t d = 0; d < dimensions_; ++d) {
        double low = infinity, high = -infinity;
        for (std::size_t seat = begin; seat < end; ++seat) {
            low = std::min(low, place_of(seat)[d]);
            high = std::max(high, place_of(seat)[d]);
        }
        if (high - low > width) {
            widest = d;
            width = high - low;
        }
    }
    return widest;
}

// Points move with their coordinates, so that deeper nodes, halved at once, work in the cache.
void NearestTree::split(const Node& node, Halves& halves) {
    if (node.is_leaf()) {
        shrink_leaf(node);
        return;
    }
    const std::size_t first = begin(node), middle = begin(node.second()), last = end(node);
    const std::size_t widest = widest_side(first, last);
    for (std::size_t seat = first; seat < last; ++seat)
        halves.keys[seat] = {place_of(seat)[widest], static_cast<std::uint32_t>(seat)};
    const auto at = [&](std::size_t seat) { return halves.keys.begin() + static_cast<std::ptrdiff_t>(seat); };
    std::nth_element(at(first), at(middle), at(last),
                     [](const Halves::Key& a, const Halves::Key& b) { return a.first < b.first; });
    for (std::size_t seat = first; seat < last; ++seat) {
        const std::size_t from = halves.keys[seat].second;
        halves.points[seat] = points_[from];
        double* to = halves.coordinates.data() + seat * dimensions_;
        for (std::size_t d = 0; d < dimensions_; ++d) to[d] = place_of(from)[d];
    }
    const auto copy_back = [&](const auto& source, auto& target, std::size_t width) {
        std::copy(source.begin() + static_cast<std::ptrdiff_t>(first * width),
                  source.begin() + static_cast<std::ptrdiff_t>(last * width),
                  target.begin() + static_cast<std::ptrdiff_t>(first * width));
    };
    copy_back(halves.points, points_, 1);
    copy_back(halves.coordinates, coordinates_, dimensions_);
    split(node.first(), halves);
    split(node.second(), halves);
    join_children(node);
}

bool NearestTree::replace(const Node& node) {
    double* kept = boxes_.data() + node.place * work_.size();
    if (std::equal(work_.begin(), work_.end(), kept)) return false;
    std::copy(work_.begin(), work_.end(), kept);
    return true;
}

bool NearestTree::shrink_leaf(const Node& leaf) {
    double* low = work_.data();
    double* high = low + dimensions_;
    std::fill_n(low, dimensions_, infinity);
    std::fill_n(high, dimensions_, -infinity);
    double& smallest = work_.back() = Neighbour::none;
    for (std::size_t seat = begin(leaf), last = end(leaf); seat < last; ++seat) {
        const double* place = place_of(seat);
        if (place[0] != place[0]) continue;
        for (std::size_t d = 0; d < dimensions_; ++d) {
            low[d] = std::min(low[d], place[d]);
            high[d] = std::max(high[d], place[d]);
        }
        smallest = std::min<double>(smallest, points_[seat]);
    }
    return replace(leaf);
}

bool NearestTree::join_children(const Node& node) {
    const double* a = box(node.first());
    const double* b = box(node.second());
    for (std::size_t d = 0; d < dimensions_; ++d) {
        work_[d] = std::min(a[d], b[d]);
        work_[dimensions_ + d] = std::max(a[dimensions_ + d], b[dimensions_ + d]);
    }
    work_.back() = std::min(a[2 * dimensions_], b[2 * dimensions_]);
    return replace(node);
}

Neighbour NearestTree::nearest(std::uint32_t seat) const {
    Search search{*this, place_of(seat), seat, {}};
    search.climb_from(leaf_of(seat));
    return search.best;
}

void NearestTree::fetch(std::uint32_t seat) const {
    constexpr std::size_t line = 8;  // doubles
    const Node leaf = leaf_of(seat);
    const double* last = place_of(end(leaf)) - 1;
    for (const double* place = place_of(begin(leaf)); place < last; place += line) __builtin_prefetch(place);
    __builtin_prefetch(last);
    __builtin_prefetch(box(leaf));
}

std::vector<std::uint32_t> NearestTree::all_nearest(std::span<const double> place) const {
    constexpr double nowhere = 0;  // the one coordinate of points that have none
    Search search{*this, place.empty() ? &nowhere : place.data(), seats_, {}};
    search.look_into(root());
    std::vector<std::uint32_t> found;
    if (search.best.seat != Neighbour::none) search.collect(root(), found);
    std::sort(found.begin(), found.end());
    return found;
}

void NearestTree::remove(std::uint32_t seat) {
    Node node = leaf_of(seat);
    std::fill_n(coordinates_.begin() + static_cast<std::ptrdiff_t>(seat * dimensions_), dimensions_, removed);
    bool changed = shrink_leaf(node);
    while (changed && node.height < depth_) {
        node = node.parent();
        changed = join_children(node);
    }
}

}  // namespace cifra
