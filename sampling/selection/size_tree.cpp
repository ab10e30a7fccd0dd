#include "sampling/selection/size_tree.h"

#include <algorithm>
#include <array>

namespace cifra {

namespace {

constexpr std::size_t leaf_units = 16;

// P(size = first + i) = value[i], 0 elsewhere.
struct SizeDistribution {
    std::size_t first = 0;
    std::vector<double> value;
    double at(std::size_t size) const { return size < first || size - first >= value.size() ? 0 : value[size - first]; }
};

SizeDistribution without_tails(SizeDistribution sizes) {
    const double least = 1e-30 * *std::max_element(sizes.value.begin(), sizes.value.end());
    const auto seen = [&](double value) { return value >= least; };
    const auto begin = std::find_if(sizes.value.begin(), sizes.value.end(), seen);
    const auto end = std::find_if(sizes.value.rbegin(), sizes.value.rend(), seen).base();
    return {sizes.first + static_cast<std::size_t>(begin - sizes.value.begin()), std::vector<double>(begin, end)};
}

SizeDistribution convolve(const SizeDistribution& a, const SizeDistribution& b) {
    SizeDistribution sum{a.first + b.first, std::vector<double>(a.value.size() + b.value.size() - 1)};
    for (std::size_t i = 0; i < a.value.size(); ++i)
        for (std::size_t j = 0; j < b.value.size(); ++j) sum.value[i + j] += a.value[i] * b.value[j];
    return without_tails(std::move(sum));
}

SizeDistribution of_leaf(std::span<const double> probability) {
    SizeDistribution sizes{0, {1.0}};
    for (const double p : probability) {
        sizes.value.push_back(0);
        for (std::size_t i = sizes.value.size(); i-- > 0;)
            sizes.value[i] = sizes.value[i] * (1 - p) + (i > 0 ? sizes.value[i - 1] * p : 0);
    }
    return without_tails(std::move(sizes));
}

class SizeTree {
public:
    explicit SizeTree(std::span<const double> probability) : probability_(probability) { build(probability); }

    std::vector<std::size_t> sample(std::size_t n, Stream& stream) {
        split(0, 0, probability_.size(), n, stream);
        return std::move(taken_);
    }

private:
    // Nodes stand in the order of a walk that visits a part before its halves; returns the node's place.
    std::size_t build(std::span<const double> part) {
        const std::size_t node = nodes_.size();
        nodes_.emplace_back();
        if (part.size() <= leaf_units) {
            nodes_[node].sizes = of_leaf(part);
            return node;
        }
        const std::size_t half = part.size() / 2;
        build(part.first(half));
        const std::size_t second = build(part.subspan(half));
        nodes_[node] = {convolve(nodes_[node + 1].sizes, nodes_[second].sizes), second};
        return node;
    }

    void split(std::size_t node, std::size_t begin, std::size_t end, std::size_t n, Stream& stream) {
        if (n == 0) return;
        if (end - begin <= leaf_units) return decide(begin, end, n, stream);
        const std::size_t second = nodes_[node].second, middle = begin + (end - begin) / 2;
        const std::size_t given = part_of_first(nodes_[node + 1].sizes, nodes_[second].sizes, n, stream);
        split(node + 1, begin, middle, given, stream);
        split(second, middle, end, n - given, stream);
    }

    static std::size_t part_of_first(const SizeDistribution& a, const SizeDistribution& b, std::size_t n,
                                     Stream& stream) {
        double total = 0;
        for (std::size_t i = 0; i < a.value.size() && a.first + i <= n; ++i)
            total += a.value[i] * b.at(n - a.first - i);
        double point = stream.uniform() * total;
        std::size_t last = n;  // the last possible size, should rounding leave a remainder of `point`
        for (std::size_t i = 0; i < a.value.size() && a.first + i <= n; ++i) {
            const double weight = a.value[i] * b.at(n - a.first - i);
            if (weight <= 0) continue;
            last = a.first + i;
            if (point < weight) break;
            point -= weight;
        }
        return last;
    }

    // chance[i][r]: that the units from begin + i on give r.
    void decide(std::size_t begin, std::size_t end, std::size_t n, Stream& stream) {
        const std::size_t units = end - begin;
        std::array<std::array<double, leaf_units + 1>, leaf_units + 1> chance{};
        chance[units][0] = 1;
        for (std::size_t i = units; i-- > 0;)
            for (std::size_t r = 0; r <= units - i; ++r)
                chance[i][r] = chance[i + 1][r] * (1 - probability_[begin + i]) +
                               (r > 0 ? chance[i + 1][r - 1] * probability_[begin + i] : 0);
        for (std::size_t i = 0; i < units && n > 0; ++i) {
            const double with = probability_[begin + i] * chance[i + 1][n - 1];
            if (stream.uniform() * chance[i][n] >= with) continue;
            taken_.push_back(begin + i);
            --n;
        }
    }

    struct Node {
        SizeDistribution sizes;
        std::size_t second = 0;  // the node of the second half; that of the first is the next one
    };
    std::span<const double> probability_;
    std::vector<Node> nodes_;
    std::vector<std::size_t> taken_;
};

}  // namespace

std::vector<std::size_t> conditional_poisson_sample(std::span<const double> probability, std::size_t n,
                                                    Stream& stream) {
    return SizeTree(probability).sample(n, stream);
}

}  // namespace cifra
