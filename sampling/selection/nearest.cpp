#include "sampling/selection/nearest.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace cifra {

namespace {

constexpr std::size_t bucket = 8;
constexpr double infinity = std::numeric_limits<double>::infinity();

// Nodes are numbered from 1, the root, level by level.
constexpr std::size_t root = 1;
std::size_t parent(std::size_t node) { return node / 2; }
std::size_t left_child(std::size_t node) { return 2 * node; }
std::size_t sibling(std::size_t node) { return node ^ 1; }

double square(double x) { return x * x; }

}  // namespace

// The distance to a box is summed over the dimensions in the order of that to a point, and rounding is monotone: no
// point in the box can come out nearer than the box.
struct NearestTree::Search {
    const NearestTree& tree;
    const double* place;
    std::uint32_t itself;
    Neighbour best;

    double distance_to_point(const double* other) const {
        double sum = 0;
        for (std::size_t d = 0; d < tree.dimensions_; ++d) sum += square(other[d] - place[d]);
        return sum;
    }

    double distance_to_box(std::size_t node) const {
        const double* low = tree.boxes_.data() + node * 2 * tree.dimensions_;
        const double* high = low + tree.dimensions_;
        double sum = 0;
        for (std::size_t d = 0; d < tree.dimensions_; ++d)
            sum += square(std::max({low[d] - place[d], place[d] - high[d], 0.0}));
        return sum;
    }

    bool may_hold_better(std::size_t node, double distance) const {
        return distance < best.squared_distance ||
               (distance == best.squared_distance && tree.smallest_[node] < best.point);
    }

    void look_into(std::size_t node) {
        if (node >= tree.first_leaf_) return look_at_points(node);
        std::size_t first = left_child(node), second = first + 1;
        double near = distance_to_box(first), far = distance_to_box(second);
        if (std::pair(far, tree.smallest_[second]) < std::pair(near, tree.smallest_[first])) {
            std::swap(first, second);
            std::swap(near, far);
        }
        if (may_hold_better(first, near)) look_into(first);
        if (may_hold_better(second, far)) look_into(second);
    }

    void look_at_points(std::size_t node) {
        const std::size_t leaf = node - tree.first_leaf_, begin = tree.leaf_begin(leaf);
        for (std::size_t slot = begin; slot < begin + tree.left_[leaf]; ++slot) {
            const std::uint32_t point = tree.point_of_slot_[slot];
            if (point == itself) continue;
            const double distance = distance_to_point(tree.place_of(slot));
            if (distance < best.squared_distance || (distance == best.squared_distance && point < best.point))
                best = {point, distance};
        }
    }

    void collect(std::size_t node, double distance, std::vector<std::uint32_t>& found) const {
        if (distance_to_box(node) > distance) return;
        if (node < tree.first_leaf_) {
            collect(left_child(node), distance, found);
            collect(left_child(node) + 1, distance, found);
            return;
        }
        const std::size_t leaf = node - tree.first_leaf_, begin = tree.leaf_begin(leaf);
        for (std::size_t slot = begin; slot < begin + tree.left_[leaf]; ++slot)
            if (distance_to_point(tree.place_of(slot)) == distance) found.push_back(tree.point_of_slot_[slot]);
    }
};

// Work space of the building.
struct NearestTree::Halves {
    using Key = std::pair<double, std::uint32_t>;  // coordinate, slot
    std::vector<Key> keys;
    std::vector<double> coordinates;
    std::vector<std::uint32_t> points;
};

NearestTree::NearestTree(const UnitMatrix& points)
    : slots_(static_cast<std::size_t>(points.rows())), dimensions_(static_cast<std::size_t>(points.cols())) {
    require_units(points, slots_, "coordinates");
    if (slots_ >= Neighbour::none) throw std::invalid_argument("coordinates: more than 2^32 - 2 points");
    while ((slots_ >> depth_) > bucket) ++depth_;
    first_leaf_ = std::size_t{1} << depth_;
    coordinates_.assign(points.data(), points.data() + points.size());
    point_of_slot_.resize(slots_);
    std::iota(point_of_slot_.begin(), point_of_slot_.end(), 0U);
    boxes_.resize(2 * first_leaf_ * 2 * dimensions_);
    smallest_.resize(2 * first_leaf_, Neighbour::none);
    left_.resize(first_leaf_);
    corners_.resize(2 * dimensions_);
    Halves halves{std::vector<Halves::Key>(slots_), coordinates_, point_of_slot_};
    split(root, 0, slots_, halves);
    slot_of_point_.resize(slots_);
    for (std::size_t slot = 0; slot < slots_; ++slot)
        slot_of_point_[point_of_slot_[slot]] = static_cast<std::uint32_t>(slot);
    for (std::size_t leaf = 0; leaf < first_leaf_; ++leaf) {
        left_[leaf] = static_cast<std::uint32_t>(leaf_begin(leaf + 1) - leaf_begin(leaf));
        shrink_leaf(first_leaf_ + leaf);
    }
    for (std::size_t node = first_leaf_ - 1; node >= root; --node) join_children(node);
}

std::size_t NearestTree::widest_side(std::size_t begin, std::size_t end) const {
    std::size_t widest = 0;
    double width = -1;
    for (std::size_t d = 0; d < dimensions_; ++d) {
        double low = infinity, high = -infinity;
        for (std::size_t slot = begin; slot < end; ++slot) {
            low = std::min(low, place_of(slot)[d]);
            high = std::max(high, place_of(slot)[d]);
        }
        if (high - low > width) {
            widest = d;
            width = high - low;
        }
    }
    return widest;
}

