// The files of a weighting plan: where they are, and their tables with the types the chain needs.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/tables_in_memory.h"
#include "engine/yaml.h"
#include "estimation/weighting/chain.h"

namespace cifra {

struct ChainFiles {
    WeightingPlan plan;
    std::filesystem::path sample, household, person;
    std::filesystem::path benchmarks;  // the folder where their names start
    std::filesystem::path out;
};

// `directory`: of the file that holds the section; `out`: the folder of results. Faults: those of read_weighting.
ChainFiles chain_files(const YamlValue& section, const std::filesystem::path& directory,
                       const std::filesystem::path& out, Diagnostics& faults);

// Files of controls and of their variance, which chain_files read already.
std::vector<std::filesystem::path> control_files(const WeightingPlan& plan);

// `read` gains the files that were opened; `tables` stand in place of files. Faults: those of csv.h.
WeightingInputs read_inputs(const ChainFiles& files, const TablesInMemory* tables,
                            std::vector<std::filesystem::path>& read, Diagnostics& faults);

}  // namespace cifra
