// First-stage strata cut from what the frame knows of its units, as the plan says it.
//
//   strata: {cut: dwellings, method: cumulative_root, strata: 4, bins: 60, by: [region]}
//   strata: {cut: dwellings, method: geometric, strata: 4}
//   strata: {cut: dwellings, method: lavallee_hidiroglou, strata: 4, cv: 0.03, take_all: true, minimum: 2}
//   strata: {cut: [lon, lat, income], method: k_means, strata: 6}
//   strata: {cut: dwellings, method: limits, limits: [50, 200]}
//
// With `by` the units of every value of these columns are cut by themselves. Lavallée and Hidiroglou's method also says
// how many are drawn, n_h rounded up, and its take-all stratum is drawn whole: such a stage has no `n`. Formulas: the
// headers of sampling/strata.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"

namespace cifra {

enum class CutMethod { limits, cumulative_root, geometric, lavallee_hidiroglou, k_means };

struct CutPlan {
    CutMethod method = CutMethod::cumulative_root;
    std::vector<std::string> columns;  // one, but for k_means
    std::vector<std::string> by;
    std::size_t strata = 2;      // L, in each value of `by`
    std::size_t bins = 100;      // cumulative_root
    std::vector<double> limits;  // limits: rising
    double cv = 0.05;            // lavallee_hidiroglou, of the total of the column
    bool take_all = true;
    std::uint64_t minimum = 2;  // n_h at least
    Location where;
};

const char* to_text(CutMethod method);

// Faults: those of YAML, out-of-range, unused-key.
CutPlan read_cut_plan(const YamlValue& value, Diagnostics& faults);

}  // namespace cifra
