// The list that interviewers work by: one row a dwelling, those of the sample and then the reserves of each PSU, with
// room for what the visits find.
//
// Columns: assignment, stratum, psu, stages between, dwelling, reserve (rank; empty: of the sample), the plan's `keep`
// (address, coordinates for the map), of_2 … of_8, and by visit date, time and outcome; then replaces (the dwelling
// that a reserve stands for), notes. `of_E` is the person to ask where E are eligible, so that nobody has to multiply
// at the door: by full roster the rank in roster order, 1 + floor(u E); by Rizzo's method 1 is the informant and k the
// (k − 1)-th of the others; by the Kish grid the rank in its numbering. The other methods have no such columns.
//
// Assignments: with `interviewers: k` PSUs stay whole and in order, cut into k lists: the PSU that holds dwelling j of
// n (at its middle) goes to list floor(k j / n). A list differs from n/k by at most the largest PSU. Else one list a
// stratum.
#pragma once

#include <string>
#include <vector>

#include "engine/table.h"
#include "sampling/draw.h"
#include "sampling/plan.h"

namespace cifra {

struct Listing {
    Table table;                     // sorted for print: by assignment, stratum, PSU, sample before reserves, dwelling
    std::vector<std::string> names;  // of the assignments
    std::vector<std::size_t> first;  // row at which each begins, and at the end the number of rows
};

// `drawn.sample` has the columns of draw.h, also `drawn.reserves` where it has any.
Listing make_listing(const DrawPlan& plan, const DrawnSample& drawn);

}  // namespace cifra
