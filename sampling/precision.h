// How many interviews a target of precision needs, and what precision a number of interviews gives.
//
// Every target is brought to one form, the relative variance of the estimate:
//
//     cv² = deff · relvariance / n · (N − n)/(N − 1)          n completed units, N units in the population
//
//   proportion p                     relvariance = (1 − p)/p
//   mean count (incidence)           relvariance = (1 + k²)/p − 1     p: share of victims, k: CV of the count among
//   victims share p among incidents          as a proportion, n counted in incidents; units_per_person incidents per
//   person a relative error r at level 1−α  cv = r / z an absolute margin e             cv = e / (z · mean) mean = p,
//   or p · (mean count among victims)
//
//     n0 = deff · relvariance / cv²;   n = n0 / (1 + (n0 − 1)/N);   issued = n / (units_per_person · eligibility ·
//     response)
//
// z is the normal quantile at 1 − α/2. Sources: Cochran 1977, Sampling Techniques, 3rd ed., ch. 4;
// Kish 1965, Survey Sampling, sec. 8.2 (deff). The count form follows from Var(y)/ȳ² = E(y²)/ȳ² − 1.
//
// Change between two waves of n persons each, overlap P, correlation ρ over time in the common part, two-sided test:
//     n0 = deff (z_{1−α/2} + z_{power})² [p1 q1 + p2 q2 − 2 P ρ √(p1 q1 p2 q2)] / (p1 − p2)²
//
// Rounding rule: the next integer above, once, at the very end; a number within 1e-9 (relative) of an integer counts as
// that integer, so 39 800.000000000004 gives 39 800. Completed and issued are rounded each from the exact value.
// Oracle: the table of worked values in tests/sampling/precision_test.cpp (deff 1.6, response 0.80).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace cifra {

struct FieldworkRates {
    double eligibility = 1;  // share of issued units that hold an eligible person, (0, 1]
    double response = 1;     // share of eligible units that complete, (0, 1]
};

// The relative variance of one observation; see above. All need 0 < p < 1 (p = 1 allowed for counts).
double proportion_relvariance(double p);
double count_relvariance(double victims_share, double count_cv);

struct PrecisionTarget {
    double relvariance = 1;
    double mean = 1;           // of the variable; only an absolute margin needs it
    std::optional<double> cv;  // exactly one of the three
    std::optional<double> margin;
    std::optional<double> relative_error;
    double confidence = 0.95;  // of margin and relative error
    double deff = 1;
    std::optional<double> population;  // N, same units as n; absent: infinite
    double units_per_person = 1;       // incidents per person for a share among incidents
    FieldworkRates rates;
};

struct SampleSize {
    double cv = 0;         // the target CV that the requirement amounts to
    double completed = 0;  // interviews, before rounding
    double issued = 0;     // addresses to issue, before rounding
    std::uint64_t completed_rounded = 0;
    std::uint64_t issued_rounded = 0;
};

// Throws std::invalid_argument when a parameter lies outside its range or not exactly one requirement is given.
SampleSize sample_size(const PrecisionTarget& target);

// The CV that `issued` units give under the target's deff, rates and population (its requirement is not used).
double expected_cv(const PrecisionTarget& target, double issued);

struct ChangeTarget {
    double p1 = 0, p2 = 0;
    double alpha = 0.05, power = 0.80;
    double overlap = 0, correlation = 0;
    double deff = 1;
    FieldworkRates rates;
};

// Size of each wave.
SampleSize sample_size(const ChangeTarget& target);

// Kish's approximations: (1 + (take − 1) · icc) · (1 + weight_cv²), take = interviews per PSU.
double design_effect(double take, double icc, double weight_cv);

std::uint64_t round_up(double value);
double normal_quantile(double probability);

}  // namespace cifra
