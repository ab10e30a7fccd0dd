// Replicate factors: by what the weight of every unit of a design is multiplied in replicate r, so that
//
//   V = sum_r c_r (theta_r - theta)(theta_r - theta)'
//
// estimates the covariance of an estimator theta that is made anew, with all its steps, under each replicate's weights.
// theta is the full-sample estimate. Methods, formulas, sources and when to use which: README.md of this folder.
//
// Nothing of size units x replicates is ever held: of(r, ...) makes the factors of one replicate, block(...) those of a
// few. They are pure functions of (plan, design, r): any order, subset and number of threads gives the same numbers.
// Random methods are keyed by (seed, method, stage, codes of stratum and PSU, r), so that a stratum more or less
// disturbs no other, and the order of the rows of a file none.
//
//   Diagnostics faults;
//   const auto declared = declare_design(sample, columns, faults);           // estimation/design.h: a table of arrays
//   const auto factors = ReplicateFactors::make({.method = ReplicationMethod::rao_wu, .count = 1000, .seed = 7},
//                                               declared.design, {}, faults);
//   std::vector<double> by_unit(factors.units());
//   for (std::size_t r = 0; r < factors.count(); ++r) {
//       factors.of(r, by_unit);
//       ... weight[row] * by_unit[declared.unit_of_row[row]] ...
//   }
//
// What was taken with certainty (fraction 1, probability 1, the design's `certainty`) has factor 1 at its stage, and
// its units of the next stage lead in its place (leading_units.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/design.h"
#include "estimation/replication/balanced_factors.h"
#include "estimation/replication/perturbed_factors.h"
#include "estimation/replication/replication_plan.h"
#include "estimation/replication/resampled_factors.h"

namespace cifra {

class ReplicateFactors {
public:
    // Faults, at `where`: replicates-two-phases, replicates-unequal (a method for equal probabilities), lonely-psu
    // (strata by name; under lonely_psu certainty or remove their factor is 1), lonely-policy (adjust, average: no
    // replicate does that), strata-under-jk1, odd-psus (BRR, Fay, JK2), order-missing (SDR), replicate-count,
    // out-of-range (fay), not-positive (generalized: joint probabilities whose form is not positive). Void after one.
    static ReplicateFactors make(const ReplicationPlan& plan, const SurveyDesign& design, const Location& where,
                                 Diagnostics& faults);

    const ReplicationPlan& plan() const { return plan_; }
    std::size_t count() const { return coefficients_.size(); }
    std::size_t units() const { return units_; }                            // of the design's last stage
    std::span<const double> coefficients() const { return coefficients_; }  // c_r
    // Of the whole sample: leading units minus their strata; pairs under BRR, Fay and JK2.
    double degrees_of_freedom() const { return df_; }
    const std::vector<std::string>& notices() const { return notices_; }

    // The factor of every unit in replicate r < count(); by_unit.size() == units(). O(units).
    void of(std::size_t r, std::span<double> by_unit) const { block(r, 1, by_unit); }

    // Replicates first .. first + size - 1, those of a unit side by side: by_unit[unit * size + (r - first)].
    void block(std::size_t first, std::size_t size, std::span<double> by_unit) const;

private:
    void check(const SurveyDesign& design, const LeadingUnits& leading, const Location& where, Diagnostics& faults);
    void set_coefficients(const LeadingUnits& leading);
    void add_notices(const SurveyDesign& design);

    ReplicationPlan plan_;
    std::size_t units_ = 0;
    std::vector<double> coefficients_;
    double df_ = 0;
    std::vector<std::string> notices_;
    std::variant<BalancedFactors, ResampledFactors, PerturbedFactors> factors_;
};

}  // namespace cifra
