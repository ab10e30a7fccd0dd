#include "estimation/pass/warehouse_calibration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/summation.h"
#include "engine/warehouse/answer.h"
#include "estimation/pass/warehouse_margins.h"
#include "estimation/weighting/calibration_margins.h"
#include "estimation/weighting/calibration_newton.h"

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

std::string counted(const std::string& condition) { return fmt::format("toFloat64(countIf({}))", condition); }

class Calibrator {
public:
    Calibrator(const CalibrationPlan& plan, const SurveyData& prototype, WarehouseRows& rows, Diagnostics& faults)
        : plan_(plan), prototype_(prototype), rows_(rows), faults_(faults) {}

    WarehouseCalibration run() {
        refuse_what_needs_rows();
        if (!faults_.has_errors()) compile();
        if (!faults_.has_errors()) read_groups();
        if (!faults_.has_errors()) add_controls();
        if (faults_.has_errors()) return {};
        try {
            if (!plan_.base) set_weight(crossed_margins_suffice() ? lambda_of_groups() : lambda_of_queries());
            finish();
        } catch (const Refusal& refusal) {
            throw Refusal(fmt::format("{}:{}: {}", plan_.where.file, plan_.where.line, refusal.what()));
        }
        rows_.auxiliaries = std::move(x_);
        return std::move(result_);
    }

private:
    void refuse_what_needs_rows() {
        const auto refuse = [&](bool asked, const char* what) {
            if (asked)
                faults_.error(plan_.where, "not-in-warehouse",
                              fmt::format("a calibration with {} cannot be done by a server", what),
                              "leave it out, or write the table to a file and name it under 'file'");
        };
        refuse(plan_.options.method == CalibrationMethod::sinh, "'method: sinh'");
        refuse(static_cast<bool>(plan_.controls_variance), "'controls_variance'");
        refuse(plan_.options.bounds_on_weight, "'bounds_on: weight'");
        refuse(plan_.options.proportional_fitting, "'algorithm: fitting'");
        refuse(plan_.sequential, "'residuals: sequential'");
        refuse(plan_.trimming.has_value(), "'trimming'");
        if (prototype_.hierarchy.find(plan_.level) == no_level)
            faults_.error(plan_.where, "unknown-level", fmt::format("there is no level '{}'", plan_.level),
                          suggestion(plan_.level, prototype_.hierarchy.names()));
    }

    // ---- expressions

    std::string compiled(const std::string& text, const Location& where) {
        const auto expression = parse_expression(text, where, schema_of(rows_.source), faults_, Type::number);
        const auto sql = expression ? sql_of(*expression, rows_.source, where, faults_) : std::nullopt;
        return sql ? sql_or_nan(*sql) : "nan";
    }
    std::string compiled(const YamlValue& value, const char* what) {
        return compiled(text_of(value, faults_, what), value.where);
    }

    // As in memory: a column that is only named is the total of a number if it is one.
    bool is_number(const ControlPlan& control) const {
        if (control.number || control.told || control.variables.size() != 1) return control.number;
        const Hierarchy& levels = prototype_.hierarchy;
        return levels.knows(0, control.name) && levels.column(0, control.name).is_number();
    }

    void compile() {
        x_.base = plan_.base ? compiled(*plan_.base, "the base weight") : sql_or_nan(rows_.weight);
        if (plan_.variance) x_.variance = compiled(*plan_.variance, "the variance of the model");
        positive_ = fmt::format("greater({}, 0.)", x_.base);
        for (const ControlPlan& control : plan_.controls) {
            if (is_number(control)) {
                numbers_.push_back(compiled(control.name, control.where));
                continue;
            }
            check_variables(prototype_, 0, control.variables, control.where, faults_);
            for (const std::string& name : control.variables)
                if (std::find(variables_.begin(), variables_.end(), name) == variables_.end())
                    variables_.push_back(name);
        }
        if (!faults_.has_errors()) keys_ = warehouse_keys(rows_, prototype_.hierarchy, variables_, faults_);
    }

    // ---- the categories of all margins crossed

