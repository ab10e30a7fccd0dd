// Part of `responses`: rows of the four files put together by household, with the faults of their keys.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "questionnaires/responses.h"

namespace cifra {

// The rows of one complete household.
struct HouseholdRows {
    std::string id;
    std::size_t row = 0;
    std::map<std::uint32_t, std::size_t> roster;   // line -> row
    std::map<std::uint32_t, std::size_t> persons;  // of those interviewed, line -> row: one, or several where all are
    std::set<std::uint32_t> silent;                // the lines of those who did not respond
    bool broken_off = false;  // the interview was begun and not ended: counts are not judged
    std::map<IncidentKey, std::size_t> incidents;
    bool roster_sound = true, incidents_sound = true;  // false: a row could not be placed, so counts are not judged

    // Of the person of a place: line 0 is the only one.
    std::optional<std::size_t> person_row(std::uint32_t place_line) const;
};

// A list of violations that knows where a row stands.
class ViolationList {
public:
    explicit ViolationList(const AnswerTables& tables) : tables_(tables) {}
    void add(Unit unit, std::size_t row, std::string column, std::string rule, std::string message, bool hard = true);
    std::vector<Violation> sorted() const;

private:
    const AnswerTables& tables_;
    std::vector<std::pair<Unit, Violation>> items_;
};

struct GroupedRows {
    std::vector<HouseholdRows> complete;  // in file order
    std::vector<std::size_t> incomplete;  // rows of answers_household.csv with another outcome
};
GroupedRows group_rows(const Instrument& instrument, const AnswerTables& tables, ViolationList& violations);

// Stands in the coded files for an answer that a broken-off interview did not reach. No question where it could be an
// answer has it.
inline constexpr std::string_view not_reached_code = "-1";
bool has_not_reached_code(const Question& question);

std::string file_name(Unit unit);                                                // "answers_household.csv", ...
std::string cell(const Table& table, std::string_view column, std::size_t row);  // "" where absent or empty

}  // namespace cifra
