#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "estimation/inference/covariate_patterns.h"
#include "estimation/inference/model_plan.h"
#include "estimation/intervals.h"

namespace cifra {

namespace {

constexpr double none = missing_number;

// log of positive exposures; others missing, counted.
Column logarithms(const Column& exposure, std::size_t& refused) {
    std::vector<double> values(exposure.size(), none);
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (exposure.present(row) && exposure.number(row) > 0) values[row] = std::log(exposure.number(row));
        refused += exposure.present(row) && !(exposure.number(row) > 0) ? 1 : 0;
    }
    return Column::of_numbers(std::move(values));
}

class ModelRun {
public:
    ModelRun(const SurveyData& data, const ModelPlan& plan, double level, ResultRows& table, Diagnostics& faults)
        : data_(data), plan_(plan), level_(level), table_(table), faults_(faults) {}

    void run() {
        read_columns();
        if (!outcomes_allowed() || !make_terms()) return;
        set_patterns();
        matrix_ = model_matrix(terms_);
        input_.columns = std::move(matrix_.columns);
        model_ = fit_regression(records_.sample, input_, plan_.family, plan_.convergence);
        collect_notices();
        write_fit();
        for (std::size_t j = 0; j < matrix_.names.size(); ++j) write_coefficient(j);
        for (const PlannedTest& test : plan_.tests) write_test(test);
        for (const PlannedMargin& margin : plan_.margins) write_margins(margin);
    }

private:
    void read_columns() {
        const Hierarchy& hierarchy = data_.hierarchy;
        const std::size_t level = plan_.domain.level;
        std::vector<Column> columns = {hierarchy.evaluate(level, *plan_.outcome)};
        for (const PlannedVariable& variable : plan_.variables)
            columns.push_back(hierarchy.evaluate(level, variable.expression));
        if (plan_.offset) columns.push_back(hierarchy.evaluate(level, *plan_.offset));
        if (plan_.exposure) columns.push_back(logarithms(hierarchy.evaluate(level, *plan_.exposure), not_positive_));
        records_ = complete_records(data_, plan_.domain, std::move(columns));
        input_.outcome = numbers_of(records_.columns.front(), records_.sample);
        const std::size_t first = 1 + plan_.variables.size();
        if (plan_.offset || plan_.exposure)
            input_.offset = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(records_.sample.rows.size()));
        for (std::size_t i = first; i < records_.columns.size(); ++i)
            input_.offset += numbers_of(records_.columns[i], records_.sample);
    }

    bool outcomes_allowed() {
        const auto refused = std::count_if(input_.outcome.begin(), input_.outcome.end(),
                                           [&](double y) { return !outcome_allowed(plan_.family.family, y); });
        if (refused == 0) return true;
        faults_.error(plan_.domain.place, "outcome-out-of-range",
                      fmt::format("model '{}': {} outcomes are not {}", plan_.domain.id, refused,
                                  outcome_rule(plan_.family.family)),
                      "leave them out with 'where', or choose another family");
        return false;
    }

    bool make_terms() {
        terms_.terms = plan_.terms;
        terms_.intercept = plan_.intercept;
        terms_.records = records_.sample.rows.size();
        for (std::size_t v = 0; v < plan_.variables.size(); ++v) {
            const PlannedVariable& planned = plan_.variables[v];
            ModelVariable variable{planned.name, planned.factor, {}, {}, {}, 0};
            const Column& column = records_.columns[1 + v];
            if (planned.factor) {
                Categories categories = categories_of(column, planned.expression.type(), records_.sample);
                variable.code = std::move(categories.code);
                variable.levels = std::move(categories.names);
                if (!find_reference(planned, variable)) return false;
            } else {
                const Eigen::VectorXd numbers = numbers_of(column, records_.sample);
                variable.values.assign(numbers.begin(), numbers.end());
            }
            terms_.variables.push_back(std::move(variable));
        }
        return true;
    }

