#include "estimation/weighting/chain_step.h"

#include <fmt/format.h>

#include <cmath>
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

    Sweep sweep(const Weights& before, const Weights& after) const {
        Sweep result;
        Control control;
        control.names = cells_.names;
        control.totals.assign(groups(), std::nan(""));
        control.category = cells_.group;
        static_assert(AdjustmentCells::none == no_category);
        result.auxiliaries.add(std::move(control));
        result.of_response = cells_.targets.empty();
        const Weights size = taken(after);
        result.diagonal = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(groups()));
        for (std::size_t g = 0; g < groups(); ++g)
            if (size[g] > 0) result.diagonal(static_cast<Eigen::Index>(g)) = 1 / size[g];
        for (std::size_t k = 0; k < after.size(); ++k) {
            result.entering.push_back(takes(k) ? 1 : 0);
            const double given = result.of_response && cells_.gives[k] ? before[k] : 0;
            result.leaving.push_back((takes(k) ? after[k] * measure(k) : 0) - given);
        }
        return result;
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
    Eigen::MatrixXd sources;
};

Controls shifted(const Controls& controls, const Eigen::VectorXd& shift) {
    Controls result;
    Eigen::Index j = 0;
    for (Control control : controls.all()) {
        for (double& total : control.totals) total += shift(j++);
        result.add(std::move(control));
    }
    return result;
}

Weights calibrated(const CalibrationParts& parts, const Weights& w, const ControlShift& shift) {
    const bool moves = shift && parts.sources.cols() > 0;
    const Calibrated result =
        moves ? calibrate(w, shifted(parts.controls, shift(parts.sources)), parts.variances, parts.options)
              : calibrate(w, parts.controls, parts.variances, parts.options);
    Weights after(w.size());
    for (std::size_t k = 0; k < w.size(); ++k) after[k] = w[k] * result.g[k];
    return after;
}

// B = (Σ w x x'/q)⁻ Σ x a / (g q), z = a - w' x'B.
Sweep calibration_sweep(const CalibrationParts& parts, const Weights& before, const Weights& after) {
    Sweep result;
    result.auxiliaries = parts.controls;
    result.sources = parts.sources;
    result.leaving = after;
    result.entering.assign(after.size(), 0.0);
    Weights weight(after.size(), 0.0);
    for (std::size_t k = 0; k < after.size(); ++k) {
        if (after[k] == 0) continue;
        const double q = parts.variances.empty() ? 1 : parts.variances[k];
        result.entering[k] = before[k] / (after[k] * q);
        weight[k] = before[k] / q;
    }
    result.inverse = inverse_of_products(weighted_products(parts.controls, weight));
    return result;
}

}  // namespace

Eigen::MatrixXd times_inverse(const Sweep& sweep, const Eigen::MatrixXd& matrix) {
    if (sweep.inverse.size() == 0) return sweep.diagonal.asDiagonal() * matrix;
    return sweep.inverse * matrix;
}

Weights swept_back(const Sweep& sweep, Weights a, Weights& sources) {
    Weights entering(a.size());
    for (std::size_t k = 0; k < a.size(); ++k) entering[k] = a[k] * sweep.entering[k];
    const Eigen::VectorXd b = times_inverse(sweep, weighted_totals(sweep.auxiliaries, entering));
    for (std::size_t k = 0; k < a.size(); ++k)
        if (sweep.leaving[k] != 0)
            sweep.auxiliaries.for_each(k, [&](std::size_t, std::size_t j, double x) {
                a[k] -= sweep.leaving[k] * x * b(static_cast<Eigen::Index>(j));
            });
    for (Eigen::Index source = 0; source < sweep.sources.cols(); ++source)
        sources.push_back(sweep.sources.col(source).dot(b));
    return a;
}

ChainStep factor_step(std::string name, Weights factors) {
    return {std::move(name),
            [factors = std::move(factors)](const Weights& w, const ControlShift&) {
                Weights result(w.size());
                for (std::size_t k = 0; k < w.size(); ++k) result[k] = w[k] * factors[k];
                return result;
            },
            {}};
}

ChainStep selection_step(std::string name, std::vector<std::size_t> household, Weights factors) {
    return {std::move(name),
            [of = std::move(household), factors = std::move(factors)](const Weights& w, const ControlShift&) {
                Weights result;
                for (std::size_t k = 0; k < of.size(); ++k) result.push_back(w[of[k]] * factors[k]);
                return result;
            },
            {}};
}

ChainStep cell_step(std::string name, CellStep cells, const Weights& before, const Weights& after) {
    auto factors = std::make_shared<const CellFactors>(std::move(cells));
    return {name, [factors, name](const Weights& w, const ControlShift&) { return factors->forwards(name, w); },
            factors->sweep(before, after)};
}

ChainStep calibration_step(std::string name, Controls controls, std::vector<double> variances,
                           CalibrationOptions options, Eigen::MatrixXd sources, const Weights& before,
                           const Weights& after) {
    auto parts = std::make_shared<const CalibrationParts>(
        CalibrationParts{std::move(controls), std::move(variances), options, std::move(sources)});
    return {std::move(name),
            [parts](const Weights& w, const ControlShift& shift) { return calibrated(*parts, w, shift); },
            calibration_sweep(*parts, before, after)};
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
            [=, eligible = std::move(eligible), responds = std::move(responds)](const Weights& w, const ControlShift&) {
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
        [=, eligible = std::move(eligible), responds = std::move(responds)](const Weights& w, const ControlShift&) {
            return adjust_by_propensity_classes(name, w, fitted(*parts, w, weighted), eligible, responds, rule).weights;
        },
        {}};
}

ChainStep trimming_step(std::string name, AdjustmentCells cells, TrimmingRule rule, std::optional<Controls> controls,
                        CalibrationOptions options) {
    auto fixed = std::make_shared<const AdjustmentCells>(std::move(cells));
    return {std::move(name),
            [=, controls = std::move(controls)](const Weights& w, const ControlShift&) {
                const auto limits = weight_limits(w, *fixed, rule);
                return (controls ? trim_keeping_controls(w, *fixed, limits, *controls, options)
                                 : trim_within_cells(w, *fixed, limits))
                    .weights;
            },
            {}};
}

}  // namespace cifra
