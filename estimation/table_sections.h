// The parts of a table file beside its tables: models, tests and the like. Each is read and checked with the rest of
// the file, then run, and writes a file of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "estimation/survey_data.h"

namespace cifra {

struct SectionOptions {
    double level = 0.95;  // of confidence, from the table file
    int threads = 0;
};

// What a section will do once the whole file has been found right and its tables are estimated: `estimates` are the
// rows of estimates.csv.
using SectionJob = std::function<Table(const Table& estimates, Diagnostics& faults)>;

struct SectionPlan {
    SectionJob run;
    std::vector<std::filesystem::path> inputs;  // files it reads beside the survey's, for the receipt of the run
};

struct TableSection {
    std::string key;   // in the table file
    std::string file;  // written to the folder of results
    // Reads the value of `key`; all its faults are in `faults`, and the plan is void then. `data` outlives the job.
    SectionPlan (*read)(const YamlValue& value, const SurveyData& data, const SectionOptions& options,
                        Diagnostics& faults);
};

const std::vector<TableSection>& table_sections();

}  // namespace cifra
