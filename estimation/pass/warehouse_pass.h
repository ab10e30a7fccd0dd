// A pass carried out by a database: one query a table of sums, whose groups are the slots.
//
// Each column of the plan becomes one aggregate over the rows of a slot, under the same conditions as in block_pass.h:
// what a ClickHouse server sends back is what a block of all rows would give, and goes the same way from there. Sums
// are made by the server in an order of its own, so that they agree with those of a file to about 1e-15, not to the
// byte.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/warehouse/answer.h"
#include "engine/warehouse/http_client.h"
#include "engine/warehouse/sql.h"
#include "estimation/hierarchy.h"
#include "estimation/pass/block_pass.h"
#include "estimation/pass/pass_plan.h"
#include "estimation/pass/warehouse_auxiliaries.h"

namespace cifra {

// The rows of one level in a database.
struct WarehouseRows {
    WarehouseClient client;
    SqlSource source;
    std::string where;  // condition of the rows that belong to the survey; "1": all
    SqlValue weight;
    std::string weight_text;    // as the design file has it, for messages
    std::string identity = {};  // numbers and texts of a row that tell whether it is still the same
    std::string checksum = {};  // of the rows, where queries were made before the pass
    std::optional<WarehouseAuxiliaries> auxiliaries = {};  // of calibrated weights
};

// The rows of a query as a table whose columns are named by their position: a variable may be asked for twice. Sorted
// by the first `sorted` columns.
Table answer_of(const WarehouseRows& rows, std::vector<SqlOutput> outputs, const std::string& rest,
                std::size_t sorted = 0);

// Of whole numbers, so that their order does not matter: another one where a row came, went or is not the same.
std::string checksum_of(const WarehouseRows& rows);

// 1 where the weight is missing or negative, and the fault of so many rows.
std::string bad_weight(const WarehouseRows& rows);
void refuse_bad_weights(const WarehouseRows& rows, double count, Diagnostics& faults);

// Outputs (engine/warehouse/answer.h) of columns of the types that they have in the level; numbers without a sign of
// zero. Faults: not-in-sql.
std::vector<SqlOutput> warehouse_keys(const WarehouseRows& rows, const Hierarchy& levels,
                                      const std::vector<std::string>& names, Diagnostics& faults);
// "FROM database.table WHERE ...": the rows of the survey for which all conditions hold.
std::string from_rows(const WarehouseRows& rows, const std::vector<std::string>& conditions);

// `levels`: the level with its columns and types. Queries: one that counts rows, bad weights and undeclared missing
// items; one a table; one that sees whether the rows and their weights are still the same. Faults: bad-weight, no-rows,
// not-in-sql, warehouse-changed. Throws InputError with the faults of WarehouseClient. `done`: share of the queries.
BlockResult pass_warehouse(const PassPlan& plan, const WarehouseRows& rows, const Hierarchy& levels,
                           const std::vector<std::string>& design_columns, const std::function<void(double)>& done,
                           Diagnostics& faults);

}  // namespace cifra
