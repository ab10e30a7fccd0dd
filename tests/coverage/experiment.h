// One draw of both waves, estimated with cifra's own parts: combine(), variances(), interval(), WavePair, fill_row().
//
// What is written here is only what the verb reads from files: sums by unit, sizes, the design. coverage_test.cpp holds
// every number of a draw against estimate_all() and estimate_changes() on the files of the same sample.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "estimation/comparison_rows.h"
#include "estimation/intervals.h"
#include "estimation/survey_data.h"
#include "estimation/totals.h"
#include "tests/coverage/population.h"

namespace cifra::coverage {

// One statistic of one wave.
struct Cell {
    double value = missing_number;
    double variance = missing_number;  // as computed; 0 where there are no cases
    double df = 0, n = 0, cases = 0, ceiling = 0, largest_share = missing_number;
    double largest_weight = missing_number;  // of a person interviewed in the domain
    ParameterRange range = ParameterRange::non_negative;
    double scale = 1;
    bool is_count = false;  // a total: one more case adds a person's weight, not a share of the weights
    std::vector<std::uint32_t> active;
    SparseColumn z;
    bool has_se() const;  // by the rule of `estimate`: not at a bound, with df
};

IntervalInput input_of(const Cell& cell, IntervalKind kind);

struct CellPlace {
    std::size_t kind = 0, level = 0, domain = 0;
};

struct WaveEstimates {
    SurveyData data;                  // the design alone
    std::vector<std::uint32_t> psus;  // by first-stage unit: the PSU in the country
    std::array<std::array<std::array<Cell, domains>, levels>, kinds> cells;
    const Cell& at(const CellPlace& place) const { return cells[place.kind][place.level][place.domain]; }
};

class Experiment {
public:
    Experiment(const Scenario& scenario, std::uint64_t seed);
    // The cells of both waves in draw number `draw`.
    std::array<WaveEstimates, 2> draw(std::uint64_t draw) const;
    std::uint64_t seed_of(std::uint64_t draw) const { return seed_ * 1000003 + draw + 1; }
    const std::vector<Population>& populations() const { return populations_; }
    const Scenario& scenario() const { return scenario_; }
    const RotatingSampler& sampler() const { return sampler_; }

private:
    WaveEstimates estimate_wave(const Population& population, const WaveSample& sample, std::uint64_t seed) const;

    Scenario scenario_;
    std::uint64_t seed_;
    std::vector<Population> populations_;
    RotatingSampler sampler_;
};

// How the covariance between the waves is had.
enum class Overlap {
    common_psus,  // cifra: WavePair
    independent,  // none
    stacked,      // both waves as one sample over the union of their PSUs, zeros for a PSU absent from a wave
    overlap_fpc   // common PSUs with 1 - n1 n2 / (n_c N) for the fpc: Tam 1984, The American Statistician 38: 288-289
};

struct Change {
    double difference = missing_number, variance = missing_number;  // of the difference
    double df = 0;
    ComparisonRow of_difference, of_percent;  // limits missing where a part has no SE
};

// What all changes of a draw share.
class ChangeTools {
public:
    explicit ChangeTools(const std::array<WaveEstimates, 2>& waves);
    double covariance(const Cell& a, const Cell& b) const;
    // The covariance by Tam's factor; without fpc the same as `covariance`, by other code.
    double covariance_of_overlap(const Cell& a, const Cell& b) const;
    double union_df(const Cell& a, const Cell& b) const;
    double stacked_variance(const Cell& a, const Cell& b, double ga, double gb) const;  // of ga a + gb b

private:
    struct Pair;
    std::vector<double> deviations(std::size_t wave,
                                   const SparseColumn& z) const;  // by PSU of the union; NaN: not there
    std::array<const SurveyDesign*, 2> designs_{};
    std::shared_ptr<const Pair> pair_;
    SurveyDesign union_design_;
    std::array<std::vector<std::uint32_t>, 2> place_;  // of the PSUs of each wave in the union
};

// One change by each of several ways (`stacked` only without fpc); `df` of the union of the PSUs. The percent change is
// made from the common PSUs alone.
Change change_of(const std::array<WaveEstimates, 2>& waves, const ChangeTools& tools, const CellPlace& place, double df,
                 Overlap overlap);

}  // namespace cifra::coverage
