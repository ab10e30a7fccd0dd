#include "estimation/weighting/chain_step.h"

#include <fmt/format.h>

#include <memory>

#include "engine/diagnostics.h"
#include "engine/summation.h"

namespace cifra {

namespace {

// A sum by group, compensated.
template <class Term>
Weights group_sums(std::size_t groups, const std::vector<std::uint32_t>& group, const Term& term) {
    std::vector<CompensatedSum> sums(groups);
    for (std::size_t k = 0; k < group.size(); ++k)
        if (group[k] != AdjustmentCells::none) sums[group[k]].add(term(k));
    Weights result;
    for (const CompensatedSum& sum : sums) result.push_back(sum.value());
    return result;
}

class CellFactors {
public:
    explicit CellFactors(CellStep cells) : cells_(std::move(cells)) {}

    Weights forwards(const std::string& name, const Weights& w) const {
        const Weights base = taken(w);
        const Weights target = cells_.targets.empty() ? given(w) : cells_.targets;
        Weights result = w;
        for (std::size_t g = 0; g < base.size(); ++g)
            if (!(base[g] > 0) && target[g] != 0)
                throw Refusal(fmt::format("{}: cell {} has no unit that carries its weight", name, cells_.names[g]));
        for (std::size_t k = 0; k < w.size(); ++k) {
            const std::uint32_t g = cells_.group[k];
            if (g != AdjustmentCells::none)
                result[k] = cells_.takes[k] && base[g] > 0 ? w[k] * (target[g] / base[g]) : 0;
        }
        return result;
    }

    Weights backwards(const Weights& before, const Weights& after, Weights a) const {
        const Weights sum = group_sums(groups(), cells_.group, [&](std::size_t k) { return takes(k) ? a[k] : 0; });
        const Weights size = taken(after);
        for (std::size_t k = 0; k < a.size(); ++k) {
            if (cells_.group[k] == AdjustmentCells::none) continue;
            if (!cells_.takes[k]) a[k] = 0;
            if (!(size[cells_.group[k]] > 0)) continue;
            const double mean = sum[cells_.group[k]] / size[cells_.group[k]];
            if (cells_.takes[k]) a[k] -= after[k] * measure(k) * mean;
            if (cells_.targets.empty() && cells_.gives[k]) a[k] += before[k] * mean;
        }
        return a;
    }

private:
    std::size_t groups() const { return cells_.names.size(); }
    bool takes(std::size_t k) const { return cells_.takes[k] != 0; }
    double measure(std::size_t k) const { return cells_.measure.empty() ? 1 : cells_.measure[k]; }
    Weights taken(const Weights& w) const {
        return group_sums(groups(), cells_.group, [&](std::size_t k) { return takes(k) ? w[k] * measure(k) : 0; });
    }
    Weights given(const Weights& w) const {
        return group_sums(groups(), cells_.group, [&](std::size_t k) { return cells_.gives[k] ? w[k] : 0; });
    }