    // From here on terms and offset have a row for each pattern, where there are patterns.
    void set_patterns() {
        CovariatePatterns patterns =
            covariate_patterns(terms_, {input_.offset.data(), static_cast<std::size_t>(input_.offset.size())});
        if (patterns.of_record.empty()) return;
        terms_ = at_records(terms_, patterns.example);
        if (input_.offset.size()) input_.offset = input_.offset(patterns.example).eval();
        input_.pattern = std::move(patterns.of_record);
    }

    bool find_reference(const PlannedVariable& planned, ModelVariable& variable) {
        if (planned.reference.empty() || variable.levels.empty()) return true;
        const auto found = std::find(variable.levels.begin(), variable.levels.end(), planned.reference);
        if (found == variable.levels.end()) {
            faults_.error(planned.place, "unknown-category",
                          fmt::format("model '{}': '{}' has no record in the reference category '{}'", plan_.domain.id,
                                      planned.name, planned.reference),
                          suggestion(planned.reference, variable.levels));
            return false;
        }
        variable.reference = static_cast<std::size_t>(found - variable.levels.begin());
        return true;
    }

    void collect_notices() {
        notices_ = model_.notices;
        for (const std::string& notice : model_.notices)
            faults_.warning(plan_.domain.place, "model-notice", fmt::format("model '{}': {}", plan_.domain.id, notice),
                            "the same words stand beside its coefficients in models.csv");
        for (std::string& notice : missing_notice(records_.missing_share)) notices_.push_back(std::move(notice));
        if (not_positive_ > 0) notices_.push_back(fmt::format("{} exposures that are not positive", not_positive_));
    }

    void write(const std::string& part, const std::string& term, const TestResult& result, bool ratio,
               const std::string& notices) {
        const auto power = [&](double value) { return ratio ? std::exp(value) : none; };
        table_.add_row({plan_.domain.id, part, term, result.test, notices},
                       {result.estimate, result.se, result.statistic, result.df1, result.df2, result.p, result.lower,
                        result.upper, power(result.estimate), power(result.lower), power(result.upper), model_.n});
    }

    void write_number(const std::string& term, double value, double se = none) {
        TestResult result = no_result("", "");
        result.estimate = value;
        result.se = se;
        write("fit", term, result, false, joined(notices_));
    }

    void write_fit() {
        write_number("records", model_.n);
        write_number("missing_share", records_.missing_share);
        write_number("df", model_.df);
        write_number("rank", static_cast<double>(model_.rank()));
        write_number("iterations", model_.iterations);
        write_number("deviance", model_.deviance);
        write_number("dispersion", model_.dispersion);
        if (plan_.family.family == Family::negative_binomial) write_number("theta", model_.theta, model_.theta_se);
    }

    void write_coefficient(std::size_t j) {
        const Coefficient c = coefficient_of(model_, j, level_);
        const bool ratio =
            plan_.family.link == Link::log || plan_.family.link == Link::logit || plan_.family.link == Link::cloglog;
        std::vector<std::string> notices = notices_;
        if (model_.state[j] == CoefficientState::aliased && model_.rank() > 0)
            notices.insert(notices.begin(), "aliased: depends on earlier columns");
        if (model_.state[j] == CoefficientState::infinite) notices.insert(notices.begin(), "no finite estimate");
        if (std::isfinite(c.estimate) && !(c.df > 0)) notices.insert(notices.begin(), "no degrees of freedom");
        const double df1 = std::isfinite(c.t) ? 1 : none;
        write("coefficient", matrix_.names[j], {"t", c.estimate, c.se, c.t, df1, c.df, c.p, c.lower, c.upper, {}},
              ratio, joined(notices));
    }

    void write_test(const PlannedTest& test) {
        std::vector<std::size_t> columns;
        std::string name;
        for (const std::size_t term : test.terms) {
            name += (name.empty() ? "" : " + ") + term_name(terms_, terms_.terms[term]);
            for (std::size_t j = 0; j < matrix_.term.size(); ++j)
                if (matrix_.term[j] == term) columns.push_back(j);
        }
        const TestResult result = test_coefficients(records_.sample, input_, model_, columns, test.kind);
        write("test", name, result, false, joined(result.notices));
    }

