// The verbs of the program as functions from tables to tables, for packages of other languages. Each does what the verb
// of its name does, by the same code: the numbers are those of the program.
//
// They agree to the last bit: the program cuts files into pieces by their bytes and these functions tables by their
// rows (engine/microdata/table_rows.h), and no sum depends on where (engine/summation.h).
//
// All throw InputError with every fault, and Refusal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/tables_in_memory.h"
#include "engine/yaml.h"

namespace cifra::binding {

struct Settings {
    std::filesystem::path directory;  // where relative paths of a specification start, those of frames too
    std::filesystem::path out;        // what "$out" stands for
    std::uint64_t seed = 1;
    int threads = 0;      // 0: all cores
    YamlValue weighting;  // the plan behind the weights, for `chain:` of a design; null: none
};

// Frames by the names under which specifications call for them, as files.
using Frames = std::vector<std::pair<std::string, Table>>;
TablesInMemory tables_of(const Frames& frames, const Settings& settings);

struct Answer {
    Frames tables;      // by name, without ending
    Diagnostics notes;  // warnings and notes
};

// `cifra estimate`: estimates, and covariances, comparisons, … as the table file asks (estimation/README.md).
Answer estimate(const YamlValue& design, const YamlValue& tables, const Frames& frames, const Settings& settings);

// `cifra weight`, without replicates: weights, weights_persons where all persons are weighed, weights_audit, and
// outcome_rates and response where the plan has them (estimation/weighting/README.md). The frames `sample`, `household`
// and `person` stand for the files of the plan; benchmarks are called by the names it gives.
Answer weigh(const YamlValue& plan, const Frames& frames, const Settings& settings);

// `cifra draw`: sample, sample_strata, and sample_reserves, joint, sample_cut as the plan asks (sampling/README.md).
// The frame of a stage is called by its unit, unless `frame:` names it; that of persons `person`, and `means` by its
// file.
Answer draw(const YamlValue& plan, const Frames& frames, const Settings& settings);

}  // namespace cifra::binding
