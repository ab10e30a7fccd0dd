// What a streamed survey holds. Internal to the rooms `pass/streamed_survey` and `pass/pass_run`.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "estimation/level_file.h"
#include "estimation/level_plan.h"
#include "estimation/pass/held_levels.h"
#include "estimation/survey_data.h"
#include "estimation/variance/design_key.h"

namespace cifra {

struct StreamedParts {
    std::vector<LevelPlan> plans;
    DesignPlan design;
    const YamlValue *counting = nullptr, *derive = nullptr;
    std::filesystem::path directory;
    LevelFile file;  // of level 0
    HeldLevels held;
    std::vector<std::string> unit_columns;
    SurveyData prototype;
    // As they were opened for the prototype, with the piece that was taken; the pass goes on from there.
    std::unique_ptr<RowSource> opened;
    std::unique_ptr<RowPiece> first;
    std::size_t piece_bytes = 0;
};

// Rows of the streamed file and the records below them, ready for estimation, into `block`. Any thread.
std::vector<KeyClaim> make_block(const StreamedParts& parts, Table rows, SurveyData& block, Diagnostics& faults);

}  // namespace cifra
