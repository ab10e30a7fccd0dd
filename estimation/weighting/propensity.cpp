#include "estimation/weighting/propensity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "engine/diagnostics.h"
#include "engine/summation.h"
#include "estimation/inference/covariate_patterns.h"
#include "estimation/inference/families.h"
#include "estimation/inference/orthonormal_basis.h"
#include "estimation/inference/scoring.h"
#include "estimation/weighting/nonresponse.h"

namespace cifra {

namespace {

constexpr ModelFamily logistic{Family::binomial, Link::logit, 1};

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

ModelVariable variable_of(const Predictor& predictor, const std::vector<std::size_t>& rows) {
    ModelVariable variable{predictor.name, !predictor.column.is_number(), {}, {}, {}, 0};
    for (const std::size_t row : rows)
        if (!predictor.column.present(row))
            throw Refusal(fmt::format("propensity: the predictor {} has no value for an eligible unit", variable.name));
    if (!variable.factor) {
        for (const std::size_t row : rows) variable.values.push_back(predictor.column.number(row));
        return variable;
    }
    for (const std::size_t row : rows) variable.levels.push_back(predictor.column.text(row));
    std::sort(variable.levels.begin(), variable.levels.end());
    variable.levels.erase(std::unique(variable.levels.begin(), variable.levels.end()), variable.levels.end());
    for (const std::size_t row : rows) {
        const auto found = std::lower_bound(variable.levels.begin(), variable.levels.end(), predictor.column.text(row));
        variable.code.push_back(static_cast<std::uint32_t>(found - variable.levels.begin()));
    }
    return variable;
}

// The units of positive weight summed by pattern: all weight, and that of respondents.
struct PatternSums {
    std::vector<CompensatedSum> all, responding;
};

PatternSums sums_by_pattern(const PropensityProblem& problem, std::span<const double> weights) {
    const auto patterns = static_cast<std::size_t>(problem.matrix.columns.rows());
    PatternSums sums{std::vector<CompensatedSum>(patterns), std::vector<CompensatedSum>(patterns)};
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        const double weight = weights[problem.rows[i]];
        if (!(weight >= 0) || !std::isfinite(weight))
            throw Refusal("propensity: a weight is negative, missing or infinite");
        sums.all[problem.pattern[i]].add(weight);
        if (problem.responds[i]) sums.responding[problem.pattern[i]].add(weight);
    }
    return sums;
}

// The patterns of positive weight as records of a binomial regression with mean responses.
struct FittedPoints {
    std::vector<Eigen::Index> patterns;
    Eigen::VectorXd weight, response, offset;
};

FittedPoints points_of(const PatternSums& sums) {
    FittedPoints points;
    for (std::size_t g = 0; g < sums.all.size(); ++g)
        if (sums.all[g].value() > 0) points.patterns.push_back(at(g));
    const auto size = at(points.patterns.size());
    points.weight.resize(size);
    points.response.resize(size);
    points.offset = Eigen::VectorXd::Zero(size);
    for (Eigen::Index i = 0; i < size; ++i) {
        const auto g = static_cast<std::size_t>(points.patterns[static_cast<std::size_t>(i)]);
        points.weight(i) = sums.all[g].value();
        points.response(i) = std::clamp(sums.responding[g].value() / points.weight(i), 0.0, 1.0);
    }
    return points;
}

// "region=3" of the first factor with a category in which all or none respond; "" where there is none.
std::string separated_category(const PropensityProblem& problem, std::span<const double> weights) {
    for (const ModelVariable& variable : problem.terms.variables) {
        if (!variable.factor) continue;
        std::vector<std::uint8_t> some(variable.levels.size()), lost(variable.levels.size());
        for (std::size_t i = 0; i < problem.rows.size(); ++i)
            if (weights[problem.rows[i]] > 0) (problem.responds[i] ? some : lost)[variable.code[i]] = 1;
        for (std::size_t level = 0; level < some.size(); ++level)
            if (some[level] != lost[level]) return variable.name + "=" + variable.levels[level];
    }
    return "";
}

// The predictor that moves the linear predictor most.
std::string strongest_predictor(const PropensityProblem& problem, const Eigen::VectorXd& coefficients) {
    double most = 0;
    std::string name = "the intercept";
    for (Eigen::Index j = 0; j < coefficients.size(); ++j) {
        const auto column = problem.matrix.columns.col(j);
        const double reach = std::abs(coefficients(j)) * (column.maxCoeff() - column.minCoeff());
        const std::size_t term = problem.matrix.term[static_cast<std::size_t>(j)];
        if (term == intercept_term || !(reach > most)) continue;
        most = reach;
        name = problem.terms.variables[term].name;
    }
    return name;
}

[[noreturn]] void refuse_fit(const PropensityProblem& problem, std::span<const double> weights,
                             const ScoringState& state, const Eigen::VectorXd& coefficients) {
    const std::string category = separated_category(problem, weights);
    if (!category.empty())
        throw Refusal(
            fmt::format("propensity: all units respond in {0}, or none, so that its coefficient has no "
                        "finite estimate; join the category with another",
                        category));
    if (state.drifting)
        throw Refusal(
            fmt::format("propensity: respondents are separated from nonrespondents by {}, so that there is "
                        "no finite estimate; leave the predictor out or make classes of it",
                        strongest_predictor(problem, coefficients)));
    throw Refusal(fmt::format("propensity: not converged after {} steps; the strongest predictor is {}",
                              state.iterations, strongest_predictor(problem, coefficients)));
}

Propensity everybody(const PropensityProblem& problem) {
    Propensity result{std::vector<double>(problem.units, std::numeric_limits<double>::quiet_NaN()),
                      Eigen::VectorXd::Zero(problem.matrix.columns.cols()), 0};
    for (const std::size_t row : problem.rows) result.of_row[row] = 1;
    return result;
}

// The quantile j / classes of sorted values, R's type 7, exact where it is one of them.
double cut_point(const std::vector<double>& sorted, std::size_t j, std::size_t classes) {
    const std::size_t place = (sorted.size() - 1) * j, low = place / classes, rest = place % classes;
    if (rest == 0) return sorted[low];
    const double share = static_cast<double>(rest) / static_cast<double>(classes);
    return sorted[low] + share * (sorted[low + 1] - sorted[low]);
}

// Σ w and Σ w ρ of each class stand for target and base: the factor of classes joined is that of their union.
std::vector<AdjustmentSums> propensity_sums(const AdjustmentCells& cells, std::span<const double> weights,
                                      std::span<const double> propensity, std::span<const std::uint8_t> responds) {
    std::vector<CompensatedSum> expected(cells.keys.size()), all(cells.keys.size());
    std::vector<AdjustmentSums> sums(cells.keys.size());
    for (std::size_t row = 0; row < weights.size(); ++row) {
        const std::uint32_t cell = cells.of_row[row];
        if (cell == AdjustmentCells::none) continue;
        expected[cell].add(weights[row] * propensity[row]);
        all[cell].add(weights[row]);
        if (responds[row]) ++sums[cell].respondents;
    }
    for (std::size_t cell = 0; cell < sums.size(); ++cell)
        sums[cell].base = expected[cell].value(), sums[cell].target = all[cell].value();
    return sums;
}

// What the respondents of each group weigh, and what they will by the factor of the group.
void set_respondent_sums(std::vector<CellGroup>& groups, const AdjustmentCells& cells, std::span<const double> weights,
                         std::span<const std::uint8_t> keep) {
    std::vector<CompensatedSum> responding(cells.keys.size());
    for (std::size_t row = 0; row < weights.size(); ++row)
        if (keep[row]) responding[cells.of_row[row]].add(weights[row]);
    for (CellGroup& group : groups) {
        const double factor = group.sums.factor();
        CompensatedSum base;
        for (const std::uint32_t member : group.members) base.add(responding[member].value());
        group.sums.base = base.value();
        group.sums.target = base.value() * factor;
    }
}

}  // namespace

