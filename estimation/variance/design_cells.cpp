#include "estimation/variance/design_cells.h"

#include <fmt/format.h>

namespace cifra {

std::size_t line_of(const Table& table, std::size_t row) { return table.lines.empty() ? 0 : table.lines[row]; }

const Column* required_column(const Table& drawn, const std::string& name, Diagnostics& faults) {
    const Column* column = drawn.find(name);
    if (!column)
        faults.error({drawn.source, 1, 0}, "missing-column",
                     fmt::format("the design column '{}' is not in the file", name), suggestion(name, drawn.names()));
    return column;
}

}  // namespace cifra
