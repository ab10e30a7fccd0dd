// Rows of results collected cell by cell, then made a table.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/table.h"

namespace cifra {

// Columns in the given order; those in `texts` hold text, the others numbers (NaN: missing). Cells not set are empty.
class ResultRows {
public:
    ResultRows(std::vector<std::string> columns, const std::vector<std::string>& texts);
    void begin_row();
    void set(const std::string& column, double value);
    void set(const std::string& column, std::string value);
    // A whole row: its texts in the order of the text columns, its numbers in that of the others.
    void add_row(std::vector<std::string> texts, const std::vector<double>& numbers);
    Table finish() const;

private:
    std::size_t at(const std::string& column) const;
    std::vector<std::string> columns_;
    std::vector<bool> is_text_;
    std::vector<std::vector<double>> numbers_;
    std::vector<std::vector<std::string>> texts_;
};

// "a; b", without the empty ones
std::string joined(const std::vector<std::string>& notices);

// The number in a cell, NaN where it is missing or text.
double number_or_nan(const Column& column, std::size_t row);

}  // namespace cifra