PropensityProblem prepare_propensity(const std::vector<Predictor>& predictors, std::span<const std::uint8_t> eligible,
                                     std::span<const std::uint8_t> responds) {
    if (eligible.size() != responds.size()) throw std::invalid_argument("eligible and responds differ in length");
    PropensityProblem problem;
    problem.units = eligible.size();
    for (std::size_t row = 0; row < eligible.size(); ++row) {
        if (!eligible[row]) continue;
        problem.rows.push_back(row);
        problem.responds.push_back(responds[row]);
    }
    problem.terms.records = problem.rows.size();
    for (const Predictor& predictor : predictors) {
        if (predictor.column.size() != eligible.size())
            throw std::invalid_argument("predictors and eligible differ in length");
        problem.terms.terms.push_back({{problem.terms.variables.size()}});
        problem.terms.variables.push_back(variable_of(predictor, problem.rows));
    }
    const CovariatePatterns patterns = covariate_patterns(problem.terms, {});
    problem.pattern = patterns.of_record;
    if (problem.pattern.empty())
        for (std::uint32_t i = 0; i < problem.rows.size(); ++i) problem.pattern.push_back(i);
    problem.matrix =
        model_matrix(patterns.example.empty() ? problem.terms : at_records(problem.terms, patterns.example));
    return problem;
}

