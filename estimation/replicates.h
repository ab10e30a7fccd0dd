// Replicate weights, published with the data or made here: variance from the spread of the estimate over replicates.
//
//   V = sum_r c_r (theta_r - centre)(theta_r - centre)'
//
// centre = the full-sample estimate (default) or the mean of the replicates; c_r = scale * rscale_r. By method (Wolter
// 2007, chapters 3 and 4; Judkins 1990; Fay and Train 1995; Rust and Rao 1996):
//
//   JK1        (R - 1) / R                       JK2       1
//   JKn        rscales are required              BRR       1 / R
//   Fay        1 / (R (1 - rho)^2)               bootstrap 1 / R
//   SDR        4 / R (ACS: successive differences)  other  scale is required
//
// Degrees of freedom are those of the design that made the replicates, as the producer states them (`df`), or of its
// strata and PSUs where the file has them; else R - 1, with a notice. Never a rank of the weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/hierarchy.h"
#include "estimation/totals.h"

namespace cifra {

class ReplicateFactors;
struct SurveyDesign;

// Replicate weight over full weight of the rows of a level. Stored once by row of the design's level, or by unit of the
// design where they are made here, `count` side by side.
struct ReplicateRatios {
    std::size_t count = 0;
    std::shared_ptr<const std::vector<double>> stored;
    std::vector<std::size_t> place;  // of each row
    const double* of(std::size_t row) const { return stored->data() + place[row] * count; }
};

struct Replicates {
    std::string method;
    std::vector<double> coefficients;  // c_r
    bool about_mean = false;
    double df = 0;
    bool df_stated = false;
    bool reimpute = false;  // imputed items are drawn anew under each replicate (replay.h)
    struct Published {
        std::size_t level = 0;
        std::shared_ptr<const std::vector<double>> ratios;  // rows of the level × count
    };
    std::vector<Published> published;  // of the design's level, then of levels below with replicates of their own
    std::shared_ptr<const ReplicateFactors> made;  // of the design's units; else nothing
    std::size_t count() const { return coefficients.size(); }
    bool empty() const { return coefficients.empty(); }
};

// design: {replicates: {columns: "rep_*", method: JK1, combined: true, scale: .., rscales: [..], centre: estimate, fay:
// 0.3, df: 14, reimpute: false}} over the rows of `level`. `columns` lists names; one `*` stands for any text. They
// stand in the level's own file, or in `file` (below `folder`), row by row in the same order. `combined: false`: the
// columns are factors on the weight. Faults: no such column, another number of rows, missing or (for combined weights)
// non-zero values where the full weight is 0, rscales of another length, keys a method does not take.
// `folders`: relative files start at the first, "$out/..." at the second. `inputs` gains the files read.
Replicates read_replicates(const YamlValue& value, const Hierarchy& hierarchy, std::size_t level,
                           const std::pair<std::filesystem::path, std::filesystem::path>& folders,
                           std::vector<std::filesystem::path>& inputs, Diagnostics& faults);

// design: {strata: .., psu: .., replicates: {method: rao_wu, count: 500, seed: 7, fay: 0.5, reimpute: false}}: no
// columns and no file, so they are made here (replication/README.md), about the estimate; `seed` is the study's unless
// given. Faults: those of ReplicateFactors::make, keys a method does not take. `notices` gains what must be known.
bool makes_replicates(const YamlValue& value);
Replicates make_replicates(const YamlValue& value, const SurveyDesign& design, std::uint64_t seed,
                           std::vector<std::string>& notices, Diagnostics& faults);

// Column names that `columns:` of a replicates key may match in a file, for reading it.
bool matches_pattern(const std::string& name, const std::string& pattern);

// The replicates' deviations as a column over r: sqrt(c_r) (theta_r - centre). Sums of products of two such columns are
// the covariance.
SparseColumn replicate_deviations(const Replicates& replicates, double full, const std::vector<double>& values);

// Ratios of the rows of a level: of the row above it (or its own) in the nearest level that has some, or those made for
// its unit. The latter are O(units × count) in memory: for statistics that are no functions of sums.
ReplicateRatios row_ratios(const Replicates& replicates, const Hierarchy& hierarchy, std::size_t level);

}  // namespace cifra
