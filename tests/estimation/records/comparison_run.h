// A comparison of survey and records carried out as the verb does, from files in a folder.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "estimation/records/comparison.h"

namespace cifra::testing {

struct ComparisonRun {
    RecordedCrimePlan plan;
    RecordedCounts counts;
    RecordedCrimeComparison comparison;

    // Of the last year unless another is named; the test fails where there is none.
    ComparedFigure figure(const std::string& crime, const std::string& quantity, const std::string& area = "",
                          const std::string& year = "") const;
};

// Of a table of counts. Throws InputError.
ComparisonRun run_comparison(const RecordsPlan& records, const EstimationInput& input);

// The comparison file and the design, both as YAML; every other file lies in `folder`.
ComparisonRun run_comparison(const std::string& comparison, const std::string& design,
                             const std::filesystem::path& folder);

}  // namespace cifra::testing
