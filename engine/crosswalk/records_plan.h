// The section `records` of a study: which files hold the records, which columns mean what, and how the records were
// counted. The keys are explained in README.md.
#pragma once

#include <optional>
#include <utility>

#include "engine/crosswalk/record_tags.h"
#include "engine/microdata/microdata.h"
#include "engine/study.h"
#include "engine/warehouse/warehouse_rows.h"

namespace cifra {

// How an institution counts, topic by topic (UNODC 2015, ICCS version 1.0, Annex 1: the classification itself gives no
// counting rules, and counts by other rules do not compare).
using CountingRules = std::vector<std::pair<std::string, std::string>>;

struct RecordsPlan {
    std::filesystem::path crosswalk;      // "" where nothing is recoded
    std::filesystem::path previous;       // an earlier version of it, "" for none
    MicrodataFiles files;                 // neither these nor a table: only the crosswalk is checked
    std::optional<WarehouseTable> table;  // of a server, in the place of files
    std::string code, date, institution;
    std::vector<std::string> keep;  // columns of the records that stand in the recoded file
    std::vector<RecordTag> tags;    // not bound yet
    CountingRules counting;
    std::filesystem::path comparison, flow, system;  // plans of estimation/records; "" for none
    std::filesystem::path out;
    bool has_records() const { return !files.empty() || table; }
};

// Faults: no-records (no section), missing-key and unknown-value of the section and of its counting rules, which are
// mandatory where files or a table are named, but for what the counts include; files-and-source where both are named;
// those of parse_warehouse_address and of read_record_tags; column-twice where a column kept is
// named twice, or as a tag or a column that recoding makes.
RecordsPlan read_records_plan(const Study& study, Diagnostics& faults);

}  // namespace cifra
