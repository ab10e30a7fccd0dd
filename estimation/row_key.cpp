#include "estimation/row_key.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace cifra {

std::string row_key(const std::vector<const Column*>& columns, std::size_t row) {
    std::string key;
    for (const Column* column : columns) {
        const std::string_view text = column->text(row);
        // The length keeps cells apart that hold a separator themselves; that of the last one is told by the key's.
        if (column != columns.back()) fmt::format_to(std::back_inserter(key), "{}:", text.size());
        key += text;
    }
    return key;
}

void report_repeated_keys(Location first, std::size_t repeated, const std::vector<std::string>& key,
                          Diagnostics& faults) {
    faults.error(std::move(first), "key-not-unique",
                 fmt::format("{} rows repeat the key {} of an earlier row, first here", repeated, fmt::join(key, ", ")),
                 "name the columns that identify a record, or remove the repeated records");
}

}  // namespace cifra
