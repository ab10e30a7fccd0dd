// The design file: which files a survey has, how they nest, their weights, the sample design, counting rules and
// derived variables. Every key is described in estimation/README.md.
//
//   data:
//     persons: {file: persons.csv, weight: FAC_ELE}
//     crimes:  {file: crimes.csv, weight: FAC_DEL, parent: persons, by: [ID_PER]}
//   design: {level: persons, strata: EST_DIS, psu: UPM_DIS}
//   derive:
//     crimes: {counted: 'BPCOD != "03"'}
//   weight_sets, impute: below and in imputation_plan.h; calibration: weighting/calibration_key.h
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/codebook.h"
#include "engine/diagnostics.h"
#include "engine/tables_in_memory.h"
#include "engine/yaml.h"
#include "estimation/counting.h"
#include "estimation/design.h"
#include "estimation/hierarchy.h"
#include "estimation/imputation_plan.h"
#include "estimation/replicates.h"
#include "estimation/variance/residuals.h"

namespace cifra {

// Weights of their own for the domains of certain variables. A breakdown by any of these variables is estimated with
// this set and no other; a breakdown that asks for two sets is a fault.
//
//   weight_sets:
//     communes: {for: [COMUNA], weights: {persons: FAC_COM, households: FAC_COM_HOG}}
struct WeightSet {
    std::string name;
    std::vector<std::string> variables;
    std::map<std::size_t, std::vector<double>> weights;  // by level; other levels keep theirs
};

// A counting rule whose cap depends on the weights.
struct RecountedRule {
    std::size_t level = 0;
    CountingRule rule;
    bool is_default = false;  // the level's own
};

struct PassedEstimates;

struct SurveyData {
    Hierarchy hierarchy;
    SurveyDesign design;
    std::size_t design_level = 0;
    Codebook labels;                                       // of every variable that has a label or categories
    std::vector<std::filesystem::path> inputs;             // files read
    std::map<std::filesystem::path, std::string> digests;  // XXH3-128 of those read as a stream
    Replicates replicates;                                 // of the design level's rows; empty: linearization
    std::vector<WeightSet> weight_sets;
    std::vector<RecountedRule> recounted;
    std::vector<Residuals> residuals;  // of calibrated weights, upper levels first (weighting/calibration_key.h)
    std::string residuals_note = ", residuals of the calibration";  // said of variances
    ImputationPlan imputation;                                      // draws to estimate and pool; no items: none
    YamlValue derive;                                               // the section, made again on every draw
    std::uint64_t seed = 1;                                         // of imputation
    std::filesystem::path directory, out;                           // where further files are looked for
    int threads = 0;
    // Estimates made in one pass over files that are not in memory (pass/streamed_survey.h); else nothing. The
    // hierarchy then holds a few rows only.
    std::shared_ptr<const PassedEstimates> passed;
};

// Variables that tables and comparisons name must stand at `level` or above; one fault each.
void check_variables(const SurveyData& data, std::size_t level, const std::vector<std::string>& names,
                     const Location& where, Diagnostics& faults);

// Replicate weights are those of the design's level and what lies below: a level above it is a fault.
void check_replicates(const SurveyData& data, std::size_t level, const Location& where, Diagnostics& faults);

struct SurveyDataOptions {
    std::filesystem::path directory;     // relative paths of files start here
    std::filesystem::path out;           // folder of results: files named "$out/..." lie there
    std::vector<std::string> mentioned;  // further names that columns are needed for (the table file's)
    int threads = 0;
    std::uint64_t seed = 1;                          // of imputation
    std::size_t piece_bytes = std::size_t{1} << 20;  // read at a time of a file that is not held in memory
    YamlValue weighting{};                           // the study's, for `chain:`; null: there is none
    const TablesInMemory* tables = nullptr;          // in place of files
    std::filesystem::path weighting_directory{};     // of the file it stands in
};

// Reads and checks everything; what is wrong is in `faults`, and the result is void then. Only columns whose name is
// mentioned in the design file or in `mentioned` are kept in memory.
SurveyData read_survey_data(const YamlValue& design_file, const SurveyDataOptions& options, Diagnostics& faults);

// Every name that any scalar of a YAML tree could mean as a column.
std::vector<std::string> mentioned_names(const YamlValue& value);

}  // namespace cifra