    // The values of one variable of a margin, with their names.
    std::vector<std::pair<std::string, double>> settings(std::size_t variable, const std::vector<double>& at) const {
        const ModelVariable& v = terms_.variables[variable];
        std::vector<std::pair<std::string, double>> result;
        for (std::size_t level = 0; v.factor && level < v.levels.size(); ++level)
            result.emplace_back(v.name + "=" + v.levels[level], static_cast<double>(level));
        for (const double value : at) result.emplace_back(v.name + "=" + shortest(value), value);
        return result;
    }

    void write_margins(const PlannedMargin& margin) {
        std::vector<std::string> names = {""};
        std::vector<std::vector<FixedValue>> fixed = {{}};
        for (std::size_t v = 0; v < margin.variables.size(); ++v) {
            std::vector<std::string> more_names;
            std::vector<std::vector<FixedValue>> more;
            for (std::size_t i = 0; i < names.size(); ++i)
                for (const auto& [name, value] : settings(margin.variables[v], margin.at[v])) {
                    more_names.push_back(names[i] + (v ? ";" : "") + name);
                    more.push_back(fixed[i]);
                    more.back().emplace_back(margin.variables[v], value);
                }
            names = std::move(more_names);
            fixed = std::move(more);
        }
        std::vector<Eigen::MatrixXd> matrices;
        for (const auto& values : fixed) matrices.push_back(model_matrix(terms_, values).columns);
        if (!model_.converged || matrices.empty()) return;
        const Margins result = predictive_margins(records_.sample, input_, model_, matrices, plan_.margin_variance);
        for (std::size_t i = 0; i < names.size(); ++i)
            write_margin("margin", names[i], Eigen::RowVectorXd::Unit(result.values.size(), at(i)), result);
        for (std::size_t i = 1; i < names.size(); ++i)
            write_margin("margin_difference", names[i] + " - " + names[0],
                         Eigen::RowVectorXd::Unit(result.values.size(), at(i)) -
                             Eigen::RowVectorXd::Unit(result.values.size(), 0),
                         result);
    }

    static Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

    void write_margin(const std::string& part, const std::string& name, const Eigen::RowVectorXd& contrast,
                      const Margins& margins) {
        const double value = contrast.dot(margins.values),
                     variance = contrast * margins.covariance * contrast.transpose();
        TestResult result = no_result("t", "");
        result.estimate = value;
        result.df2 = model_.df;
        if (variance >= 0 && std::isfinite(variance)) result.se = std::sqrt(variance);
        if (result.se > 0 && model_.df > 0) {
            const double reach = t_quantile(1 - (1 - level_) / 2, model_.df) * result.se;
            result.lower = value - reach;
            result.upper = value + reach;
        }
        write(part, name, result, false, joined(model_.notices));
    }

    const SurveyData& data_;
    const ModelPlan& plan_;
    double level_;
    ResultRows& table_;
    Diagnostics& faults_;
    std::size_t not_positive_ = 0;
    CompleteRecords records_;
    RegressionInput input_;
    ModelTerms terms_;
    ModelMatrix matrix_;
    Regression model_;
    std::vector<std::string> notices_;
};

}  // namespace

Table run_models(const SurveyData& data, const std::vector<ModelPlan>& plans, double level, Diagnostics& faults) {
    ResultRows table({"model", "part", "term", "test", "estimate", "se", "statistic", "df1", "df2", "p", "lower",
                      "upper", "exp_estimate", "exp_lower", "exp_upper", "n", "notices"},
                     {"model", "part", "term", "test", "notices"});
    for (const ModelPlan& plan : plans) ModelRun(data, plan, level, table, faults).run();
    return table.finish();
}

}  // namespace cifra
