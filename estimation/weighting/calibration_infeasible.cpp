#include "estimation/weighting/calibration_infeasible.h"

#include <fmt/format.h>
#include <glpk.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>

#include "engine/diagnostics.h"

namespace cifra {

namespace {

constexpr double negligible = 1e-6;  // of max(|T|, 1): above the tolerances of the simplex method
constexpr std::size_t most_variables = 20'000, most_named = 10;

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

// The units of equal x as one variable: the limits of the sum of their weights.
struct Variable {
    std::size_t group = 0, pattern = 0;
    double lower = 0, upper = 0;
};

class Limits {
public:
    explicit Limits(const CalibrationOptions& options) : options_(options) {}
    bool bounded() const {
        return options_.method == CalibrationMethod::truncated || options_.method == CalibrationMethod::logit;
    }
    bool positive() const {
        return options_.method == CalibrationMethod::raking || options_.method == CalibrationMethod::sinh ||
               options_.method == CalibrationMethod::poststratification;
    }
    double lower(double d) const {
        if (!bounded()) return positive() ? 0 : -std::numeric_limits<double>::infinity();
        return options_.bounds_on_weight ? options_.lower : options_.lower * d;
    }
    double upper(double d) const {
        if (!bounded()) return std::numeric_limits<double>::infinity();
        return options_.bounds_on_weight ? options_.upper : options_.upper * d;
    }

private:
    const CalibrationOptions& options_;
};

std::vector<Variable> variables_of(const CalibrationProblem& problem, std::span<const double> sums) {
    const CalibrationPatterns& patterns = problem.patterns;
    const Limits limits(problem.options);
    std::vector<Variable> variables;
    std::map<std::vector<double>, std::size_t> by_values;
    for (std::size_t group = 0; group < patterns.groups(); ++group) {
        by_values.clear();
        for (std::size_t k = patterns.begin[group]; k < patterns.begin[group + 1]; ++k) {
            if (sums[k] == 0) continue;
            const std::vector<double> values(patterns.values(k), patterns.values(k) + patterns.numbers());
            const auto [place, fresh] = by_values.emplace(values, variables.size());
            if (fresh) variables.push_back({group, k, 0, 0});
            variables[place->second].lower += limits.lower(sums[k]);
            variables[place->second].upper += limits.upper(sums[k]);
        }
    }
    return variables;
}

// Rows are divided by max(|T|, 1), so that the cost of a violation is 1.
class Programme {
public:
    Programme(const CalibrationProblem& problem, const std::vector<Variable>& variables)
        : problem_(problem), lp_(glp_create_prob(), glp_delete_prob) {
        glp_term_out(GLP_OFF);
        glp_set_obj_dir(lp_.get(), GLP_MIN);
        const std::size_t p = problem.names.size();
        glp_add_rows(lp_.get(), static_cast<int>(p));
        for (std::size_t j = 0; j < p; ++j) {
            const double total = problem.totals(at(j)) / scale(j);
            glp_set_row_bnds(lp_.get(), static_cast<int>(j) + 1, GLP_FX, total, total);
        }
        glp_add_cols(lp_.get(), static_cast<int>(variables.size() + 2 * p));
        for (const Variable& variable : variables) add(variable);
        for (std::size_t j = 0; j < p; ++j) add_violation(j, 1), add_violation(j, -1);
        glp_scale_prob(lp_.get(), GLP_SF_GM | GLP_SF_EQ);
    }

    LeastViolation solve(std::size_t variables) {
        glp_smcp settings;
        glp_init_smcp(&settings);
        settings.msg_lev = GLP_MSG_OFF;
        // The start is dual feasible, and a step flips the bounds of many units at once.
        settings.meth = GLP_DUALP;
        settings.r_test = GLP_RT_FLIP;
        settings.it_lim = 5000;
        LeastViolation result;
        result.known = glp_simplex(lp_.get(), &settings) == 0 && glp_get_status(lp_.get()) == GLP_OPT;
        result.reached = problem_.totals;
        for (std::size_t j = 0; j < problem_.names.size() && result.known; ++j) {
            const int above = static_cast<int>(variables + 2 * j) + 1;
            const double missing = glp_get_col_prim(lp_.get(), above) - glp_get_col_prim(lp_.get(), above + 1);
            if (std::abs(missing) <= negligible) continue;
            result.violated.push_back(j);
            result.reached(at(j)) -= missing * scale(j);
        }
        for (std::size_t j = 0; j < problem_.names.size() && !result.violated.empty(); ++j)
            if (std::abs(glp_get_row_dual(lp_.get(), static_cast<int>(j) + 1)) > negligible)
                result.conflict.push_back(j);
        return result;
    }

private:
    double scale(std::size_t j) const { return std::max(std::abs(problem_.totals(at(j))), 1.0); }