    CellStep cells_;
};

struct CalibrationParts {
    Controls controls;
    std::vector<double> variances;
    CalibrationOptions options;
};

Weights calibrated(const CalibrationParts& parts, const Weights& w) {
    const Calibrated result = calibrate(w, parts.controls, parts.variances, parts.options);
    Weights after(w.size());
    for (std::size_t k = 0; k < w.size(); ++k) after[k] = w[k] * result.g[k];
    return after;
}

// a - w' x'B, B = (Σ w x x'/q)⁻ Σ x a / (g q).
Weights residuals(const CalibrationParts& parts, const Weights& before, const Weights& after, Weights a) {
    const auto q = [&](std::size_t k) { return parts.variances.empty() ? 1 : parts.variances[k]; };
    Weights scaled(a.size(), 0.0), weight(a.size(), 0.0);
    for (std::size_t k = 0; k < a.size(); ++k) {
        if (after[k] == 0) continue;
        scaled[k] = a[k] * before[k] / (after[k] * q(k));
        weight[k] = before[k] / q(k);
    }
    const Eigen::VectorXd b =
        inverse_of_products(weighted_products(parts.controls, weight)) * weighted_totals(parts.controls, scaled);
    for (std::size_t k = 0; k < a.size(); ++k)
        if (after[k] != 0)
            parts.controls.for_each(k, [&](std::size_t, std::size_t j, double x) {
                a[k] -= after[k] * x * b(static_cast<Eigen::Index>(j));
            });
    return a;
}

}  // namespace

ChainStep factor_step(std::string name, Weights factors) {
    return {std::move(name),
            [factors = std::move(factors)](const Weights& w) {
                Weights result(w.size());
                for (std::size_t k = 0; k < w.size(); ++k) result[k] = w[k] * factors[k];
                return result;
            },
            {}};
}

ChainStep selection_step(std::string name, std::vector<std::size_t> household, std::size_t households,
                         Weights factors) {
    auto of = std::make_shared<const std::vector<std::size_t>>(std::move(household));
    return {std::move(name),
            [of, factors = std::move(factors)](const Weights& w) {
                Weights result;
                for (std::size_t k = 0; k < of->size(); ++k) result.push_back(w[(*of)[k]] * factors[k]);
                return result;
            },
            [of, households](const Weights& a) {
                Weights result(households, 0.0);
                for (std::size_t k = 0; k < a.size(); ++k) result[(*of)[k]] += a[k];
                return result;
            }};
}

ChainStep cell_step(std::string name, CellStep cells, const Weights& before, const Weights& after) {
    auto factors = std::make_shared<const CellFactors>(std::move(cells));
    return {name, [factors, name](const Weights& w) { return factors->forwards(name, w); },
            [factors, before, after](Weights a) { return factors->backwards(before, after, std::move(a)); }};
}

ChainStep calibration_step(std::string name, Controls controls, std::vector<double> variances,
                           CalibrationOptions options, const Weights& before, const Weights& after) {
    auto parts = std::make_shared<const CalibrationParts>(
        CalibrationParts{std::move(controls), std::move(variances), options});
    return {std::move(name), [parts](const Weights& w) { return calibrated(*parts, w); },
            [parts, before, after](Weights a) { return residuals(*parts, before, after, std::move(a)); }};
}

namespace {

Propensity fitted(const PropensityProblem& problem, const Weights& w, bool weighted) {
    if (weighted) return fit_propensity(problem, w);
    Weights present(w.size());
    for (std::size_t k = 0; k < w.size(); ++k) present[k] = w[k] > 0 ? 1 : 0;
    return fit_propensity(problem, present);
}

}  // namespace

ChainStep propensity_step(std::string name, PropensityProblem problem, Mask eligible, Mask responds, bool weighted) {
    auto parts = std::make_shared<const PropensityProblem>(std::move(problem));
    return {std::move(name),
            [=, eligible = std::move(eligible), responds = std::move(responds)](const Weights& w) {
                Weights after = weigh_by_inverse_propensity(w, fitted(*parts, w, weighted), responds);
                for (std::size_t k = 0; k < w.size(); ++k)
                    if (!eligible[k]) after[k] = 0;
                return after;
            },
            {}};
}

ChainStep propensity_class_step(std::string name, PropensityProblem problem, Mask eligible, Mask responds,
                                bool weighted, PropensityClassRule rule) {
    auto parts = std::make_shared<const PropensityProblem>(std::move(problem));
    return {
        name,
        [=, eligible = std::move(eligible), responds = std::move(responds)](const Weights& w) {
            return adjust_by_propensity_classes(name, w, fitted(*parts, w, weighted), eligible, responds, rule).weights;
        },
        {}};
}

ChainStep trimming_step(std::string name, AdjustmentCells cells, TrimmingRule rule, std::optional<Controls> controls,
                        CalibrationOptions options) {
    auto fixed = std::make_shared<const AdjustmentCells>(std::move(cells));
    return {std::move(name),
            [=, controls = std::move(controls)](const Weights& w) {
                const auto limits = weight_limits(w, *fixed, rule);
                return (controls ? trim_keeping_controls(w, *fixed, limits, *controls, options)
                                 : trim_within_cells(w, *fixed, limits))
                    .weights;
            },
            {}};
}

}  // namespace cifra
