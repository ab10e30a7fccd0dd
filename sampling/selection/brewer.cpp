#include "sampling/selection/brewer.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "sampling/selection/open_units.h"
#include "sampling/selection/weight_tree.h"

namespace cifra {

namespace {

struct UnitClass {
    std::vector<std::size_t> units;
    double largest = 0;  // π
    WeightTree left{{}};
};

std::vector<UnitClass> classes_of(std::span<const double> probability) {
    std::map<int, std::vector<std::size_t>> by_exponent;
    for (std::size_t k = 0; k < probability.size(); ++k) by_exponent[std::ilogb(1 - probability[k])].push_back(k);
    std::vector<UnitClass> classes;
    for (auto& [exponent, units] : by_exponent) {
        std::vector<double> weights;
        for (const std::size_t k : units) weights.push_back(probability[k]);
        const double largest = *std::max_element(weights.begin(), weights.end());
        classes.push_back({std::move(units), largest, WeightTree(weights)});
    }
    return classes;
}

// One step: `rest` is n − a, `draws` is n − i + 1. draws <= rest always, as the chosen units had π <= 1.
struct Step {
    double rest = 0, draws = 0;
    double factor(double pi) const { return (rest - pi) / (rest - pi * draws); }
};

std::size_t choose(std::vector<UnitClass>& classes, const Step& step, std::span<const double> probability,
                   Stream& stream) {
    double total = 0;
    for (const UnitClass& each : classes) total += each.left.total() * step.factor(each.largest);
    for (;;) {
        double point = stream.uniform() * total;
        std::size_t i = 0;
        for (; i + 1 < classes.size(); ++i) {
            const double share = classes[i].left.total() * step.factor(classes[i].largest);
            if (point < share) break;
            point -= share;
        }
        UnitClass& found = classes[i];
        if (found.left.total() <= 0) continue;
        const double bound = step.factor(found.largest);
        const std::size_t position = found.left.find(point / bound);
        const std::size_t unit = found.units[position];
        if (found.left.weight(position) <= 0 || !stream.bernoulli(step.factor(probability[unit]) / bound)) continue;
        found.left.clear(position);
        return unit;
    }
}

}  // namespace

std::vector<std::size_t> brewer(std::span<const double> probability, Stream& stream) {
    return select_open(probability, [&](std::span<const double> open, std::size_t n) {
        std::vector<UnitClass> classes = classes_of(open);
        std::vector<std::size_t> taken;
        double chosen = 0;
        while (taken.size() < n) {
            const Step step{static_cast<double>(n) - chosen, static_cast<double>(n - taken.size())};
            taken.push_back(choose(classes, step, open, stream));
            chosen += open[taken.back()];
        }
        return taken;
    });
}

}  // namespace cifra
