// Small areas: the area-level model of Fay and Herriot 1979 (JASA 74: 269-277).
//
//   y_i = theta_i + e_i, V(e_i) = psi_i known;  theta_i = x_i'b + v_i, V(v_i) = A.
//
// EBLUP: theta_i = g_i y_i + (1 - g_i) x_i'b, g_i = A / (A + psi_i), b by weighted least squares with 1 / (A + psi_i).
// A >= 0 is the maximum of the likelihood, searched over its whole range and refined by Fisher scoring to 1e-13:
//   reml      restricted likelihood: score -tr(P)/2 + y'PPy/2, information tr(PP)/2 (Rao and Molina 2015, section 6.1)
//   ml        profile likelihood: score -tr(V^-1)/2 + y'PPy/2, information tr(V^-2)/2
//   adjusted  A times the restricted likelihood, never 0 (Li and Lahiri 2010, J. Multivariate Analysis 101: 882-892)
// MSE (Prasad and Rao 1990; Datta and Lahiri 2000, Statistica Sinica 10: 613-627):
//   g1 + g2 + 2 g3 - bias(A) (psi/(A + psi))^2,  g1 = A psi/(A + psi),  g2 = (1 - g)^2 x'(X'V^-1X)^-1 x,
//   g3 = psi^2/(A + psi)^3 * 2/sum (A + psi)^-2;  bias: reml 0; ml -tr[(X'V^-1X)^-1 X'V^-2X]/tr V^-2;
//   adjusted 2/(A tr V^-2). Where that is not positive the last term is left out, with a notice.
// An area without a direct estimate: x'b, MSE A + x'(X'V^-1X)^-1 x.
//
// Transformations, for which direct estimates and variances are moved by the delta method (arcsin with `effective_n`:
// psi = 1/(4 n*), which has no trouble with zeros):
//   log     back: exp(t + s/2), MSE estimate^2 mse(t)
//   arcsin  theta = asin sqrt p; back: E sin^2 Z = (1 - exp(-2 s) cos 2t)/2, Z normal(t, s), MSE sin^2(2t) mse(t)
// with t the EBLUP on the transformed scale and s = g1 (A without a direct estimate), the variance of theta given the
// data: the bias of a plain back-transformation is so corrected (Slud and Maiti 2006, JRSS B 68: 239-257, for log).
//
// psi must be positive: a zero from a sample without events would get the whole weight. `zero_variance` says what then:
// fail (default); synthetic: as if there were no direct estimate; smooth: psi by log psi = a + b log n over the areas
// with psi > 0, times sum psi / sum fitted (Hidiroglou, Beaumont and Yung 2019, Survey Methodology 45: 101-126).
//
// Complexity O(areas * columns^2) a step. Oracle: R, likelihoods maximized by uniroot on dense matrices, 1e-7
// (tests/oracle/estimation_small_area.R); closed form for equal psi; simulation of the MSE.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

enum class SmallAreaMethod { reml, ml, adjusted };
enum class AreaTransformation { none, log, arcsin };
enum class ZeroVariance { fail, synthetic, smooth };
enum class BenchmarkMethod { ratio, difference };
const std::vector<std::string>& small_area_method_names();
const std::vector<std::string>& area_transformation_names();
const std::vector<std::string>& zero_variance_names();

struct Area {
    std::string name;
    double direct = std::numeric_limits<double>::quiet_NaN();  // NaN: not in the sample
    double variance = direct;
    std::vector<double> x;        // with a 1 for the intercept, if there is one
    double n = direct;            // sample size, for smoothing
    double effective_n = direct;  // for arcsin
    double weight = 1;            // in the benchmark
};

// The areas' figures are moved so that sum weight * estimate = target: ratio multiplies all, difference adds the same
// to all. `mean`: weights are shares, scaled to sum 1.
struct Benchmark {
    double target = 0;
    BenchmarkMethod method = BenchmarkMethod::ratio;
    bool mean = true;
};

struct SmallAreaOptions {
    SmallAreaMethod method = SmallAreaMethod::reml;
    AreaTransformation transformation = AreaTransformation::none;
    ZeroVariance zero_variance = ZeroVariance::fail;
    bool smooth_all = false;  // under `smooth`: every psi, not the zeros alone
    std::optional<Benchmark> benchmark;
};

// On the scale of the data, but synthetic, shrinkage, residual and variance_used, which are the model's.
struct AreaEstimate {
    double estimate, mse;
    double shrinkage;      // g: weight of the direct estimate
    double synthetic;      // x'b
    double residual;       // (y - x'b) / sqrt(A + psi)
    double variance_used;  // psi
    double benchmarked;    // NaN without a benchmark
    std::vector<std::string> notices;
};

struct SmallAreaFit {
    double model_variance = 0, model_variance_error = 0;  // A; sqrt(2 / sum (A + psi)^-2)
    std::vector<double> coefficients, errors;
    double log_likelihood = 0;  // the one maximized, without its constant
    std::size_t sampled = 0;
    std::vector<AreaEstimate> areas;  // as given
    std::vector<std::string> notices;
};

// Refusal: no more sampled areas than columns, collinear columns, x missing, a zero variance under `fail`, proportions
// outside [0, 1] or logs of what is not positive in `arcsin` and `log`, a benchmark that cannot be attained.
SmallAreaFit fit_small_areas(const std::vector<Area>& areas, const SmallAreaOptions& options);

// psi by the regression above; areas with psi > 0 keep theirs unless `all`. Refusal: fewer than three areas to fit, or
// n missing or not positive where needed.
std::vector<double> smoothed_variances(const std::vector<Area>& areas, bool all);

}  // namespace cifra
