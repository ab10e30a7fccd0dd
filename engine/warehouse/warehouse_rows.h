// A table of a server as blocks of rows (engine/microdata/row_source.h): what a pass over records reads in the place of
// a file. One query, whose answer is never held as a whole, here or there: the server sorts on its disk and sends when
// it has all.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/csv.h"
#include "engine/microdata/row_source.h"
#include "engine/warehouse/http_client.h"

namespace cifra {

struct WarehouseTable {
    WarehouseAddress address;
    std::vector<std::string> order;  // columns
    Location where;                  // of the address in the user's files
};

// The columns of `options`, each with its declared type. A cell is the text that the server writes of it, so that it is
// that of a CSV file which the server wrote; NULL and the empty text are missing (system). The rows come in the order
// of the columns `order` (numbers by size, texts by bytes) and, where these are alike, of all columns that are read:
// rows that are alike in all of them are one as good as the other, and so the order depends on nothing else.
//
// A row's line is its place in that order, from 1. Faults: missing-column, not-in-sql, not-a-number; those of
// credentials and options; and those of WarehouseClient::stream and of answers that are not whole, thrown (InputError)
// until the rows are open, and told by `next` afterwards. Memory: some megabytes, and the pieces.
std::unique_ptr<RowSource> open_warehouse_rows(const WarehouseTable& table, const CsvOptions& options,
                                               Diagnostics& faults,
                                               const Environment& environment = process_environment());

}  // namespace cifra
