// Records counted by what became of them: all that the reports need, whatever the number of records.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/crosswalk/recode.h"
#include "engine/crosswalk/tag_coder.h"

namespace cifra {

struct RecordCount {
    std::string institution;    // "" where it is missing, or there is no such column
    int year = 0;               // of the date; 0 where it is not known or spans several
    std::uint32_t outcome = 0;  // of Recoder::outcomes()
    std::uint64_t records = 0;
};

// A field of the records among those of one outcome.
struct FieldCount {
    std::uint64_t known = 0, missing = 0, undeclared = 0;
};

// Records by state of a tag (tag_coder.h), by year and outcome.
using TagCounts = std::map<std::pair<int, std::uint32_t>, std::vector<std::uint64_t>>;

// From the outcome under an earlier crosswalk to the one now.
struct OutcomeMove {
    std::uint32_t before = 0, now = 0;
    std::uint64_t records = 0;
};

struct RecordCounts {
    std::vector<RecordCount> counts;              // by institution, year and outcome
    std::vector<std::vector<FieldCount>> fields;  // by field of the crosswalk, by outcome
    std::vector<TagCounts> tags;                  // by tag of the plan
    std::vector<OutcomeMove> moves;               // empty without an earlier crosswalk
    std::uint64_t records = 0;
};

// What is counted of one block, on any thread.
struct BlockCounts {
    std::vector<std::uint64_t> keys, moves;  // of each row: institution, year, outcome; outcomes before and now
    std::vector<std::string> institutions;   // of the keys
    std::vector<std::vector<FieldCount>> fields;
    std::vector<std::uint64_t> tag_keys;           // distinct: year and outcome
    std::vector<std::vector<std::uint64_t>> tags;  // by tag: records by tag key and state
};

struct BlockOutcomes {
    const Table& block;
    const std::vector<std::uint32_t>& now;
    const std::vector<std::uint32_t>* before;  // under an earlier crosswalk
    const std::vector<BlockTag>& tags;
};
BlockCounts count_block(const BlockOutcomes& outcomes, const Crosswalk& crosswalk, const std::string& institution,
                        const std::string& date, std::size_t kinds);

// Adds up blocks; the sums do not depend on their order.
class RecordCounter {
public:
    void add(const BlockCounts& block);
    RecordCounts counts() const;

private:
    std::unordered_map<std::string, std::uint64_t> known_;
    std::vector<std::string> institutions_;
    std::unordered_map<std::uint64_t, std::uint64_t> counts_, moves_;
    std::vector<std::vector<FieldCount>> fields_;
    // By tag, then by year and outcome: records by state.
    std::vector<std::unordered_map<std::uint64_t, std::vector<std::uint64_t>>> tags_;
    std::uint64_t records_ = 0;
};

}  // namespace cifra
