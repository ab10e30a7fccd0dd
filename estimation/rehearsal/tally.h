// What the draws of a rehearsal come to, cell by cell, beside the truth.
//
//   bias            mean(θ̂) - θ; relative to the standard deviation of θ̂ over the draws (the true SE)
//   variance ratio  mean(V̂) / V, V the variance of θ̂ over the draws
//   coverage        share of the intervals that hold θ; `below`: θ above the upper limit; `above`: below the lower one
//
// Monte Carlo errors: 1/√R of bias/SE, √(c(1 - c)/R) of a coverage c. A bias is told from a tenth of the SE on, below
// which it adds less than half a per cent to the error of intervals (Cochran 1977, section 1.8), and from three Monte
// Carlo errors on; a coverage that falls short of the level by more than three. Sums run in the order of the draws.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/table.h"
#include "estimation/rehearsal/one_draw.h"

namespace cifra {

// Mean and sum of squared deviations, one value after another (Welford 1962, Technometrics 4: 419-420).
struct RunningMean {
    double count = 0, mean = 0, squares = 0;
    void add(double value);
    double variance() const { return count > 1 ? squares / (count - 1) : 0; }
};

class RehearsalTally {
public:
    // The cells whose truth is known; others that turn up in a draw are left out.
    explicit RehearsalTally(std::vector<std::pair<EstimateKey, CellResult>> truth, double level);
    std::size_t cells() const { return truth_.size(); }
    // Position of a cell; npos of one without truth.
    std::size_t find(const EstimateKey& key) const;
    // The results of one draw by cell; NaN where the draw has none.
    void add(const std::vector<CellResult>& cells, const Workload& work);
    void add_failure(const std::string& reason);

    // table, indicator, domain, truth, draws (with an estimate), mean, bias, bias_se, true_se, true_cv, estimated_cv,
    // variance_ratio, coverage, coverage_error, below, above, width, n, cases, verdict ("bias", "coverage", both or
    // "").
    Table results() const;
    // quantity, mean, sd, min, max: PSUs, dwellings, interviews, cost, interviews in the fullest and the emptiest PSU,
    // dwellings of the busiest interviewer.
    Table workload() const;
    const std::vector<std::string>& failures() const { return failures_; }
    double draws() const { return draws_; }
    double level() const { return level_; }

private:
    struct Cell {
        RunningMean estimate, variance, width, n, cases;
        double intervals = 0, below = 0, above = 0;
    };
    struct Range {
        RunningMean mean;
        double least = 0, most = 0;
    };
    std::vector<std::pair<EstimateKey, CellResult>> truth_;  // in the order of the tables
    std::map<EstimateKey, std::size_t> place_;
    double level_;
    std::vector<Cell> cells_;
    std::vector<Range> work_;
    std::vector<std::string> failures_;
    double draws_ = 0;
};

}  // namespace cifra
