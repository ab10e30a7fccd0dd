// Calibration of weights to known totals of the population.
//
// Finds the factors g nearest to 1 with Σ d_k g_k x_k = T, for base weights d and auxiliaries x (Deville and Särndal
// 1992, JASA 87: 376-382, section 2; Deville, Särndal and Sautory 1993 for raking):
//
//   g_k = F(x_k'λ / q_k)     linear      F(u) = 1 + u
//                            truncated   1 + u cut at [L, U]
//                            raking      exp(u)
//                            logit       [L(U-1) + U(1-L) exp(Au)] / [(U-1) + (1-L) exp(Au)],
//                                        A = (U-L) / ((1-L)(U-1)): inside (L, U)
//
// q_k is 1 or the variance of the model's error (Särndal, Swensson and Wretman 1992, result 6.5.1). λ minimizes the
// convex function Σ d q G(x'λ/q) - T'λ, G' = F, by Newton's method with step halving; redundant controls (the sums of
// two margins) are left out of the system by a pseudo-inverse. Iterative proportional fitting (Deming and Stephan 1940)
// reaches the raking solution for margins. The controls are checked afterwards. Cost: n (controls of a unit)² + p³ an
// iteration, p columns. Oracle: R survey 4.1 calibrate, rake, postStratify, trimWeights.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cifra {

inline constexpr std::uint32_t no_category = static_cast<std::uint32_t>(-1);

// A margin, with a column of x for every category, or the total of one number.
struct Control {
    std::vector<std::string> names;       // of its columns: "region=North", "income"
    std::vector<double> totals;           // of the population; NaN where it is not told
    std::vector<std::uint32_t> category;  // of each unit, no_category outside the margin; empty: a number
    std::vector<double> value;            // of each unit; empty: a margin
    bool margin() const { return value.empty(); }
};

// The auxiliaries x of all units, by control; never a matrix of units times columns.
class Controls {
public:
    void add(Control control);
    const std::vector<Control>& all() const { return controls_; }
    std::size_t columns() const { return columns_; }
    std::size_t first(std::size_t control) const { return first_[control]; }  // its first column
    std::vector<std::string> names() const;
    Eigen::VectorXd totals() const;

    // visit(control, column, x) for every x of a unit that may not be 0.
    template <class Visit>
    void for_each(std::size_t unit, const Visit& visit) const {
        for (std::size_t c = 0; c < controls_.size(); ++c) {
            const Control& control = controls_[c];
            if (!control.margin())
                visit(c, first_[c], control.value[unit]);
            else if (control.category[unit] != no_category)
                visit(c, first_[c] + control.category[unit], 1.0);
        }
    }

private:
    std::vector<Control> controls_;
    std::vector<std::size_t> first_;
    std::size_t columns_ = 0;
};

Eigen::VectorXd weighted_totals(const Controls& controls, std::span<const double> w);    // Σ w x
Eigen::MatrixXd weighted_products(const Controls& controls, std::span<const double> w);  // Σ w x x'

// Pseudo-inverse of a matrix of cross-products; `redundant` receives its rank deficiency.
Eigen::MatrixXd inverse_of_products(const Eigen::MatrixXd& products, std::size_t* redundant = nullptr);

enum class CalibrationMethod { linear, truncated, raking, logit, poststratification };

struct CalibrationOptions {
    CalibrationMethod method = CalibrationMethod::linear;
    double lower = -std::numeric_limits<double>::infinity();  // of g, for truncated and logit
    double upper = std::numeric_limits<double>::infinity();
    double tolerance = 1e-9;  // |Σ d g x - T| / max(|T|, 1e-6 Σ d |x|) allowed at the end
    std::size_t iterations = 200;
    bool proportional_fitting = false;  // raking of margins by iterative proportional fitting
    // Fitting that stops once no cell of the crossed margins changes by as much in a pass (below 1: by that share of Σ
    // d), whether the controls are met or not: the rule of R's rake().
    std::optional<double> change{};
};

struct Calibrated {
    std::vector<double> g;  // of each unit; 1 where d is 0
    std::size_t iterations = 0, redundant = 0;
    double deviation = 0;                     // the largest of the controls, relative as above
    std::vector<std::vector<double>> fitted;  // of proportional fitting: weights after each margin of the last pass
};

// `variances`: q by unit, empty for 1. Refusal naming the controls that are not met, or a base weight, auxiliary or
// variance that is no finite number of its range; std::invalid_argument where lengths differ.
Calibrated calibrate(std::span<const double> d, const Controls& controls, std::span<const double> variances,
                     const CalibrationOptions& options);

// Relative deviation of every control under weights w (d gives the scale); NaN where the total is not told.
Eigen::VectorXd control_deviations(const Controls& controls, std::span<const double> d, std::span<const double> w);

// Weights outside [lower, upper] are cut, and what is cut is spread evenly over the others; `strict` repeats it until
// none lies outside. The sum stays. Weights 0 are left alone. R survey trimWeights. Refusal where the sum cannot stay.
std::vector<double> trim_weights(std::span<const double> w, double lower, double upper, bool strict);

}  // namespace cifra
