#include "estimation/replication/resampled_factors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/random_words.h"
#include "estimation/replication/leading_units.h"
#include "estimation/variance/groups.h"

namespace cifra {

void draw_again(const Draw& draw, std::span<double> relative) {
    const std::size_t n = relative.size();
    const double one = static_cast<double>(n) / static_cast<double>(n - 1);
    std::fill(relative.begin(), relative.end(), 0.0);
    thread_local std::vector<std::uint32_t> words;
    words.resize(n - 1);
    random_words(draw, words);
    for (const std::uint32_t word : words) relative[static_cast<std::uint64_t>(word) * n >> 32] += one;
}

namespace {

// A whole number with the mean `expected`, never 1.
std::size_t never_one(double expected, Stream& chance) {
    if (expected < 2) return chance.bernoulli(expected / 2) ? 2 : 0;
    const double whole = std::floor(expected);
    return static_cast<std::size_t>(whole) + chance.bernoulli(expected - whole);
}

}  // namespace

void double_half(const Draw& draw, double variance, std::span<double> factor) {
    const std::size_t n = factor.size();
    Stream chance(draw);
    const std::size_t part = std::min(n, never_one(static_cast<double>(n) * variance, chance)), half = part / 2;
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = 0; i < part; ++i) std::swap(order[i], order[i + chance.below(n - i)]);
    std::fill(factor.begin(), factor.end(), 1.0);
    for (std::size_t i = 0; i < part; ++i) factor[order[i]] = i < half ? 2 : 0;
    if (part % 2 == 1) factor[order[chance.bernoulli(0.25) ? 0 : half]] += 1;
}

ResampledFactors::ResampledFactors(const ReplicationPlan& plan, const SurveyDesign& design) : plan_(plan) {
    const auto keys = group_keys(design);
    if (design.unequal.used()) probability_ = design.unequal.probability;
    poisson_ = design.unequal.method == UnequalMethod::poisson;
    for (std::size_t s = 0; s < design.stages.size(); ++s) {
        const Stage& stage = design.stages[s];
        const std::vector<std::uint32_t> borders = group_borders(stage);
        const std::vector<double> earlier = earlier_fractions(design, s);
        Level level{{}, stage.group};
        for (std::uint32_t g = 0; g < stage.groups(); ++g) {
            const bool alone = borders[g + 1] - borders[g] < 2 && !(s == 0 && poisson_);
            const double spread = alone ? 0 : earlier[g] * std::max(0.0, 1 - stage.fraction[g]);
            const bool rao_wu = plan.method == ReplicationMethod::rao_wu;
            level.groups.push_back(
                {borders[g], borders[g + 1], rao_wu || s == 0 ? spread : spread / (2 - earlier[g]), keys[s][g]});
        }
        levels_.push_back(std::move(level));
    }
}

// Probabilities of their own: what is certain stays, the rest is drawn again and made to sum to its number.
void ResampledFactors::draw_unequal(const Draw& draw, const Group& group, std::span<double> factor) const {
    std::vector<std::size_t> open;
    std::fill(factor.begin(), factor.end(), 1.0);
    for (std::size_t i = 0; i < factor.size(); ++i)
        if (probability_[group.begin + i] < 1) open.push_back(i);
    Stream chance(draw);
    for (std::size_t i = 0; i < open.size() && poisson_; ++i) {
        const double variance = 1 - probability_[group.begin + open[i]];
        factor[open[i]] = variance * chance.gamma(1 / variance);
    }
    if (poisson_ || open.size() < 2) return;
    std::vector<double> again(open.size());
    draw_again(draw, again);
    double sum = 0;
    for (std::size_t i = 0; i < open.size(); ++i)
        sum += factor[open[i]] = 1 + std::sqrt(1 - probability_[group.begin + open[i]]) * (again[i] - 1);
    for (const std::size_t i : open) factor[i] *= static_cast<double>(open.size()) / sum;
}

// What is drawn in a group: r of rao_wu, the factor of the others.
void ResampledFactors::draw(const Draw& draw, const Group& group, std::size_t stage, std::span<double> relative) const {
    if (stage == 0 && !probability_.empty()) return draw_unequal(draw, group, relative);
    if (plan_.method == ReplicationMethod::antal_tille) return double_half(draw, group.variance, relative);
    draw_again(draw, relative);
    if (plan_.method == ReplicationMethod::rao_wu) return;
    const double spread = std::sqrt(group.variance);
    for (double& value : relative) value = 1 + spread * (value - 1);
}

void ResampledFactors::add_level(std::size_t stage, std::span<const std::uint64_t> seeds, const Lanes& above,
                                 std::span<double> factor, std::span<double> drawn) const {
    const std::size_t size = seeds.size();
    const Level& level = levels_[stage];
    const bool rao_wu = plan_.method == ReplicationMethod::rao_wu;
    std::vector<double> relative;
    for (const Group& group : level.groups) {
        relative.assign(group.end - group.begin, 1.0);
        const double spread = std::sqrt(group.variance);
        for (std::size_t lane = 0; lane < size; ++lane) {
            if (group.variance > 0)
                draw(replicate_draw(plan_.method, stage, group.key, seeds[lane]), group, stage, relative);
            for (std::uint32_t unit = group.begin; unit < group.end; ++unit) {
                const double own = relative[unit - group.begin];
                const std::size_t at = unit * size + lane;
                if (stage == 0) {
                    factor[at] = rao_wu ? 1 + spread * (own - 1) : own;
                    if (!drawn.empty()) drawn[at] = own;
                    continue;
                }
                const std::size_t up = level.above[unit] * size + lane;
                const double times = rao_wu ? above.drawn[up] : 1;
                factor[at] = rao_wu ? above.factor[up] + spread * std::sqrt(times) * (own - 1) : above.factor[up] * own;
                if (!drawn.empty()) drawn[at] = times * own;
            }
        }
    }
}

void ResampledFactors::block(std::size_t first, std::size_t size, std::span<double> by_unit) const {
    const std::vector<std::uint64_t> seeds = replicate_seeds(plan_.seed, first, size);
    Lanes above;
    for (std::size_t stage = 0; stage < levels_.size(); ++stage) {
        if (stage + 1 == levels_.size()) return add_level(stage, seeds, above, by_unit, {});
        Lanes lanes;
        lanes.factor.resize(levels_[stage].above.size() * size);
        if (plan_.method == ReplicationMethod::rao_wu) lanes.drawn.resize(lanes.factor.size());
        add_level(stage, seeds, above, lanes.factor, lanes.drawn);
        above = std::move(lanes);
    }
}

}  // namespace cifra