    std::string bad_base() const {
        return fmt::format("equals(or(and(greater({0}, 0.), isFinite({0})), and(equals({0}, 0.), equals({1}, 0.))), 0)",
                           x_.base, rows_.weight.value);
    }
    std::string bad_variance() const {
        return fmt::format("and({0}, equals(and(greater({1}, 0.), isFinite({1})), 0))", positive_, x_.variance);
    }

    // What a change of the table would change.
    void identify_rows() {
        std::vector<std::string> values = {rows_.weight.value, x_.base};
        if (!x_.variance.empty()) values.push_back(x_.variance);
        values.insert(values.end(), numbers_.begin(), numbers_.end());
        for (const SqlOutput& key : keys_) values.push_back(key.value);
        rows_.identity = fmt::format("{}", fmt::join(values, ", "));
    }

    void read_groups() {
        identify_rows();
        rows_.checksum = checksum_of(rows_);
        std::vector<SqlOutput> outputs = keys_;
        const auto add = [&](std::string sql) { outputs.push_back({"", std::move(sql)}); };
        add(counted(positive_));
        add(fmt::format("sumIf({}, {})", x_.base, positive_));
        add(counted(bad_weight(rows_)));
        add(plan_.base ? counted(bad_base()) : "any(0.)");
        add(plan_.variance ? counted(bad_variance()) : "any(0.)");
        for (const std::string& number : numbers_) {
            add(counted(fmt::format("and({}, equals(isFinite({}), 0))", positive_, number)));
            add(fmt::format("sumIf(multiply({}, abs({})), {})", x_.base, number, positive_));
        }
        groups_ = answer_of(rows_, outputs, from_rows(rows_, {}) + grouped_by(outputs, keys_.size()), keys_.size());
        refuse_rows();
    }

    const Column& of_groups(std::size_t k) const { return groups_.column(keys_.size() + k); }
    double total_of(std::size_t k) const {
        CompensatedSum sum;
        for (const double number : of_groups(k).numbers()) sum.add(number);
        return sum.value();
    }

    void refuse_rows() {
        refuse_bad_weights(rows_, total_of(bad_weights), faults_);
        if (faults_.has_errors()) return;
        refuse_rows("the base weight", total_of(bad_bases));
        refuse_rows("the variance of the model", total_of(bad_variances));
        if (groups_.rows() == 0 || total_of(positives) == 0)
            faults_.error(rows_.client.where(), "no-rows", "no row of the table has a weight to calibrate",
                          "see the table, its weight, and 'where' of the level");
    }

    void refuse_rows(const std::string& what, double count) {
        if (count > 0)
            faults_.error({to_text(rows_.client.address()), 0, 0}, "bad-auxiliary",
                          fmt::format("calibration: {} is missing or out of range in {} rows", what, count),
                          "fill it in, or give the rows weight 0 if they are not of the sample to calibrate");
    }

    // ---- controls

    void add_controls() {
        std::size_t number = 0;
        for (const ControlPlan& control : plan_.controls) {
            if (is_number(control))
                add_number(control, number++);
            else
                add_margin(control);
        }
        check_margins(plan_, faults_);
    }

    void add_number(const ControlPlan& control, std::size_t number) {
        refuse_rows(fmt::format("'{}'", control.name), total_of(first_number + 2 * number));
        names_.push_back(control.name);
        totals_.push_back(control.told ? control.totals.at(0) : std::numeric_limits<double>::quiet_NaN());
        sizes_.push_back(total_of(first_number + 2 * number + 1));
        x_.add({.value = numbers_[number], .categories = {}, .margin = false}, 1);
        names_of_controls_.add({{control.name}, {totals_.back()}, {}, {0.0}});
    }

