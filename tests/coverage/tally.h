// What is counted over the draws, and its Monte Carlo error.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/coverage/experiment.h"

namespace cifra::coverage {

// An estimate over all draws.
struct EstimateTally {
    double draws = 0, known = 0;          // with an estimate
    double error = 0, squares = 0;        // Σ (e − truth), Σ (e − truth)²
    double variance = 0, without_se = 0;  // Σ V̂ (0 where no case is in the sample); samples without SE
    double cases = 0, df = 0, truth = 0;
    double monte_carlo_variance() const;
    double variance_ratio() const;  // mean(V̂) / V
};

// An interval over all draws. An interval lies below when the truth is above its upper limit.
struct IntervalTally {
    double draws = 0, intervals = 0, below = 0, above = 0, width = 0;
    double coverage() const { return 1 - (below + above) / intervals; }
    double mean_width() const { return width / intervals; }
    double monte_carlo_se() const;
};

struct Row {
    std::size_t kind = 0, level = 0, domain = 0;
    EstimateTally estimate;
    std::vector<IntervalTally> intervals;  // by method
};

struct ChangeRow {
    std::size_t kind = 0, level = 0, domain = 0;
    std::vector<EstimateTally> estimate;             // of the difference, by overlap
    std::vector<IntervalTally> difference, percent;  // by overlap
};

struct Results {
    std::vector<Row> rows;
    std::vector<ChangeRow> changes;
};

// Methods of a statistic. Beside those of `interval`, gamma with the largest weight of a person for w_M (`estimate`
// gives it that for rates only), the same with V (t / z)² for V, and the rule: that where fewer than 30 cases are in
// the sample, else log.
enum class Variant { as_estimated, person_weight, with_df, rule };
struct Method {
    std::string name;
    IntervalKind kind = IntervalKind::automatic;
    Variant variant = Variant::as_estimated;
};
const std::vector<Method>& methods_of(std::size_t kind);
const std::vector<std::string>& overlap_names();

// All draws of a scenario; the same bytes at any number of threads.
Results run(const Experiment& experiment, std::size_t draws, int threads);

}  // namespace cifra::coverage
