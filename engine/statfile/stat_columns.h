// Cells of a statistical file as a column of a table: kinds of missing, dates as texts, the type that was asked for.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "engine/statfile/stat_cells.h"
#include "engine/statfile/stat_dictionary.h"
#include "engine/table.h"

namespace cifra {

// The type a variable has where nobody declares another: that in the file, text for dates.
ColumnType natural_type(const StatVariable& variable);

// A number read as text is its shortest text, or its date; a date read as a number is its serial number. A text without
// letters, and a missing number without a tag, is `system`; codes that the file calls missing have the kind of
// kind_of_code.
class StatColumnReader {
public:
    StatColumnReader(const StatVariable& variable, ColumnType wanted, const MissingKinds& declared);

    // Tells of a cell that cannot be read; it is missing then. Codes: not-a-number, not-a-date, not-utf8.
    using Report = std::function<void(std::size_t row, const char* code)>;
    Column read(const StatColumn& cells, const Report& report) const;
    ColumnType type() const { return wanted_; }

private:
    Missing kind_of(double number) const;
    Column numbers_as_numbers(const StatColumn& cells) const;
    Column numbers_as_texts(const StatColumn& cells, const Report& report) const;
    Column texts_as_numbers(const StatColumn& cells, const Report& report) const;
    Column texts_as_texts(const StatColumn& cells, const Report& report) const;

    ColumnType in_file_, wanted_;
    StatDate date_;
    std::array<Missing, 256> kind_of_tag_;
    std::vector<MissingNumbers> ranges_;
    std::map<double, Missing> kind_of_number_;  // of codes in a range that are not system
    std::map<std::string, Missing, std::less<>> kind_of_text_;
};

}  // namespace cifra
