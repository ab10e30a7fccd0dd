#include "sampling/selection/elimination.h"

#include <algorithm>
#include <numeric>

#include "sampling/selection/open_units.h"

namespace cifra {

namespace {

// Removes one unit of those not certain any more, `pool`, or of those that cease to be so at this step: they stand in
// `order` from certain[i] on.
class Remover {
public:
    Remover(const EliminationSteps& steps, std::span<const double> probability)
        : steps_(steps), probability_(probability) {}

    void step(std::size_t i, Stream& stream) {
        const std::size_t before = steps_.certain[i + 1], after = steps_.certain[i];
        double point = stream.uniform();
        std::size_t removed = before;
        for (std::size_t at = after; at < before && removed == before; ++at) {
            const double r = 1 - probability_[steps_.order[at]] * steps_.factor[i];
            if (point < r) removed = at;
            point -= r;
        }
        // Rounding may leave nobody removed although the pool is empty: then it was the last of the new ones.
        if (removed == before && pool_.empty()) removed = before - 1;
        if (removed == before) remove_any(stream);
        for (std::size_t at = after; at < before; ++at)
            if (at != removed) pool_.push_back(steps_.order[at]);
    }
    const std::vector<std::size_t>& left() const { return pool_; }

private:
    void remove_any(Stream& stream) {
        std::swap(pool_[stream.below(pool_.size())], pool_.back());
        pool_.pop_back();
    }
    const EliminationSteps& steps_;
    std::span<const double> probability_;
    std::vector<std::size_t> pool_;
};

std::vector<std::size_t> eliminate(std::span<const double> probability, Stream& stream) {
    const EliminationSteps steps = elimination_steps(probability);
    Remover remover(steps, probability);
    for (std::size_t i = probability.size() - steps.n; i-- > 0;) remover.step(i, stream);
    return remover.left();
}

}  // namespace

EliminationSteps elimination_steps(std::span<const double> probability) {
    const std::size_t population = probability.size(), n = open_size(probability);
    EliminationSteps steps{n, std::vector<std::size_t>(population), std::vector<std::size_t>(population - n + 1),
                           std::vector<double>(population - n + 1)};
    std::iota(steps.order.begin(), steps.order.end(), std::size_t{0});
    std::stable_sort(steps.order.begin(), steps.order.end(),
                     [&](std::size_t a, std::size_t b) { return probability[a] > probability[b]; });
    std::size_t certain = population;
    double rest = 0;  // Σ π of the units not certain, `order` from `certain` on
    for (std::size_t size = population; size-- > n;) {
        while (certain > 0) {
            const double pi = probability[steps.order[certain - 1]];
            if (pi * static_cast<double>(size - std::min(size, certain - 1)) >= rest + pi) break;
            rest += pi;
            --certain;
        }
        // At size n the probabilities are what they are; at larger ones rounding must not make them more than 1.
        if (size == n) certain = 0;
        steps.certain[size - n] = certain;
        steps.factor[size - n] = size == n ? 1 : static_cast<double>(size - certain) / rest;
    }
    steps.certain.back() = population;
    return steps;
}

std::vector<std::size_t> elimination(std::span<const double> probability, Stream& stream) {
    return select_open(probability, [&](std::span<const double> open, std::size_t) { return eliminate(open, stream); });
}

std::vector<std::size_t> midzuno(std::span<const double> probability, Stream& stream) {
    return select_open(probability, [&](std::span<const double> open, std::size_t) {
        std::vector<double> complement;
        for (const double pi : open) complement.push_back(1 - pi);
        std::vector<bool> left(open.size());
        for (const std::size_t k : eliminate(complement, stream)) left[k] = true;
        std::vector<std::size_t> taken;
        for (std::size_t k = 0; k < open.size(); ++k)
            if (!left[k]) taken.push_back(k);
        return taken;
    });
}

}  // namespace cifra
