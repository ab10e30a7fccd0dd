// A plan carried out on the files it names.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/tables_in_memory.h"
#include "engine/yaml.h"
#include "sampling/draw.h"
#include "sampling/plan.h"

namespace cifra {

// A file that the draw reads: `role` is the unit of a stage, `person` or `means`.
struct DrawFile {
    std::string role;
    std::filesystem::path path;
};

struct DrawRequest {
    YamlValue source;  // the section `sampling`, as it stands
    SamplePlan plan;   // read from it
    std::uint64_t seed = 1;
    std::vector<DrawFile> files;             // of the stages in their order, then person and means where there are any
    const TablesInMemory* tables = nullptr;  // in place of files
};

struct DrawResult {
    DrawnSample drawn;
    Diagnostics notes;       // warnings of frame and draw
    std::size_t listed = 0;  // units of the last stage in the frame
};

// Reads the files, checks them, draws, and selects the person where there is a file of persons. Throws InputError or
// Refusal.
DrawResult carry_out(const DrawRequest& request);

// sample.csv, to the byte.
std::string sample_bytes(const Table& sample);

}  // namespace cifra
