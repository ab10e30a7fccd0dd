// What a server has: the columns of a table, and whether its arithmetic is that of this program.
#pragma once

#include "engine/warehouse/http_client.h"
#include "engine/warehouse/sql.h"

namespace cifra {

// The columns of the client's table, sorted by name, and same_exp_and_log. Throws InputError with the faults of
// WarehouseClient::query; warehouse-exception where there is no such table.
SqlSource read_source(const WarehouseClient& client);

// Whether exp and log of the server give the same bits as those of this program for 2,000 arguments over their whole
// range. Servers are built with mathematical libraries of their own, whose last bits may differ.
bool same_exp_and_log(const WarehouseClient& client);

}  // namespace cifra
