// Replicate weights for users of other programs: a CSV file, and the line of code that declares it in each of them.
//
// V = sum_r c_r (theta_r - theta)². R survey: svrepdesign(mse = TRUE); Stata: svyset ... mse; SUDAAN and SAS by
// coefficients. Which words each takes: README.md, section "The file for other programs".
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "engine/table.h"
#include "estimation/replication/replicate_factors.h"

namespace cifra {

// Rows of microdata with their full weights, and the unit of the design that each lies in.
struct WeightedRows {
    Table ids;  // columns to be written first: keys and whatever else users need
    std::string weight_name = "weight";
    std::span<const double> weight;
    std::span<const std::uint32_t> unit_of_row;
};

// Header and rows: the columns of `ids`, the full weight, then rw_1 ... rw_R, the weight times the factor of each
// replicate, in the shortest digits that give the double again. Rows are written in blocks of at most 2^22 numbers, so
// memory does not grow with rows x replicates; the factors are made again for each block.
void write_replicate_weights(const WeightedRows& rows, const ReplicateFactors& factors, std::ostream& csv);

// What other programs must be told of the replicates rw_1 ... rw_R of a file.
struct ReplicateDescription {
    ReplicationMethod method = ReplicationMethod::rao_wu;
    double fay = 0;
    std::vector<double> coefficients;  // c_r
    double df = 0;
};
ReplicateDescription describe(const ReplicateFactors& factors);

// One line for R, Stata, SUDAAN and SAS each, under a heading; `file` is the name of the CSV file.
std::string replicate_code(const ReplicateDescription& replicates, const std::string& file,
                           const std::string& weight_name);

// The R line alone: an expression whose value is the design; it reads `file` and needs library(survey).
std::string replicate_code_r(const ReplicateDescription& replicates, const std::string& file,
                             const std::string& weight_name);

}  // namespace cifra
