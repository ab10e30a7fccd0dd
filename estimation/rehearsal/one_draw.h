// One draw of a plan on a population: sample, fieldwork, weights and estimates, by the same parts as the verbs and
// files in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "estimation/rehearsal/population.h"
#include "estimation/rehearsal/rehearsal_plan.h"
#include "estimation/weighting/chain_files.h"
#include "sampling/draw.h"
#include "sampling/frame.h"
#include "sampling/plan.h"

namespace cifra {

// What all draws share. The parts outlive it.
struct RehearsalStage {
    const RehearsalPlan* plan = nullptr;
    const KnownPopulation* population = nullptr;
    const Frame* frame = nullptr;
    const DrawPlan* draw = nullptr;
    AllocationInput allocation;  // of a plan whose size or targets say how many
    ChainFiles chain;
    YamlValue weighting;        // the section, for `chain:` of the design
    TablesInMemory benchmarks;  // files of known totals, read once
    std::vector<std::string> mentioned;
};

// An estimate of one cell.
struct CellResult {
    double estimate = 0, se = 0, lower = 0, upper = 0, n = 0, cases = 0;  // NaN where there is none
};

struct EstimateKey {
    std::string table, indicator, domain;
    auto operator<=>(const EstimateKey&) const = default;
};

// What the sample asked of the field.
struct Workload {
    double psus = 0, dwellings = 0, interviews = 0, cost = 0;
    double most_in_psu = 0, least_in_psu = 0;  // interviews
    double largest_load = 0;                   // dwellings of the busiest interviewer
};

struct RehearsedDraw {
    std::vector<std::pair<EstimateKey, CellResult>> cells;
    Workload work;
    std::string failure;  // why there are no estimates: a step or a variance that was refused
};

// Draw number `draw`, a function of (seed, draw). Throws InputError where the files and plans do not fit.
RehearsedDraw rehearse_once(const RehearsalStage& stage, std::uint64_t seed, std::uint64_t draw);

// The cells of the whole population, and the files that design and tables read beside those of a draw.
struct TrueValues {
    std::vector<std::pair<EstimateKey, CellResult>> cells;
    std::vector<std::filesystem::path> inputs;
};
TrueValues true_values(const RehearsalStage& stage);

}  // namespace cifra
