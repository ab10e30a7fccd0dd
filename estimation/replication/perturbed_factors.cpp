#include "estimation/replication/perturbed_factors.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "engine/random_words.h"
#include "estimation/replication/leading_units.h"

namespace cifra {

namespace {

using Kind = GroupForm::Kind;
using Centre = GroupForm::Centre;

// The weight of unit i in the centre of its group's deviations.
double centre_weight(const GroupForm& form, double sum_c, std::size_t i, std::size_t n) {
    if (form.centre == Centre::zero) return 0;
    return form.centre == Centre::weighted && !form.c.empty() ? form.c[i] / sum_c : 1 / static_cast<double>(n);
}

double sum_of(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum;
}

// Uniform with mean 0 and variance 1.
double standard(std::uint32_t word) { return std::sqrt(12.0) * ((word + 0.5) * 0x1p-32 - 0.5); }

constexpr double largest_chance = 1.7320508075688772;

}  // namespace

PerturbedFactors::PerturbedFactors(const ReplicationPlan& plan, const SurveyDesign& design,
                                   std::vector<std::string>& not_positive)
    : plan_(plan) {
    const auto keys = group_keys(design);
    for (std::size_t s = 0; s < design.stages.size(); ++s) {
        const Stage& stage = design.stages[s];
        const std::vector<std::uint32_t> borders = group_borders(stage);
        const std::vector<double> earlier = earlier_fractions(design, s);
        Level level{{}, stage.group};
        for (std::uint32_t g = 0; g < stage.groups(); ++g) {
            Group group{borders[g], borders[g + 1], keys[s][g], {}, {}, {}};
            group.form = form_of(design, s, g, group.begin, group.size(), earlier[g]);
            if (group.form.factor == 0 && group.form.kind != Kind::matrix) continue;
            if (group.form.lonely) continue;
            if (!set_root(group)) not_positive.push_back(design.strata[g]);
            level.groups.push_back(std::move(group));
        }
        levels_.push_back(std::move(level));
    }
    for (const double bound : bounds()) tau_ = std::max(tau_, bound);
}

bool PerturbedFactors::set_root(Group& group) const {
    const auto n = static_cast<Eigen::Index>(group.size());
    if (group.form.kind == Kind::differences) return true;
    if (group.form.kind == Kind::deviations) {
        for (std::size_t i = 0; i < group.size(); ++i)
            group.scale.push_back(std::sqrt(group.form.factor * (group.form.c.empty() ? 1 : group.form.c[i])));
        return std::all_of(group.scale.begin(), group.scale.end(), [](double s) { return std::isfinite(s); });
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(products(group.form, Eigen::MatrixXd::Identity(n, n)));
    const Eigen::VectorXd& values = eigen.eigenvalues();
    group.root = eigen.eigenvectors() * values.cwiseMax(0.0).cwiseSqrt().asDiagonal();
    group.form.form = nullptr;
    return values(0) >= -1e-10 * values(n - 1);
}

void PerturbedFactors::perturb(const Group& group, std::span<const double> chance, std::span<double> deviation) const {
    const std::size_t n = group.size();
    const GroupForm& form = group.form;
    std::fill(deviation.begin(), deviation.end(), 0.0);
    if (form.kind == Kind::deviations) {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += deviation[i] = group.scale[i] * chance[i];
        const double sum_c = sum_of(form.c);
        for (std::size_t i = 0; i < n; ++i) deviation[i] -= centre_weight(form, sum_c, i, n) * sum;
    } else if (form.kind == Kind::differences) {
        const double scale = std::sqrt(form.factor);
        for (std::size_t i = form.circular ? 0 : 1; i < n; ++i) {
            deviation[form.order[i]] += scale * chance[i];
            deviation[form.order[i == 0 ? n - 1 : i - 1]] -= scale * chance[i];
        }
    } else {
        const Eigen::Map<const Eigen::VectorXd> xi(chance.data(), static_cast<Eigen::Index>(n));
        Eigen::Map<Eigen::VectorXd>(deviation.data(), static_cast<Eigen::Index>(n)) = group.root * xi;
    }
}

std::vector<double> PerturbedFactors::bounds() const {
    std::vector<double> above;
    for (const Level& level : levels_) {
        std::vector<double> bound(level.above.size(), 0);
        for (std::size_t unit = 0; unit < bound.size() && !above.empty(); ++unit)
            bound[unit] = above[level.above[unit]];
        for (const Group& group : level.groups) {
            const std::size_t n = group.size();
            const double sum = sum_of(group.scale), sum_c = sum_of(group.form.c);
            for (std::size_t i = 0; i < n; ++i) {
                double own = 2 * std::sqrt(std::max(0.0, group.form.factor));
                if (group.form.kind == Kind::deviations) {
                    const double a = centre_weight(group.form, sum_c, i, n);
                    own = group.scale[i] * (1 - a) + a * (sum - group.scale[i]);
                } else if (group.form.kind != Kind::differences) {
                    own = group.root.row(static_cast<Eigen::Index>(i)).cwiseAbs().sum();
                }
                bound[group.begin + i] += largest_chance * own;
            }
        }
        above = std::move(bound);
    }
    return above;
}

void PerturbedFactors::block(std::size_t first, std::size_t size, std::span<double> by_unit) const {
    const std::vector<std::uint64_t> seeds = replicate_seeds(plan_.seed, first, size);
    std::vector<double> above, chance, deviation;
    std::vector<std::uint32_t> words;
    for (std::size_t s = 0; s < levels_.size(); ++s) {
        const Level& level = levels_[s];
        std::vector<double> factor(level.above.size() * size, 1.0);
        for (std::size_t at = 0; at < factor.size() && s > 0; ++at)
            factor[at] = above[level.above[at / size] * size + at % size];
        for (const Group& group : level.groups) {
            const std::size_t n = group.size();
            words.resize(n), chance.resize(n), deviation.resize(n);
            for (std::size_t lane = 0; lane < size; ++lane) {
                random_words(replicate_draw(plan_.method, s, group.key, seeds[lane]), words);
                std::transform(words.begin(), words.end(), chance.begin(), standard);
                perturb(group, chance, deviation);
                for (std::size_t i = 0; i < n; ++i) factor[(group.begin + i) * size + lane] += deviation[i] / tau_;
            }
        }
        above = std::move(factor);
    }
    std::copy(above.begin(), above.end(), by_unit.begin());
}

}  // namespace cifra
