// Recorded crime counted for the comparison: records by crime, year and area, after the restrictions on the records.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <tuple>

#include "engine/crosswalk/crosswalk.h"
#include "estimation/records/comparison_plan.h"

namespace cifra {

struct RecordedCount {
    double records = 0;
    double allocated = 0;  // of them by shares of the crosswalk
    // Of the allocation: N² P (1 - P) d / n, as in the roll-up (engine/crosswalk/records_reports.h); shares without a
    // sample add nothing.
    double variance = 0;
};

struct RecordedCounts {
    // year, area, crime (index in the plan). Area "": all, those without an area included.
    std::map<std::tuple<std::string, std::string, std::size_t>, RecordedCount> of_crime;
    // year, code: all records, before any restriction.
    std::map<std::pair<std::string, std::string>, double> of_code;
    std::map<std::filesystem::path, std::string> digests;
    std::filesystem::path file;
    RecordedCount at(const std::string& year, const std::string& area, std::size_t crime) const;
};

// Which crime of the plan a code belongs to: that of the nearest entry at or above it, among the codes of the crimes
// and those not compared; plan.crimes.size() where it is not compared or has no entry. `entry`: receives the code that
// decides, "" for none.
std::size_t crime_of_code(const RecordedCrimePlan& plan, const std::string& code, std::string* entry = nullptr);

// Reads `plan.records.counts` (columns year, iccs, count and, with `by`, area), or the recoded records `recoded`, whose
// allocated records count by the shares of `crosswalk`. In one pass, in blocks. Faults: those of csv.h,
// missing-column, unknown-iccs (with the line), negative-count, no-year (how many records have none), those of the
// expressions.
RecordedCounts count_recorded_crime(const RecordedCrimePlan& plan, const std::filesystem::path& recoded,
                                    const Crosswalk* crosswalk, Diagnostics& faults);

}  // namespace cifra
