// The columns of estimates.csv by name, as text or as number, whatever types the file was read with; empty and NaN
// where the file does not have one.
#pragma once

#include <map>
#include <string>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/intervals.h"

namespace cifra {

class EstimatesColumns {
public:
    explicit EstimatesColumns(const Table& table) : table_(table) {
        for (std::size_t i = 0; i < table.width(); ++i) texts_.emplace(table.names()[i], table.column(i).as_text());
    }
    std::string text(const char* name, std::size_t row) const {
        const auto found = texts_.find(name);
        return found == texts_.end() ? std::string() : found->second.text(row);
    }
    double number(const char* name, std::size_t row) const {
        return parse_number(text(name, row)).value_or(missing_number);
    }
    Location place(std::size_t row) const {
        return {table_.source, row < table_.lines.size() ? table_.lines[row] : 0, 0};
    }

private:
    const Table& table_;
    std::map<std::string, Column> texts_;
};

}  // namespace cifra
