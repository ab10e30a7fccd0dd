// The design file and the table file that a verb works on.
#pragma once

#include <cstdint>
#include <filesystem>

#include "engine/command.h"
#include "engine/diagnostics.h"
#include "engine/study.h"
#include "engine/yaml.h"

namespace cifra {

struct EstimationInput {
    YamlValue design, tables;
    std::filesystem::path directory;  // of the design file, or that of --data
    std::filesystem::path out;
    int threads = 0;
    std::uint64_t seed = 1;
    Section weighting{};  // of the study
};

// From the section `estimation: {design: ..., tables: ...}` of a study, each a file or a map; without a study from
// --design and --tables. Throws InputError; notes are in `faults`: weights-as-given.
EstimationInput estimation_input(Context& context, Diagnostics& faults);

}  // namespace cifra
