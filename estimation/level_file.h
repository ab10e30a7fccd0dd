// The file of a level: which of its columns are read, with which types.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/codebook.h"
#include "engine/microdata/microdata.h"
#include "estimation/level_plan.h"
#include "estimation/survey_data.h"
#include "estimation/variance/design_key.h"

namespace cifra {

struct LevelFile {
    MicrodataFiles files;
    CsvOptions csv;
    std::vector<std::string> header;
    Codebook codebook;
    std::vector<std::filesystem::path> inputs;  // files, and that of the codebook
    const Table* in_memory = nullptr;           // in place of the files
};

// Keys and columns of the design are texts; only columns that are `mentioned` are read. Faults: those of the codebook.
LevelFile level_file(const LevelPlan& plan, const std::vector<LevelPlan>& plans, const DesignPlan& design,
                     const std::vector<std::string>& mentioned, const SurveyDataOptions& options, Diagnostics& faults);

// The variables of a codebook file. Faults: those of yaml.h and codebook.h.
Codebook read_codebook_file(const std::filesystem::path& path, Diagnostics& faults);

// All its rows; the digests of its files among those of the survey. Faults: those of csv.h.
Table read_level(const LevelFile& file, SurveyData& data, Diagnostics& faults);

// The same rows by blocks; nullptr where there is a fault.
std::unique_ptr<RowSource> open_level(const LevelFile& file, std::size_t piece_bytes, Diagnostics& faults);

// Its files among the inputs of the survey, its codebook among the labels.
void note_file(const LevelFile& file, SurveyData& data);

}  // namespace cifra
