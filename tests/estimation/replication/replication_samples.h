// Small made-up samples for replicate factors, as declared from tables of arrays.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "estimation/replication/replicate_factors.h"

namespace cifra::testing {

// One row a unit of the last stage. Texts: h (stratum), i (PSU), j (SSU); numbers: N, M (populations), p, order.
struct MadeUpSample {
    Table table;
    DeclaredDesign declared;
    std::vector<double> z;  // totals by unit
};

struct SampleShape {
    std::vector<std::size_t> psus;           // by stratum
    std::vector<double> populations{};       // by stratum, empty: with replacement
    std::size_t ssus = 1;                    // in a PSU
    double ssu_population = 0;               // 0: one stage
    std::string probability{};               // method of `unequal`, or empty
    bool ordered = false, reversed = false;  // a column of the order of selection; rows backwards
};
MadeUpSample made_up_sample(const SampleShape& shape);

ReplicateFactors factors_of(const MadeUpSample& sample, const ReplicationPlan& plan);

// c_r-weighted sum of squares of the total's deviations, over the replicates first .. end - 1.
double replicate_variance(const ReplicateFactors& factors, const std::vector<double>& z);

}  // namespace cifra::testing
