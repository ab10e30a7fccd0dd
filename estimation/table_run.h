// A design file and a table file carried out: by a server, in one pass over the files, or in memory, whichever of them
// the two allow. What `cifra estimate` does between its options and its outputs, for programs too.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/codebook.h"
#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "estimation/survey_data.h"

namespace cifra {

struct TableRun {
    std::vector<std::pair<std::string, Table>> files;  // "estimates.csv", then all that the table file asks for beside
    Codebook labels;                                   // of the variables
    std::size_t tables = 0;                            // of the table file
    std::vector<std::filesystem::path> inputs;         // files read
    std::map<std::filesystem::path, std::string> digests;  // XXH3-128 of those read as a stream
};

using RunProgress = std::function<void(std::string_view what, double share)>;

// Warnings and notes are in `faults`, those of the design included. `options.mentioned` gains the names in `tables`.
// Throws InputError with all faults, and Refusal.
TableRun run_tables(const YamlValue& design, const YamlValue& tables, SurveyDataOptions options,
                    const RunProgress& progress, Diagnostics& faults);

}  // namespace cifra
