// What declared intervals of coverage add to the uncertainty of a recorded count: Monte Carlo.
#pragma once

#include <cstdint>
#include <vector>

#include "estimation/records/comparison_plan.h"
#include "estimation/records/recorded_counts.h"

namespace cifra {

// Multipliers of the records of one crime, k = (1 - duplicates) covered victims units, each factor uniform over its
// interval and independent of the others. The same draws serve every year and area: the factors are facts of the
// institution, and what is common to two years is not counted in their difference. A factor declared for all crimes is
// one number, so that its errors add up in their total.
class FactorDraws {
public:
    // Numbers are functions of (seed, crime that declares the factor, factor, draw): a crime more disturbs no other.
    FactorDraws(const ComparedCrime& crime, std::size_t draws, std::uint64_t seed);
    bool exact() const { return exact_; }  // every factor is a number: the draws are all the same
    double middle() const { return middle_; }
    double at(std::size_t draw) const { return exact_ ? middle_ : multipliers_[draw]; }
    // The standard normal number of a draw, for the error of records divided by shares.
    double allocation_error(std::size_t draw) const { return allocation_[draw]; }

private:
    bool exact_ = true;
    double middle_ = 1;
    std::vector<double> multipliers_, allocation_;
};

// Recorded crime in the survey's terms.
struct AdjustedCount {
    double value = 0;           // at the middle of the intervals
    std::vector<double> draws;  // empty: exact
    double variance() const;    // of the draws; 0 where exact
};

AdjustedCount adjusted(const std::vector<RecordedCount>& counts, const std::vector<const FactorDraws*>& factors,
                       std::size_t draws);

// The value below which a share p of the draws lies: the smallest with at least ceil(p n) at or below it.
double draw_quantile(std::vector<double> draws, double p);

}  // namespace cifra
