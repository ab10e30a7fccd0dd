// Single figures of the survey for the flow: a row of estimates.csv by name, and the covariance of two.
#pragma once

#include <optional>
#include <string>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

struct FlowCount {
    double value = 0, lower = 0, upper = 0;  // lower = upper = value: a count of records
    double se = 0, df = 0, level = 0;        // of an estimate; level: of its limits, NaN where not told
    bool estimate = false;
    std::string quality;
    std::string table, indicator, domain;  // of the estimate, for its covariances
};

// "" for `table` or `period`: whatever it is.
struct EstimateName {
    std::string table, indicator, domain, period;
};

// Fault at `where`: unknown-estimate (no row has this name, or several do, or it has no figure).
std::optional<FlowCount> find_estimate(const Table& estimates, const EstimateName& name, const Location& where,
                                       Diagnostics& faults);

// From covariances.csv; nothing where it does not have both.
std::optional<double> find_covariance(const Table& covariances, const FlowCount& a, const FlowCount& b);

}  // namespace cifra