Propensity fit_propensity(const PropensityProblem& problem, std::span<const double> fit_weights) {
    const FittedPoints points = points_of(sums_by_pattern(problem, fit_weights));
    if (points.patterns.empty() || points.response.maxCoeff() == 0)
        throw Refusal("propensity: nobody responds, so there is no propensity to respond");
    Propensity result = everybody(problem);
    if (points.response.minCoeff() == 1) return result;
    const OrthonormalBasis basis =
        orthonormal_basis(problem.matrix.columns(points.patterns, Eigen::all), points.weight);
    const ScoringProblem scoring{basis, points.weight, points.response, points.offset};
    ScoringState state = start_scoring(scoring, logistic);
    iterate_scoring(scoring, logistic, state);
    result.iterations = state.iterations;
    const Eigen::VectorXd kept = basis.r_inverse * state.coordinates;
    for (std::size_t j = 0; j < basis.kept.size(); ++j) result.coefficients(basis.kept[j]) = kept(at(j));
    if (!state.converged) refuse_fit(problem, fit_weights, state, result.coefficients);
    const Eigen::VectorXd eta = problem.matrix.columns * result.coefficients;
    for (std::size_t i = 0; i < problem.rows.size(); ++i)
        result.of_row[problem.rows[i]] = mean_of(Link::logit, eta(problem.pattern[i]));
    return result;
}

std::vector<double> weigh_by_inverse_propensity(std::span<const double> weights, const Propensity& propensity,
                                                std::span<const std::uint8_t> responds) {
    std::vector<double> result(weights.size(), 0);
    for (std::size_t row = 0; row < weights.size(); ++row)
        if (responds[row]) result[row] = weights[row] / propensity.of_row[row];
    return result;
}

AdjustmentCells propensity_classes(std::span<const double> propensity, std::span<const std::uint8_t> inside,
                                   std::size_t classes) {
    std::vector<double> sorted, cuts;
    for (std::size_t row = 0; row < inside.size(); ++row)
        if (inside[row]) sorted.push_back(propensity[row]);
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t j = 1; j < classes && !sorted.empty(); ++j) cuts.push_back(cut_point(sorted, j, classes));
    const std::size_t digits = fmt::formatted_size("{}", classes);
    std::vector<std::string> names(inside.size());
    for (std::size_t row = 0; row < inside.size(); ++row) {
        if (!inside[row]) continue;
        const auto below = std::lower_bound(cuts.begin(), cuts.end(), propensity[row]) - cuts.begin();
        names[row] = fmt::format("{:0{}}", below + 1, digits);
    }
    return form_cells({"propensity_class"}, {Column::of_texts(names)}, inside);
}

AdjustedWeights adjust_by_propensity_classes(std::string step, std::span<const double> weights,
                                             const Propensity& propensity, std::span<const std::uint8_t> eligible,
                                             std::span<const std::uint8_t> responds, const PropensityClassRule& rule) {
    std::vector<std::uint8_t> inside(weights.size()), keep(weights.size());
    for (std::size_t row = 0; row < weights.size(); ++row) {
        inside[row] = eligible[row] && weights[row] > 0;
        keep[row] = inside[row] && responds[row];
    }
    const AdjustmentCells cells = propensity_classes(propensity.of_row, inside, rule.classes);
    if (rule.factor == ClassFactor::response_rate)
        return adjust_nonresponse(std::move(step), weights, inside, keep, cells, rule.collapse);
    CollapseRule collapse = rule.collapse;
    collapse.min_respondents = std::max<std::size_t>(collapse.min_respondents, 1);
    auto groups = collapse_cells(cells, propensity_sums(cells, weights, propensity.of_row, keep), collapse);
    if (groups.empty() || groups.front().sums.respondents == 0)
        throw Refusal(step + ": nobody responds, so there is nobody to carry the weight");
    set_respondent_sums(groups, cells, weights, keep);
    return apply_factors(std::move(step), weights, keep, cells, std::move(groups));
}

}  // namespace cifra
