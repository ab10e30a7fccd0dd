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
// A record that is not a series counts 1; a series counts min(count, cap), or `unknown_as` where the count is unknown
// or missing. NCVS: series of six or more similar incidents, cap 10 (Lauritsen et al. 2012, BJS NCJ 237308).
#pragma once

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
    std::optional<Expr> series;  // absent: every record is counted by `count`
    std::optional<Expr> count;   // number
    std::optional<double> cap;   // absent: none
    std::vector<double> unknown;
    std::optional<double> unknown_as;
    Location where;
};

CountingRule read_counting_rule(const std::string& name, const YamlValue& value, const Schema& schema,
                                Diagnostics& faults);

// The multiplicity of every row of `level`. Counts below 0, and unknown counts without `unknown_as`, are faults,
// counted.
std::vector<double> multiplicities(const CountingRule& rule, const Hierarchy& hierarchy, std::size_t level,
                                   Diagnostics& faults);

}  // namespace cifra
