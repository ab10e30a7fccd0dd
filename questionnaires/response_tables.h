// Part of `responses`: the coded tables and their codebook.
#pragma once

#include <set>

#include "questionnaires/response_records.h"

namespace cifra {

struct CheckedHousehold {
    Walk walk;
    std::map<IncidentKey, Coded> coded;
    std::set<Place> not_reached;           // on the path, after the last answer of an interview broken off
    std::set<IncidentKey> outside_period;  // said to have happened outside the reference period
    std::set<IncidentKey> told_already;    // in another form, or at the last interview
};

// `checked` goes with groups.complete. Rows of households without a complete interview stay in the household table
// only; records that belong to no complete household, and doubles, are left out.
Responses coded_tables(const Instrument& instrument, const AnswerTables& answers, const GroupedRows& groups,
                       const std::vector<CheckedHousehold>& checked, bool with_pii);

}  // namespace cifra