// Points move with their coordinates, so that deeper nodes, halved at once, work in the cache.
void NearestTree::split(std::size_t node, std::size_t begin, std::size_t end, Halves& halves) {
    if (node >= first_leaf_ || dimensions_ == 0) return;
    std::size_t first_of_second = left_child(node) + 1;
    while (first_of_second < first_leaf_) first_of_second = left_child(first_of_second);
    const std::size_t middle = leaf_begin(first_of_second - first_leaf_), widest = widest_side(begin, end);
    for (std::size_t slot = begin; slot < end; ++slot)
        halves.keys[slot] = {place_of(slot)[widest], static_cast<std::uint32_t>(slot)};
    const auto at = [&](std::size_t slot) { return halves.keys.begin() + static_cast<std::ptrdiff_t>(slot); };
    std::nth_element(at(begin), at(middle), at(end));
    for (std::size_t slot = begin; slot < end; ++slot) {
        const std::size_t from = halves.keys[slot].second;
        halves.points[slot] = point_of_slot_[from];
        std::copy_n(place_of(from), dimensions_, halves.coordinates.data() + slot * dimensions_);
    }
    const auto copy_back = [&](const auto& source, auto& target, std::size_t width) {
        std::copy(source.begin() + static_cast<std::ptrdiff_t>(begin * width),
                  source.begin() + static_cast<std::ptrdiff_t>(end * width),
                  target.begin() + static_cast<std::ptrdiff_t>(begin * width));
    };
    copy_back(halves.points, point_of_slot_, 1);
    copy_back(halves.coordinates, coordinates_, dimensions_);
    split(left_child(node), begin, middle, halves);
    split(left_child(node) + 1, middle, end, halves);
}

// The leaf of a slot is the last that begins at or before it.
std::size_t NearestTree::node_of_slot(std::size_t slot) const {
    return first_leaf_ + (((slot + 1) << depth_) - 1) / slots_;
}

bool NearestTree::replace(std::size_t node, std::span<const double> corners, std::uint32_t smallest) {
    if (smallest_[node] == smallest && std::equal(corners.begin(), corners.end(), box(node))) return false;
    std::copy(corners.begin(), corners.end(), box(node));
    smallest_[node] = smallest;
    return true;
}

bool NearestTree::shrink_leaf(std::size_t node) {
    const std::size_t leaf = node - first_leaf_, begin = leaf_begin(leaf);
    double* low = corners_.data();
    double* high = low + dimensions_;
    std::fill_n(low, dimensions_, infinity);
    std::fill_n(high, dimensions_, -infinity);
    std::uint32_t smallest = Neighbour::none;
    for (std::size_t slot = begin; slot < begin + left_[leaf]; ++slot) {
        for (std::size_t d = 0; d < dimensions_; ++d) {
            low[d] = std::min(low[d], place_of(slot)[d]);
            high[d] = std::max(high[d], place_of(slot)[d]);
        }
        smallest = std::min(smallest, point_of_slot_[slot]);
    }
    return replace(node, corners_, smallest);
}

bool NearestTree::join_children(std::size_t node) {
    const double* a = box(left_child(node));
    const double* b = box(left_child(node) + 1);
    for (std::size_t d = 0; d < dimensions_; ++d) {
        corners_[d] = std::min(a[d], b[d]);
        corners_[dimensions_ + d] = std::max(a[dimensions_ + d], b[dimensions_ + d]);
    }
    return replace(node, corners_, std::min(smallest_[left_child(node)], smallest_[left_child(node) + 1]));
}

Neighbour NearestTree::nearest(std::uint32_t point) const {
    const std::size_t slot = slot_of_point_[point];
    Search search{*this, place_of(slot), point, {}};
    std::size_t node = node_of_slot(slot);
    search.look_at_points(node);
    for (; node != root; node = parent(node))
        if (search.may_hold_better(sibling(node), search.distance_to_box(sibling(node))))
            search.look_into(sibling(node));
    return search.best;
}

std::vector<std::uint32_t> NearestTree::all_nearest(std::span<const double> place) const {
    std::vector<std::uint32_t> found;
    Search search{*this, place.data(), Neighbour::none, {}};
    search.look_into(root);
    if (search.best.point == Neighbour::none) return found;
    search.collect(root, search.best.squared_distance, found);
    std::sort(found.begin(), found.end());
    return found;
}

void NearestTree::remove(std::uint32_t point) {
    const std::size_t slot = slot_of_point_[point];
    std::size_t node = node_of_slot(slot);
    const std::size_t leaf = node - first_leaf_, last = leaf_begin(leaf) + --left_[leaf];
    std::swap(point_of_slot_[slot], point_of_slot_[last]);
    slot_of_point_[point_of_slot_[slot]] = static_cast<std::uint32_t>(slot);
    slot_of_point_[point] = static_cast<std::uint32_t>(last);
    std::swap_ranges(coordinates_.begin() + static_cast<std::ptrdiff_t>(slot * dimensions_),
                     coordinates_.begin() + static_cast<std::ptrdiff_t>((slot + 1) * dimensions_),
                     coordinates_.begin() + static_cast<std::ptrdiff_t>(last * dimensions_));
    if (!shrink_leaf(node)) return;
    while (node != root && join_children(parent(node))) node = parent(node);
}

}  // namespace cifra
