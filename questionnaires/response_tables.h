// Part of `responses`: the coded tables and their codebook.
#pragma once

#include "questionnaires/response_records.h"

namespace cifra {

struct CheckedHousehold {
    Walk walk;
    std::map<IncidentKey, Coded> coded;
};

// `checked` goes with groups.complete. Rows of households without a complete interview stay in the household table
// only; records that belong to no complete household, and doubles, are left out.
Responses coded_tables(const Instrument& instrument, const AnswerTables& answers, const GroupedRows& groups,
                       const std::vector<CheckedHousehold>& checked);

}  // namespace cifra
