// Keys of records: the cells of some columns as one text.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

// Equal for rows whose cells are all equal, and for no others, whatever characters they hold. Text columns; a missing
// cell is an empty text.
std::string row_key(const std::vector<const Column*>& columns, std::size_t row);

// The fault key-not-unique: rows whose key an earlier row has, counted, at the first.
void report_repeated_keys(Location first, std::size_t repeated, const std::vector<std::string>& key,
                          Diagnostics& faults);

}  // namespace cifra
