// The conditions and items of one task as SQL: what block_columns.h makes of rows. Internal to the rooms
// `pass/warehouse_*`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "estimation/pass/pass_plan.h"
#include "estimation/pass/warehouse_pass.h"

namespace cifra {

// SQL; conditions are 0 or 1, numbers Float64 and finite on the rows that are kept.
struct WarehouseItems {
    std::string universe;       // the condition holds and the weight is positive
    std::string kept;           // of these those that missing items leave in it; the same text where all stay
    std::string missing = "0";  // of these those with a missing item
    std::string value = "1.", over = "1.";
    std::vector<std::pair<Missing, std::string>> undeclared;  // by kind: rows whose indicator has no rule for it
};

// Nothing after a fault.
std::optional<std::string> warehouse_universe(const WarehouseRows& rows, const std::optional<Expr>& where,
                                              const Location& at, Diagnostics& faults);
std::optional<WarehouseItems> warehouse_items(const WarehouseRows& rows, const Indicator& indicator,
                                              Diagnostics& faults);

}  // namespace cifra
