// How many victimizations one incident record stands for: the series rule of a survey, as data.
//
//   counting:
//     ncvs:
//       series: V4017 is not in [1, 8] and V4018 is not in [2, 8] and V4019 is not in [1, 8]
//       count: V4016          # times it happened
//       cap: 10
//       unknown: [997, 998]   # codes of `count` that stand for "do not know"
//       unknown_as: 6
//
//   csew:
//     count: times
//     cap: {percentile: 98, by: offence}                        # of the counts in this file
//   csew_weighted:
//     count: times
//     cap: {percentile: 98, by: offence, weighted: true}        # made anew under each replicate weight (replay.h)
//   csew_frozen:
//     count: times
//     cap: {table: caps.csv, by: offence, column: cap}           # published once, the same for every year
//
// A record that is not a series counts 1; a series counts min(count, cap), or `unknown_as` where the count is unknown
// or missing. NCVS: series of six or more similar incidents, cap 10 (Lauritsen et al. 2012, BJS NCJ 237308). A
// percentile cap is the smallest count that at least that share of the records of the group do not exceed, at least 1
// (the Crime Survey for England and Wales has capped at the 98th percentile by crime since 2019); it is taken as fixed
// in the variance.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/expression.h"
#include "engine/yaml.h"
#include "estimation/hierarchy.h"

namespace cifra {

struct CountingRule {
    std::string name;
    std::optional<Expr> series;            // absent: every record is counted by `count`
    std::optional<Expr> count;             // number
    std::optional<double> cap;             // absent: none
    std::optional<double> cap_percentile;  // of the counts, by `cap_by`
    bool cap_weighted = false;             // by the weights of the level, once it has them
    std::string cap_by, cap_table, cap_column;
    std::vector<double> unknown;
    std::optional<double> unknown_as;
    Location where;
};

CountingRule read_counting_rule(const std::string& name, const YamlValue& value, const Schema& schema,
                                Diagnostics& faults);

// The multiplicity of every row of `level`. Counts below 0, and unknown counts without `unknown_as`, are faults,
// counted.
// `folder` is where a table of caps is looked for.
std::vector<double> multiplicities(const CountingRule& rule, const Hierarchy& hierarchy, std::size_t level,
                                   const std::filesystem::path& folder, Diagnostics& faults);

}  // namespace cifra
