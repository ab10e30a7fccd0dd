// The `chain:` key of a design: variances that know how the weights were made.
//
//   design:
//     chain: {households: dwellings, persons: persons}
//
// The weighting plan of the study (or of `plan: FILE`) is carried out again on its files. Weights of the levels must be
// those it makes, row by row, to 1e-9; then estimates are swept by its steps (chain_residuals.h).
//
//   households   level of the drawn dwellings; it has the column of their ids        the design's level
//   persons      level of the persons; it has `line` where a household has several   needed where persons are weighed
//   response     `estimated`: eligibility and nonresponse count as estimated too     fixed
//   plan         a file with the section `weighting:`                                that of the study
#pragma once

#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/survey_data.h"
#include "estimation/weighting/chain_files.h"

namespace cifra {

struct ChainKey {
    ChainFiles files;
    std::string households, persons;  // levels; "": the design's, none
    bool of_response = false;
    std::vector<std::string> mentioned;         // columns that the levels must hold
    std::vector<std::filesystem::path> inputs;  // of the plan
    const TablesInMemory* tables = nullptr;     // in place of files
    Location where;
};

// Faults: unknown keys, missing-weighting (neither a study with the section nor `plan`), those of the plan.
ChainKey read_chain_key(const YamlValue& value, const SurveyDataOptions& options, Diagnostics& faults);

// Fills data.residuals. Faults: those of the chain; unknown-level, missing-key (`persons`), missing-column,
// chain-mismatch (a row whose weight is not the chain's, a drawn dwelling that is not there, a person twice),
// chain-conflict with `calibration`, replicates, weight sets and two phases.
void account_for_chain(const ChainKey& key, SurveyData& data, Diagnostics& faults);

}  // namespace cifra
