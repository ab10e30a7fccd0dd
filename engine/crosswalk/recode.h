// Records with national codes recoded by a crosswalk, block by block over columns.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/crosswalk/crosswalk_cases.h"
#include "engine/table.h"

namespace cifra {

// What became of a record. The first four are those of MappingStatus. allocated: its case has several codes, each with
// a share. unknown_offence: the crosswalk does not have its code. not_in_force: it does, but on other days. undated:
// which days count is not told by its date. unforeseen: a value that the fields do not declare, and no case holds.
enum class RecordStatus : std::uint8_t {
    assigned,
    excluded,
    no_match,
    pending,
    allocated,
    unknown_offence,
    not_in_force,
    undated,
    unforeseen
};
inline constexpr std::size_t record_statuses = 9;
std::string_view to_text(RecordStatus status);

// An outcome of recoding: the failures, and every case of the crosswalk.
struct RecordOutcome {
    RecordStatus status = RecordStatus::unforeseen;
    std::string iccs;               // "" unless assigned
    std::vector<std::size_t> rows;  // of the crosswalk; more than one where allocated
};

// The code, or the status where there is none.
std::string label_of(const RecordOutcome& outcome);

// Columns of the records by name; `date` may be "".
struct RecordColumns {
    std::string code, date;
};

// The days that a cell means: of a day, a day with a time, a month or a year (2021-12-31, 2021-12-31T20:15, 2021-12,
// 2021). Nothing for any other text.
std::optional<DateRange> record_days(std::string_view cell);

class Recoder {
public:
    Recoder(const Crosswalk& crosswalk, RecordColumns columns);

    const std::vector<RecordOutcome>& outcomes() const { return outcomes_; }

    // The outcome of each row, an index of outcomes(). `block` holds the columns and the fields of the crosswalk;
    // kinds of missing are declared (apply_codebook). A record counts for a period that holds all days of its date; one
    // without date for a period of all days. Each condition is evaluated at most once, and only where a row needs it.
    std::vector<std::uint32_t> recode(const Table& block) const;

private:
    struct Case {
        int condition = -1;  // index of conditions_; -1: always
        std::uint32_t outcome = 0;
    };
    struct Period {
        DateRange validity;
        std::vector<Case> cases;  // `else` last
    };
    struct Block;
    void add_case(const Crosswalk& crosswalk, const CrosswalkCase& one, Period& period);
    std::uint32_t decide(const Period& period, std::size_t row, Block& block) const;
    std::uint32_t recode_row(std::size_t row, Block& block) const;

    RecordColumns columns_;
    std::vector<RecordOutcome> outcomes_;
    std::vector<Expr> conditions_;
    std::unordered_map<std::string, int> condition_of_text_;
    std::unordered_map<std::string, std::size_t> offence_of_code_;
    std::vector<std::vector<Period>> periods_;  // by offence
};

}  // namespace cifra
