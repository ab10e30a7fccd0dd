#include "estimation/pass/warehouse_auxiliaries.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "engine/summation.h"
#include "engine/warehouse/sql.h"

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

std::string times(const std::string& a, const std::string& b) { return fmt::format("multiply({}, {})", a, b); }

// A number by category, `otherwise` where a row has none of them.
std::string looked_up(const WarehouseAuxiliaries::Control& margin, const std::vector<double>& numbers,
                      double otherwise) {
    if (numbers.empty()) return sql_number(otherwise);
    std::vector<std::string> literals;
    for (const double number : numbers) literals.push_back(sql_number(number));
    return fmt::format("toFloat64(transform({}, [{}], [{}], {}))", margin.value, fmt::join(margin.categories, ", "),
                       fmt::join(literals, ", "), sql_number(otherwise));
}

std::vector<std::string> number_values(const WarehouseAuxiliaries& x) {
    std::vector<std::string> values;
    for (const WarehouseAuxiliaries::Control& control : x.controls)
        if (!control.margin) values.push_back(control.value);
    return values;
}

std::string cut(const std::string& u, double lower, double upper) {
    std::string text = u;
    if (std::isfinite(lower)) text = fmt::format("greatest({}, {})", text, sql_number(lower));
    if (std::isfinite(upper)) text = fmt::format("least({}, {})", text, sql_number(upper));
    return text;
}

// The logit as a logistic curve between its bounds: a u + b, of which share is 1 / (1 + exp(-(a u + b))).
struct Logistic {
    explicit Logistic(const CalibrationOptions& options)
        : low(options.lower),
          width(options.upper - options.lower),
          slope(width / ((1 - options.lower) * (options.upper - 1))),
          start(std::log((1 - options.lower) / (options.upper - 1))) {}
    std::string odds(const std::string& u) const {
        return fmt::format("plus({}, {})", times(sql_number(slope), u), sql_number(start));
    }
    std::string share(const std::string& u) const {
        return fmt::format("divide(1., plus(1., exp(minus(0., {}))))", odds(u));
    }
    double low, width, slope, start;
};

}  // namespace

void WarehouseAuxiliaries::add(Control control, std::size_t its_columns) {
    control.first = columns;
    columns += its_columns;
    controls.push_back(std::move(control));
}

std::size_t WarehouseAuxiliaries::numbers() const {
    return static_cast<std::size_t>(
        std::count_if(controls.begin(), controls.end(), [](const Control& control) { return !control.margin; }));
}

std::string over_variance(const WarehouseAuxiliaries& x, const std::string& v) {
    return x.variance.empty() ? v : fmt::format("divide({}, {})", v, x.variance);
}

std::string sql_predictor(const WarehouseAuxiliaries& x, const Eigen::VectorXd& lambda) {
    std::string sum;
    for (const WarehouseAuxiliaries::Control& control : x.controls) {
        std::vector<double> numbers;
        for (std::size_t j = 0; j < control.categories.size(); ++j) numbers.push_back(lambda(at(control.first + j)));
        const std::string part = control.margin ? looked_up(control, numbers, 0)
                                                : times(sql_number(lambda(at(control.first))), control.value);
        sum = sum.empty() ? part : fmt::format("plus({}, {})", sum, part);
    }
    return over_variance(x, sum);
}

std::string sql_factor(const CalibrationOptions& options, const std::string& u) {
    switch (options.method) {
        case CalibrationMethod::poststratification:
            return u;
        case CalibrationMethod::raking:
            return fmt::format("exp({})", u);
        case CalibrationMethod::logit: {
            const Logistic curve(options);
            return fmt::format("plus({}, {})", sql_number(curve.low), times(sql_number(curve.width), curve.share(u)));
        }
        default:
            return cut(fmt::format("plus(1., {})", u), options.lower, options.upper);
    }
}

std::string sql_slope(const CalibrationOptions& options, const std::string& u) {
    if (options.method == CalibrationMethod::raking) return sql_factor(options, u);
    if (options.method == CalibrationMethod::logit) {
        const Logistic curve(options);
        return fmt::format("multiply({}, multiply({}, minus(1., {})))", sql_number(curve.slope * curve.width),
                           curve.share(u), curve.share(u));
    }
    if (options.method != CalibrationMethod::truncated) return "1.";
    return fmt::format("toFloat64(and(greater(plus(1., {0}), {1}), less(plus(1., {0}), {2})))", u,
                       sql_number(options.lower), sql_number(options.upper));
}

std::vector<SqlOutput> category_keys(const WarehouseAuxiliaries& x) {
    std::vector<SqlOutput> keys;
    for (const WarehouseAuxiliaries::Control& control : x.controls) {
        if (!control.margin) continue;
        std::vector<double> numbers;
        for (std::size_t j = 0; j < control.categories.size(); ++j) numbers.push_back(static_cast<double>(j));
        keys.push_back({"category", looked_up(control, numbers, -1)});
    }
    return keys;
}

std::vector<std::string> linear_sums(const WarehouseAuxiliaries& x, const std::string& v,
                                     const std::string& condition) {
    std::vector<std::string> sums = {fmt::format("sumIf({}, {})", v, condition)};
    for (const std::string& value : number_values(x))
        sums.push_back(fmt::format("sumIf({}, {})", times(v, value), condition));
    return sums;
}

std::vector<std::string> square_sums(const WarehouseAuxiliaries& x, const std::string& v,
                                     const std::string& condition) {
    std::vector<std::string> sums = linear_sums(x, v, condition);
    const std::vector<std::string> values = number_values(x);
    for (std::size_t l = 0; l < values.size(); ++l)
        for (std::size_t k = 0; k <= l; ++k)
            sums.push_back(fmt::format("sumIf({}, {})", times(times(v, values[k]), values[l]), condition));
    return sums;
}

Eigen::VectorXd linear_total(const WarehouseAuxiliaries& x, const Table& answer, std::size_t keys, std::size_t sums) {
    std::vector<CompensatedSum> totals(x.columns);
    for (std::size_t r = 0; r < answer.rows(); ++r) {
        const AuxiliaryRow row{answer, r, keys, sums};
        for_each_column(x, row, [&](std::size_t j, std::size_t k) { totals[j].add(row.sum(k)); });
    }
    Eigen::VectorXd result(at(x.columns));
    for (std::size_t j = 0; j < totals.size(); ++j) result(at(j)) = totals[j].value();
    return result;
}

Eigen::MatrixXd square_total(const WarehouseAuxiliaries& x, const Table& answer, std::size_t keys, std::size_t sums) {
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(at(x.columns), at(x.columns));
    // Of two categories the sum itself, of a category and a number that of the number, of two numbers their product.
    const auto place = [&](std::size_t a, std::size_t b) {
        const auto [k, l] = std::minmax(a, b);
        return k == 0 ? l : 1 + x.numbers() + l * (l - 1) / 2 + k - 1;
    };
    for (std::size_t r = 0; r < answer.rows(); ++r) {
        const AuxiliaryRow row{answer, r, keys, sums};
        for_each_column(x, row, [&](std::size_t i, std::size_t a) {
            for_each_column(x, row,
                            [&](std::size_t j, std::size_t b) { result(at(i), at(j)) += row.sum(place(a, b)); });
        });
    }
    return result;
}

}  // namespace cifra
