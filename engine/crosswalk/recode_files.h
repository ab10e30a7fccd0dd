// Files of records recoded in one pass, in small memory.
#pragma once

#include <functional>
#include <map>
#include <ostream>
#include <string>

#include "engine/crosswalk/record_counts.h"
#include "engine/crosswalk/records_plan.h"

namespace cifra {

struct RecodeOptions {
    int threads = 0;  // 0: all cores; results are the same bytes
    std::function<void(double share)> progress = [](double) {};
    std::ostream* recoded = nullptr;  // receives the recoded records as CSV: plan.keep, iccs, status, row, the tags
};

struct RecodedFiles {
    std::vector<RecordOutcome> outcomes;         // of the counts
    std::vector<RecordOutcome> outcomes_before;  // of the moves, under the earlier crosswalk
    std::vector<RecordTag> tags;                 // of the counts, bound
    RecordCounts counts;
    std::map<std::filesystem::path, std::string> digests;
};

// field-of-another-type: the code, the date or the institution stands in a column that the crosswalk reads as numbers.
void check_record_columns(const RecordsPlan& plan, const Crosswalk& crosswalk, Diagnostics& faults);

// Reads the files of the plan once. `row` counts the rows of the crosswalk from 1, and is the first of several. Faults
// of the files stop it: those of csv.h, of bind_record_tags and check_record_columns, and field-of-another-type between
// the versions of the crosswalk. Warnings, each at the first of its records and with their number:
// records-of-unknown-offence, records-without-day (a date that is none), undeclared-tag-value (the plan does not name
// it).
// Memory: some blocks, the counts, and what the crosswalk takes; nothing grows with the number of records.
RecodedFiles recode_files(const RecordsPlan& plan, const Crosswalk& crosswalk, const Crosswalk* previous,
                          const RecodeOptions& options, Diagnostics& faults);

}  // namespace cifra
