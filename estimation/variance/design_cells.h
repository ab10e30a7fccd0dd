// Columns of the design in the table of what was drawn, and the places of their faults.
#pragma once

#include <cstddef>
#include <string>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

// Of its file; 0, the file as a whole, where the table was not read from one.
std::size_t line_of(const Table& table, std::size_t row);

// nullptr with the fault missing-column where there is none.
const Column* required_column(const Table& drawn, const std::string& name, Diagnostics& faults);

}  // namespace cifra
