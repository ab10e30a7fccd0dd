// Factors that are no matter of chance: jackknives, half-samples, successive differences. They follow the
// leading units (leading_units.h), and units below one share its factor. n is the size of its group, f its fraction:
//
//   JK1, JKn   0 for unit r, n / (n - 1) for the others of its group, 1 elsewhere
//   JK2        replicate r varies pair r alone: 1 +- sqrt(1 - f), the sign of the pair's first unit by chance
//   BRR, Fay   1 +- sqrt(1 - f) (1 - rho) H[r, pair + 1], + for the first of the pair (rho = 0: BRR)
//   SDR        1 + sqrt(1 - f) 2^-1.5 (H[r, a] - H[r, b]), (a, b) and (b, c) the columns of units one after another
//
// Pairs are neighbours in the order of selection where the design declares it, else in the order of their codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "estimation/design.h"
#include "estimation/replication/hadamard.h"
#include "estimation/replication/leading_units.h"
#include "estimation/replication/replication_plan.h"

namespace cifra {

class BalancedFactors {
public:
    BalancedFactors() = default;
    // The groups suit the method: of even size for half-samples, one for JK1.
    BalancedFactors(const ReplicationPlan& plan, const SurveyDesign& design, const LeadingUnits& leading);

    std::size_t count() const { return count_; }
    // Units whose differences share a column of the matrix with another's: SDR with fewer replicates than units.
    bool reuses_columns() const { return reuses_columns_; }
    void block(std::size_t first, std::size_t size, std::span<double> by_unit) const;

private:
    struct Unit {
        std::uint32_t group = 0;     // jackknives: of leading units; JK2: the pair
        std::uint32_t a = 0, b = 0;  // columns
        double step = 0;             // what the sign is multiplied with; jackknives: n / (n - 1)
    };
    void place_pairs(const ReplicationPlan& plan, const std::vector<std::uint32_t>& order,
                     const LeadingUnits::Group& group, std::uint64_t key);
    void place_differences(const std::vector<std::uint32_t>& order, const LeadingUnits::Group& group);
    double factor(std::size_t r, std::uint32_t leading) const;

    ReplicationMethod method_ = ReplicationMethod::jkn;
    std::size_t count_ = 0;
    std::vector<Unit> units_;
    std::vector<std::uint32_t> leading_of_unit_;
    Hadamard matrix_;
    std::uint32_t next_ = 0;  // pair, or column of a difference
    bool reuses_columns_ = false;
};

}  // namespace cifra
