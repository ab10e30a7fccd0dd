// Generalized variance functions: the relative variance of estimates as a function of their size, fitted over a set of
// estimates with direct variances, or taken from published parameters (Wolter 2007, chapter 7).
//
// With x the estimate (a total), v its variance, r = v / x^2:
//
//   form                  model                                fitted in
//   inverse               r = a + b/x          (7.2.1)         r, weights 1/r^2
//   inverse_square        r = a + b/x + c/x^2  (7.2.2)         r, weights 1/r^2
//   reciprocal_linear     r = 1/(a + b x)      (7.2.3)         1/r, weights r^2
//   reciprocal_quadratic  r = 1/(a + b x + c x^2)  (7.2.4)     1/r, weights r^2
//   log_log               log r = a + b log x  (7.2.5)         log r, equal weights
//   ncvs_three_parameter  v = a x^2 + b x + c x^{3/2},         r, weights 1/r^2
//                         that is r = a + b/x + c/sqrt(x): the form of the National Crime Victimization Survey
//
// The weights are those of a direct variance whose error is proportional to r; they are iterated with the fitted r,
// from the observed ones, until no fitted value moves by more than 1e-12 of itself. Where a fitted r is not positive
// the observed one weighs, and a notice says so. One model a group (family of crimes, level of area: estimates with a
// similar design effect). Estimates that are not positive or have no positive variance are left out, counted.
//
// R^2, residual standard error and standardized residuals are those of the last weighted regression (R summary.lm,
// rstandard). Oracle: R lm with the same weights iterated, 1e-7 (tests/oracle/estimation_gvf.R).
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

enum class GvfForm { inverse, inverse_square, reciprocal_linear, reciprocal_quadratic, log_log, ncvs_three_parameter };
const std::vector<std::string>& gvf_form_names();
GvfForm gvf_form_from_text(std::string_view name);  // a name of the list
std::string_view to_text(GvfForm form);
std::size_t gvf_parameters(GvfForm form);  // 2 or 3

struct GvfPoint {
    double estimate = 0, variance = 0;
    std::string group;
};

struct GvfModel {
    std::string group;
    GvfForm form = GvfForm::inverse;
    std::vector<double> coefficients;  // a, b, c; empty where no model could be fitted
    double smallest = 0, largest = std::numeric_limits<double>::infinity();  // estimates it was fitted on
    std::vector<double> errors;  // standard errors of the coefficients; empty for published parameters
    double r_squared = std::numeric_limits<double>::quiet_NaN(), sigma = r_squared;
    std::size_t points = 0;
    int iterations = 0;
    std::vector<std::string> notices;
    bool fitted() const { return !coefficients.empty(); }
};

// A point beside its model.
struct GvfResidual {
    std::optional<std::size_t> model;                      // nothing: left out
    double se = std::numeric_limits<double>::quiet_NaN();  // predicted
    double ratio = se;                                     // predicted / direct
    double standardized = se;                              // residual over its standard error; beyond 3 an outlier
    double leverage = se;
};

struct GvfFit {
    std::vector<GvfModel> models;        // groups in text order
    std::vector<GvfResidual> residuals;  // one a point
};

// A group with fewer than parameters + 1 usable points, or too few distinct sizes, has no model, with a notice.
GvfFit fit_gvf(std::span<const GvfPoint> points, GvfForm form);

// The model's relative variance at x > 0; NaN without a model.
double gvf_relvar(const GvfModel& model, double x);

struct GvfPrediction {
    double se = std::numeric_limits<double>::quiet_NaN();
    std::vector<std::string> notices;  // below the smallest or above the largest estimate fitted; negative variance
};

// The SE of a total x.
GvfPrediction predict_total(const GvfModel& model, double x);

// The SE of a proportion p whose base is the estimated total y and whose numerator is part of the base:
// relvar(p) = relvar(p y) - relvar(y) (Wolter 2007, section 7.2), which gives for ncvs_three_parameter
// sqrt(b p(1-p)/y + c p(sqrt p - p)/sqrt y); no form's a enters.
GvfPrediction predict_proportion(const GvfModel& model, double p, double base);

// The SE of a rate r per `per` units of the estimated population y: per * SE(r / per), for ncvs_three_parameter and
// 1,000: sqrt(b r(1000-r)/y + c r(sqrt(1000 r)-r)/sqrt y). A rate above `per` is not part of its base: NaN.
GvfPrediction predict_rate(const GvfModel& model, double rate, double base, double per = 1000);

}  // namespace cifra