    void add(const Variable& variable) {
        const CalibrationPatterns& patterns = problem_.patterns;
        std::vector<int> rows{0};
        std::vector<double> x{0};
        for (std::size_t c = 0; c < patterns.margins; ++c)
            if (const std::uint32_t column = patterns.categories(variable.group)[c]; column < patterns.columns)
                rows.push_back(static_cast<int>(column) + 1), x.push_back(1 / scale(column));
        for (std::size_t i = 0; i < patterns.numbers(); ++i) {
            const std::size_t column = patterns.number_columns[i];
            rows.push_back(static_cast<int>(column) + 1);
            x.push_back(patterns.values(variable.pattern)[i] / scale(column));
        }
        glp_set_mat_col(lp_.get(), ++column_, static_cast<int>(rows.size()) - 1, rows.data(), x.data());
        const bool below = std::isfinite(variable.lower), above = std::isfinite(variable.upper);
        const int kind = !below   ? (above ? GLP_UP : GLP_FR)
                         : !above ? GLP_LO
                                  : (variable.lower < variable.upper ? GLP_DB : GLP_FX);
        glp_set_col_bnds(lp_.get(), column_, kind, variable.lower, variable.upper);
    }

    void add_violation(std::size_t j, double sign) {
        const int rows[] = {0, static_cast<int>(j) + 1};
        const double values[] = {0, sign};
        glp_set_mat_col(lp_.get(), ++column_, 1, rows, values);
        glp_set_col_bnds(lp_.get(), column_, GLP_LO, 0, 0);
        glp_set_obj_coef(lp_.get(), column_, 1);
    }

    const CalibrationProblem& problem_;
    std::unique_ptr<glp_prob, void (*)(glp_prob*)> lp_;
    int column_ = 0;
};

// "a, b, ... and 3 more"
std::string listed(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t i = 0; i < std::min(parts.size(), most_named); ++i) text += (i > 0 ? ", " : "") + parts[i];
    if (parts.size() > most_named) text += fmt::format(" and {} more", parts.size() - most_named);
    return text;
}

std::string bounds_text(const CalibrationOptions& options) {
    const Limits limits(options);
    if (limits.positive()) return " with positive weights";
    if (!limits.bounded()) return "";
    return fmt::format(" with {} within {:g} to {:g}", options.bounds_on_weight ? "weights" : "g", options.lower,
                       options.upper);
}

std::string violation_text(const CalibrationProblem& problem, const LeastViolation& least) {
    std::vector<std::string> missed, conflict;
    for (const std::size_t j : least.violated) {
        const double total = problem.totals(at(j)), gap = least.reached(at(j)) - total;
        const std::string percent = total == 0 ? "" : fmt::format(", {:+.3g} %", 100 * gap / std::abs(total));
        missed.push_back(fmt::format("{} at {:.10g} of {:.10g} ({:+.6g}{})", problem.names[j], least.reached(at(j)),
                                     total, gap, percent));
    }
    for (const std::size_t j : least.conflict) conflict.push_back(problem.names[j]);
    return fmt::format(
        "calibration: no weights meet the controls{} [calibration-infeasible]; the least violation leaves {}; in "
        "conflict: {}; correct or join these controls, leave one out, or widen the bounds",
        bounds_text(problem.options), listed(missed), listed(conflict));
}

}  // namespace

LeastViolation least_violation(const CalibrationProblem& problem, std::span<const double> sums) {
    const std::vector<Variable> variables = variables_of(problem, sums);
    if (variables.size() > most_variables) {
        LeastViolation unknown;
        unknown.known = false;
        return unknown;
    }
    return Programme(problem, variables).solve(variables.size());
}

void refuse_unmet(const CalibrationProblem& problem, std::span<const double> sums, const Eigen::VectorXd& reached,
                  const Eigen::VectorXd& scale) {
    const LeastViolation least = least_violation(problem, sums);
    if (!least.violated.empty()) throw Refusal(violation_text(problem, least));
    std::vector<std::string> missed;
    for (std::size_t j = 0; j < problem.names.size(); ++j)
        if (!(std::abs(reached(at(j)) - problem.totals(at(j))) <= problem.options.tolerance * scale(at(j))))
            missed.push_back(
                fmt::format("{} reaches {:.10g} of {:.10g}", problem.names[j], reached(at(j)), problem.totals(at(j))));
    throw Refusal(fmt::format(
        "calibration: not converged [calibration-not-converged]: {}; {}; raise 'iterations', widen the bounds, or "
        "choose method truncated, which attains its bounds",
        listed(missed),
        least.known ? "weights that meet all controls exist, perhaps at the limits of the method only"
                    : "whether any weights meet the controls was not decided"));
}

}  // namespace cifra
