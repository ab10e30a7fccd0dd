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
    std::map<IncidentKey, std::size_t> incidents;
    bool roster_sound = true, incidents_sound = true;  // false: a row could not be placed, so counts are not judged
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

std::string file_name(Unit unit);                                                // "answers_household.csv", ...
std::string cell(const Table& table, std::string_view column, std::size_t row);  // "" where absent or empty

}  // namespace cifra
