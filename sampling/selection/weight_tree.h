// Drawing with probability proportional to weights that change: a binary tree of sums.
#pragma once

#include <bit>
#include <cstddef>
#include <utility>
#include <vector>

namespace cifra {

// Sums are made anew from their parts at each change, so that a weight set to 0 leaves no trace of rounding.
class WeightTree {
public:
    explicit WeightTree(const std::vector<double>& weights)
        : leaves_(std::bit_ceil(weights.size() | 1)), sums_(2 * leaves_) {
        for (std::size_t i = 0; i < weights.size(); ++i) sums_[leaves_ + i] = weights[i];
        for (std::size_t node = leaves_; node-- > 1;) sums_[node] = sums_[2 * node] + sums_[2 * node + 1];
    }
    double total() const { return sums_[1]; }
    double weight(std::size_t i) const { return sums_[leaves_ + i]; }
    void clear(std::size_t i) {
        sums_[leaves_ + i] = 0;
        for (std::size_t node = (leaves_ + i) / 2; node > 0; node /= 2)
            sums_[node] = sums_[2 * node] + sums_[2 * node + 1];
    }
    // The position at which the running sum passes `point`, in [0, total()), total() > 0; never one of weight 0.
    std::size_t find(double point) const {
        std::size_t node = 1;
        while (node < leaves_) {
            node *= 2;
            if (point >= sums_[node] && sums_[node + 1] > 0) point -= sums_[node++];
        }
        return node - leaves_;
    }

private:
    std::size_t leaves_;
    std::vector<double> sums_;  // of node i: the sum of nodes 2i and 2i + 1; leaves stand from leaves_ on
};

}  // namespace cifra
