// The part of the verb `records` that compares the survey with recorded crime.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/command.h"
#include "engine/crosswalk/records_plan.h"
#include "estimation/records/comparison.h"

namespace cifra {

// Everything that does not need the recoded records: the plan, the survey's data and estimates.
struct ComparisonStart {
    RecordedCrimePlan plan;
    std::vector<ComparedSurvey> survey;
    std::uint64_t seed = 1;
};

// The context gains the files that were read. Throws InputError, Refusal.
ComparisonStart begin_comparison(const RecordsPlan& records, Context& context);

// Writes records/comparison.csv, records/comparable_subset.csv and the pages records/comparison.html (and
// comparison.LANGUAGE.html), with their names. `records/recoded.csv` stands in the folder of results already.
void finish_comparison(const ComparisonStart& start, const RecordsPlan& records, const Crosswalk* crosswalk,
                       const std::vector<std::string>& languages, Context& context, Outputs& outputs,
                       std::vector<std::string>& names);

}  // namespace cifra