    void add_margin(const ControlPlan& control) {
        std::vector<std::size_t> variables;
        for (const std::string& name : control.variables)
            variables.push_back(
                static_cast<std::size_t>(std::find(variables_.begin(), variables_.end(), name) - variables_.begin()));
        CrossedMargin margin(keys_, groups_, variables, of_groups(positives));
        refuse_rows(fmt::format("'{}'", control.name), margin.rows_without_category());
        MarginColumns columns = margin_columns(control, margin.sampled(), faults_);
        margin.number_categories(columns.place);
        std::vector<double> sizes(columns.place.size(), 0);
        for (std::size_t group = 0; group < groups_.rows(); ++group)
            if (const std::uint32_t j = margin.category()[group]; j != no_category)
                sizes[j] += of_groups(weights).number(group);
        names_.insert(names_.end(), columns.control.names.begin(), columns.control.names.end());
        totals_.insert(totals_.end(), columns.control.totals.begin(), columns.control.totals.end());
        sizes_.insert(sizes_.end(), sizes.begin(), sizes.end());
        x_.add({.value = margin.sql(), .categories = margin.literals(), .margin = true}, columns.place.size());
        names_of_controls_.add(columns.control);
        columns.control.category = margin.category();
        of_groups_.add(std::move(columns.control));
    }

    // ---- λ

    bool crossed_margins_suffice() const { return numbers_.empty() && x_.variance.empty(); }

    Eigen::VectorXd lambda_of_groups() {
        std::vector<double> d;
        for (const double sum : of_groups(weights).numbers()) d.push_back(sum);
        const Calibrated calibrated = calibrate(d, of_groups_, {}, plan_.options);
        note_redundant(calibrated.redundant);
        if (plan_.options.method != CalibrationMethod::poststratification)
            return Eigen::Map<const Eigen::VectorXd>(calibrated.lambda.data(), at(calibrated.lambda.size()));
        Eigen::VectorXd factors = Eigen::VectorXd::Ones(at(x_.columns));
        for (std::size_t group = 0; group < d.size(); ++group)
            of_groups_.for_each(group,
                                [&](std::size_t, std::size_t j, double) { factors(at(j)) = calibrated.g[group]; });
        return factors;
    }

    Eigen::VectorXd totals() const { return Eigen::Map<const Eigen::VectorXd>(totals_.data(), at(totals_.size())); }
    Eigen::VectorXd scales() const {
        return control_scales(Eigen::Map<const Eigen::VectorXd>(sizes_.data(), at(sizes_.size())), totals(),
                              plan_.options);
    }

    Eigen::VectorXd lambda_of_queries() {
        CalibrationEquations equations{[&](const Eigen::VectorXd& lambda) {
                                           const std::string u = sql_predictor(x_, lambda);
                                           return sums_of(sql_factor(plan_.options, u), sql_slope(plan_.options, u));
                                       },
                                       totals(),
                                       scales(),
                                       {}};
        if (plan_.options.method == CalibrationMethod::truncated)
            equations.unit_products = sums_of("1.", "1.").products;
        const CalibrationRoot root = solve_equations(equations, Eigen::VectorXd::Zero(at(x_.columns)),
                                                     plan_.options.tolerance, plan_.options.iterations);
        if (!(root.deviation <= plan_.options.tolerance)) refuse_unmet(root.reached);
        note_redundant(root.redundant);
        return root.lambda;
    }

    void note_redundant(const std::vector<std::size_t>& redundant) {
        const std::string redundancy = redundancy_notice(names_of_controls_, redundant);
        if (!redundancy.empty()) result_.notices.push_back(redundancy);
    }

    [[noreturn]] void refuse_unmet(const Eigen::VectorXd& reached) const {
        const Eigen::VectorXd total = totals(), deviation = (reached - total).cwiseAbs().cwiseQuotient(scales());
        std::string text;
        for (std::size_t j = 0; j < names_.size(); ++j)
            if (!(deviation(at(j)) <= plan_.options.tolerance))
                text += fmt::format("{}{} reaches {:.10g} of {:.10g}", text.empty() ? "" : ", ", names_[j],
                                    reached(at(j)), total(at(j)));
        throw Refusal("calibration: controls that are not met [calibration-not-met]: " + text);
    }

