// How many interviews a target of precision needs, and what precision a number of interviews gives.
//
// A target is about a mean μ (a proportion, a rate, a share among incidents) or about the change of one between two
// waves. Both are brought to one form, the relative variance r of one observation about the value θ to be estimated:
//
//     level     θ = μ          r = S²(μ)/μ²
//     change    θ = |μ1 − μ2|  r = [S²(μ1) + S²(μ2) − 2 P ρ S(μ1) S(μ2)]/θ²        (Cochran 1977, sec. 12.11)
//
//     cv² = deff r/n (N − n)/(N − 1)        n completed units (of each wave), N units of the population; a change has
//                                           no such correction: two waves are two populations
//     n0 = deff r/cv²;  n = n0/(1 + (n0 − 1)/N)                                     (Cochran 1977, sec. 4.4 to 4.7)
//     contacted = n/(units_per_person response), issued = contacted/(contact eligibility)
//
// P is the share of a wave's units that are in the other one, ρ their correlation over time. What is required becomes a
// CV: relative error e at level 1 − α: e/z; margin (half the width of the interval) e: e/(z θ); power of the two-sided
// test of no change: 1/(z + z_power), z and z_power the normal quantiles at 1 − α/2 and at the power. The variance is
// the one at the alternative; the other tail of the test is left out, as usual.
//
// Intervals of a rare proportion are not symmetric, and their half width under n_s = n0/deff interviews of a simple
// random sample at p = μ, q = 1 − p is
//     wilson    z √(pq/n_s + z²/(4 n_s²))/(1 + z²/n_s)                              (Wilson 1927)
//     logit     half of expit(logit p + z s) − expit(logit p − z s), s² = 1/(n_s pq)
// Both are solved for n_s in closed form (Valliant, Dever, Kreuter 2018, sec. 3.2, gives them for programs).
//
// The least detectable change at n is the θ > 0 on the side of μ2 with θ/SE(θ) = z + z_power, SE taken at that θ.
//
// Rounding rule: the next integer above, once, at the very end; a number within 1e-9 (relative) of an integer counts as
// that integer, so 39 800.000000000004 gives 39 800. Each size is rounded from its exact value.
// Oracle: tests/oracle/sampling_precision.R (root finding on the variances themselves; power.prop.test, power.t.test).
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace cifra {

struct FieldworkRates {
    double eligibility = 1;  // share of issued units that hold an eligible person, (0, 1]
    double contact = 1;      // share of eligible units that are contacted, (0, 1]
    double response = 1;     // share of contacted units that complete, (0, 1]
};

// S²(μ) = constant + linear μ + quadratic μ², for lowest < μ <= highest.
struct VarianceFunction {
    double constant = 0, linear = 0, quadratic = 0;
    double lowest = 0, highest = std::numeric_limits<double>::infinity();
    double at(double mean) const { return constant + mean * (linear + quadratic * mean); }
    bool operator==(const VarianceFunction&) const = default;
};

VarianceFunction proportion_variance();  // μ(1 − μ)
// Incidents per person where victims suffer `mean_count` (>= 1) on average, with CV `count_cv` among them:
// m(1 + k²) μ − μ². μ/mean_count is the share of victims.
VarianceFunction count_variance(double mean_count, double count_cv);
// μ + κμ²: the negative binomial with dispersion κ >= 0; 0 is Poisson (Hilbe 2011, sec. 8.2).
VarianceFunction negative_binomial_variance(double dispersion);
VarianceFunction constant_variance(double standard_deviation);  // any mean

enum class Requirement { cv, margin, relative_error, power, issued };
enum class MarginMethod { wald, wilson, logit };

struct Change {
    double mean2 = 0;  // of the later wave; the side on which change is looked for
    double overlap = 0, correlation = 0;
    double power = 0.80;  // of the least detectable change
};

struct PrecisionTarget {
    VarianceFunction variance = proportion_variance();
    double mean = 0.5;             // μ, of the first wave for a change
    std::optional<Change> change;  // absent: the level
    Requirement requirement = Requirement::cv;
    double required = 0.1;
    MarginMethod interval = MarginMethod::wald;  // of the margin of a proportion
    double confidence = 0.95;                    // 1 − α
    double deff = 1;
    std::optional<double> population;  // N, units counted by n; absent: infinite
    double units_per_person = 1;       // incidents per person for a share among incidents
    FieldworkRates rates;
};

struct SampleSize {
    // Before rounding; `completed` counts units: incidents for a share among them.
    double completed = 0, contacted = 0, issued = 0;
    std::uint64_t completed_rounded = 0, contacted_rounded = 0, issued_rounded = 0;
};

// Of each wave for a change. Throws std::invalid_argument when a parameter lies outside its range. A required `issued`
// is taken as it is, and what it completes is rounded down.
SampleSize sample_size(const PrecisionTarget& target);

struct Precision {
    double cv = 0;
    double margin = 0;             // half the width of the target's interval at its confidence
    double power = 0;              // to see the target's change; NaN for a level
    double detectable_change = 0;  // NaN for a level, and where no change is large enough
};

// What `issued` units give under the target's deff, rates and population (its requirement is not used).
Precision expected_precision(const PrecisionTarget& target, double issued);

// Kish 1965, sec. 8.2: 1 + (take − 1) icc, times Kish 1992: 1 + weight_cv²; take = interviews per PSU.
double design_effect(double take, double icc, double weight_cv);

// deff = (within + (take − 1) between)(1 + weight_cv²): a statistic's design effect as a function of the take. For a
// mean over persons within = 1, between = icc. For a share among incidents, of which a person has λ on average and a
// victim m with CV k, where two incidents of a victim correlate by v and those of different persons of a PSU by icc:
//     within = 1 + (m(1 + k²) − 1) v,   between = λ icc
// (the variance of the linearized ratio, PSU by PSU; tests/sampling/precision_test.cpp enumerates it).
struct TakeEffect {
    double within = 1, between = 0;
    double weight_cv = 0;
    double at(double take) const { return (within + (take - 1) * between) * (1 + weight_cv * weight_cv); }
};

TakeEffect incident_take_effect(double icc, double incidents_per_person, double mean_count, double count_cv,
                                double victim_icc);

std::uint64_t round_up(double value);
double normal_quantile(double probability);

}  // namespace cifra
