#include "estimation/records/factor_draws.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/random.h"

namespace cifra {

namespace {

// Streams of this room among those of replicates: stages that no replication uses.
enum DrawStage : std::uint16_t { duplicates_stage = 900, covered_stage, victims_stage, units_stage, allocation_stage };

double uniform_in(const CoverageFactor& factor, const Draw& of, std::uint32_t draw) {
    return factor.exact() ? factor.low : factor.low + (factor.high - factor.low) * uniform(of, draw);
}

}  // namespace

FactorDraws::FactorDraws(const ComparedCrime& crime, std::size_t draws, std::uint64_t seed) {
    const RecordAdjustment& by = crime.adjustment;
    exact_ = by.exact();
    middle_ = (1 - by.duplicates.middle()) * by.covered.middle() * by.victims.middle() * by.units.middle();
    const auto stream = [&](DrawStage stage, const std::string& unit) {
        return Draw{seed, Purpose::replicate, stage, stable_hash(unit)};
    };
    const auto factor = [&](const CoverageFactor& one, DrawStage stage, std::uint32_t draw) {
        return uniform_in(one, stream(stage, one.crime), draw);
    };
    Stream errors(stream(allocation_stage, crime.id));
    for (std::uint32_t k = 0; k < draws; ++k) {
        allocation_.push_back(errors.normal());
        if (exact_) continue;
        multipliers_.push_back((1 - factor(by.duplicates, duplicates_stage, k)) * factor(by.covered, covered_stage, k) *
                               factor(by.victims, victims_stage, k) * factor(by.units, units_stage, k));
    }
}

double AdjustedCount::variance() const {
    if (draws.empty()) return 0;
    const auto n = static_cast<double>(draws.size());
    const double mean = std::accumulate(draws.begin(), draws.end(), 0.0) / n;
    double sum = 0;
    for (const double draw : draws) sum += (draw - mean) * (draw - mean);
    return sum / (n - 1);
}

AdjustedCount adjusted(const std::vector<RecordedCount>& counts, const std::vector<const FactorDraws*>& factors,
                       std::size_t draws) {
    AdjustedCount result;
    bool exact = true;
    for (std::size_t c = 0; c < counts.size(); ++c) {
        result.value += counts[c].records * factors[c]->middle();
        exact = exact && factors[c]->exact() && counts[c].variance == 0;
    }
    if (exact) return result;
    result.draws.assign(draws, 0);
    for (std::size_t k = 0; k < draws; ++k)
        for (std::size_t c = 0; c < counts.size(); ++c) {
            const double error = std::sqrt(counts[c].variance) * factors[c]->allocation_error(k);
            result.draws[k] += std::max(counts[c].records + error, 0.0) * factors[c]->at(k);
        }
    return result;
}

double draw_quantile(std::vector<double> draws, double p) {
    const auto n = static_cast<double>(draws.size());
    const auto rank = static_cast<std::size_t>(std::clamp(std::ceil(p * n), 1.0, n)) - 1;
    std::nth_element(draws.begin(), draws.begin() + static_cast<std::ptrdiff_t>(rank), draws.end());
    return draws[rank];
}

}  // namespace cifra
