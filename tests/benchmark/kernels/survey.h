// The made-up survey of 100,000 persons, made once for all kernels.
#pragma once

#include <filesystem>

#include "engine/table.h"
#include "estimation/design.h"
#include "estimation/survey_data.h"
#include "estimation/table_plan.h"

namespace cifra::benchmark {

inline constexpr std::size_t survey_rows = 100'000;

// A file in a temporary folder that is removed at the end of the program.
const std::filesystem::path& survey_file();

// Its columns in memory; stratum and PSU are texts.
const Table& survey_table();

// Its strata and PSUs.
const DeclaredDesign& survey_design();

// A task of tests/benchmark/tasks as `cifra estimate` reads it.
struct Task {
    SurveyData data;
    TabulationPlan plan;
};
Task read_task(const std::string& name);

}  // namespace cifra::benchmark
