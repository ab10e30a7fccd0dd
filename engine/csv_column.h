// One column of a CSV file while it is read: its cells become numbers or text by the rules of csv.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table.h"

namespace cifra {

// The value of a cell that counts as a number where no type is declared; nothing for text such as "03", "+5", "5." or
// an id of 16 digits. A value it takes is taken again as `shortest` writes it; below 1e15 also as `digits17` does.
std::optional<double> plain_number(std::string_view cell);

// The value of a cell of a column of numbers, or nothing: a cell of any decimal number where the type is `declared`,
// else of a plain one.
std::optional<double> read_csv_number(std::string_view cell, bool declared, bool decimal_comma);

// Undeclared, the column gathers numbers until a cell is none; from there on it is text. If numbers came before, their
// spelling is gone and all cells have to be added once more: cheaper than to keep the spelling of every number.
class CsvColumn {
public:
    CsvColumn(std::string name, std::size_t field, std::optional<ColumnType> declared, bool decimal_comma);
    const std::string& name() const { return name_; }
    std::size_t field() const { return field_; }  // its place among the fields of a record

    // Adds a cell. An empty one is missing, and so is one that is no number where a number is declared: then false.
    bool add(std::string_view cell);
    bool needs_rereading() const { return needs_rereading_; }
    void start_rereading();
    Column finish();

private:
    void add_missing();
    void become_text();

    std::string name_;
    std::size_t field_;
    bool declared_, text_, decimal_comma_;
    bool any_number_ = false, needs_rereading_ = false;
    std::vector<double> numbers_;
    TextColumnBuilder texts_;
};

}  // namespace cifra
