// The comparison of a survey with recorded crime as a study declares it: which crimes, by which codes, with what left
// out and why, and how far the records speak of the people whom the survey asks. Every key is explained in
// COMPARISON.md.
//
//   quality: eclac_2023
//   survey: {reported: told, file_opened: opened, restrictions: [{where: month <= 12, text: Of the calendar year}]}
//   records: {unit: incident, restrictions: [{where: 'victim is "person"', text: Natural persons}]}
//   crimes:
//     robbery: {iccs: ["0401"], of: crimes, where: crime = "robbery", covered: {value: [0.9, 0.97], source: a study}}
//   not_compared: {"04013": Establishments are not asked}
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/command.h"
#include "engine/crosswalk/records_plan.h"
#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/estimation_input.h"
#include "estimation/quality.h"

namespace cifra {

// An expression as the user wrote it, with its place; "" holds always.
struct PlacedCondition {
    std::string text;
    Location where;
};

// What one side of the comparison is held to; without a condition the data are so already.
struct StatedRestriction {
    PlacedCondition condition;
    Labels text;
};

// A number known, or known to lie between two: every value between them is as likely.
struct CoverageFactor {
    double low = 1, high = 1;
    Labels source;
    bool declared = false;
    std::string crime;  // that declares it; "": one number for all crimes
    double middle() const { return (low + high) / 2; }
    bool exact() const { return low == high; }
};

// How records become incidents of the survey's population: P = N (1 - duplicates) covered victims units.
struct RecordAdjustment {
    CoverageFactor duplicates{0, 0, {}, false, {}};  // share of records that are of an incident recorded already
    CoverageFactor covered;                          // share with natural, resident victims of the ages asked
    CoverageFactor victims;                          // such victims per incident, each of whom would tell the survey
    CoverageFactor units;                            // incidents per counting unit of the records
    bool exact() const { return duplicates.exact() && covered.exact() && victims.exact() && units.exact(); }
};

struct ComparedCrime {
    std::string id;
    Labels title;
    std::vector<std::string> iccs;                   // these codes and all below that no nearer entry takes
    std::string of;                                  // level of the incidents
    PlacedCondition incidents;                       // which of them
    std::vector<StatedRestriction> survey, records;  // beside those of all crimes
    RecordAdjustment adjustment;
    Location where;
};

struct ComparedYear {
    std::string name;
    YamlValue design;                 // null: the study's
    std::filesystem::path directory;  // of its data
};

// Where the recorded counts come from: a table of counts, or the recoded records of the study.
struct RecordedSource {
    std::filesystem::path counts;  // "": the recoded records
    std::string year, area;        // columns; `year` of recoded records begins with the four digits
    std::string unit;              // what is counted
    std::vector<StatedRestriction> restrictions;
    Labels source;
};

struct RecordedCrimePlan {
    Labels title, subtitle, note;
    double level = 0.95;
    QualityRules quality;
    std::size_t draws = 10000;  // of the coverage factors
    std::string by;             // variable of the incidents that names the area of occurrence; "": none
    Location by_where;
    std::vector<ComparedYear> years;  // in time
    std::string base;                 // of the trend
    PlacedCondition reported, file_opened;
    std::vector<StatedRestriction> survey;
    RecordedSource records;
    std::vector<ComparedCrime> crimes;
    std::optional<Labels> total;                 // title of all compared crimes together, where wanted
    std::map<std::string, Labels> not_compared;  // code: reason
    CountingRules counting;                      // of the study's records
    std::vector<std::filesystem::path> inputs;   // files read
};

// The file that `records.comparison` names. `estimation` gives the quality rules and the design where the file names
// none. Faults beside those of YAML: unknown-iccs, code-twice (in two crimes, or compared and not), missing-reason,
// unit-without-factor (records are counted in another unit than incidents), out-of-range, not-kept (a column that the
// recoded records do not hold), unknown-choice, missing-key.
RecordedCrimePlan read_recorded_crime_plan(const RecordsPlan& records, const EstimationInput& estimation,
                                           Diagnostics& faults);

}  // namespace cifra