    // Σ d F x and Σ d F' x x'/q.
    CalibrationSums sums_of(const std::string& factor, const std::string& slope) const {
        const auto times = [](const std::string& a, const std::string& b) {
            return fmt::format("multiply({}, {})", a, b);
        };
        std::vector<SqlOutput> outputs = category_keys(x_);
        const std::size_t keys = outputs.size();
        for (std::string& sum : linear_sums(x_, times(x_.base, factor), "1")) outputs.push_back({"", std::move(sum)});
        const std::size_t squares = outputs.size();
        for (std::string& sum : square_sums(x_, times(over_variance(x_, x_.base), slope), "1"))
            outputs.push_back({"", std::move(sum)});
        const Table answer = answer_of(rows_, outputs, from_rows(rows_, {positive_}) + grouped_by(outputs, keys), keys);
        return {linear_total(x_, answer, 0, keys), square_total(x_, answer, 0, squares)};
    }

    void set_weight(const Eigen::VectorXd& lambda) {
        rows_.weight = {Type::number,
                        fmt::format("if({}, multiply({}, {}), 0.)", positive_, x_.base,
                                    sql_factor(plan_.options, sql_predictor(x_, lambda))),
                        "0"};
    }

    // ---- what the pass needs

    void finish() {
        const std::string used = fmt::format("notEquals({}, 0.)", rows_.weight.value);
        std::vector<SqlOutput> outputs = category_keys(x_);
        const std::size_t keys = outputs.size();
        outputs.push_back({"", counted(fmt::format("less({}, 0.)", rows_.weight.value))});
        for (std::string& sum : linear_sums(x_, rows_.weight.value, used)) outputs.push_back({"", std::move(sum)});
        const std::size_t squares = outputs.size();
        for (std::string& sum : square_sums(x_, over_variance(x_, x_.base), used))
            outputs.push_back({"", std::move(sum)});
        const Table answer = answer_of(rows_, outputs, from_rows(rows_, {positive_}) + grouped_by(outputs, keys), keys);
        double negative = 0;
        for (const double count : answer.column(keys).numbers()) negative += count;
        if (negative > 0)
            faults_.error(plan_.where, "negative-weights",
                          fmt::format("the calibrated weight is negative in {} rows of '{}'", negative, plan_.level),
                          "choose 'method: raking', 'logit' or 'truncated' with bounds, or fewer controls");
        result_.residuals.level = 0;
        result_.residuals.inverse = inverse_of_products(square_total(x_, answer, 0, squares));
        if (plan_.base) note_deviation(linear_total(x_, answer, 0, keys + 1));
    }

    void note_deviation(const Eigen::VectorXd& reached) {
        const Eigen::VectorXd deviations = (reached - totals()).array().abs() / scales().array();
        double largest = 0;
        for (const double deviation : deviations) largest = std::max(largest, deviation);
        if (largest > 1e-6)
            result_.notices.push_back(fmt::format(
                "the weights given as calibrated: the controls are missed by up to {:.2g} of their totals", largest));
    }

    // Sums of a group, behind its keys.
    static constexpr std::size_t positives = 0, weights = 1, bad_weights = 2, bad_bases = 3, bad_variances = 4,
                                 first_number = 5;

    const CalibrationPlan& plan_;
    const SurveyData& prototype_;
    WarehouseRows& rows_;
    Diagnostics& faults_;
    WarehouseAuxiliaries x_;
    std::string positive_;                // the base weight is
    std::vector<std::string> variables_;  // of all margins
    std::vector<SqlOutput> keys_;         // of these
    std::vector<std::string> numbers_;    // Float64, by total of a number
    Table groups_;
    Controls of_groups_;              // the margins, of each group
    Controls names_of_controls_;      // no rows
    std::vector<std::string> names_;  // by column of x
    std::vector<double> totals_, sizes_;
    WarehouseCalibration result_;
};

}  // namespace

WarehouseCalibration calibrate_warehouse(const CalibrationPlan& plan, const SurveyData& prototype, WarehouseRows& rows,
                                         Diagnostics& faults) {
    return Calibrator(plan, prototype, rows, faults).run();
}

}  // namespace cifra
