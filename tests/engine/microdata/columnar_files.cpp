#include "tests/engine/microdata/columnar_files.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "engine/csv_scanner.h"
#include "engine/microdata/columnar_write.h"

namespace cifra {

namespace {

// Columns gathered cell by cell.
struct Gathered {
    std::vector<double> numbers;
    std::vector<std::string> texts;
    std::vector<Missing> missing;
};

void gather(const Column& column, Gathered& to) {
    for (std::size_t row = 0; row < column.size(); ++row) {
        to.missing.push_back(column.missing(row));
        if (column.is_number())
            to.numbers.push_back(column.number(row));
        else
            to.texts.push_back(column.text(row));
    }
}

// Zeros of both signs are told apart.
bool same_cell(const Column& a, const Column& b, std::size_t row) {
    if (a.missing(row) != b.missing(row)) return false;
    if (!b.is_number()) return a.text(row) == b.text(row);
    return a.number(row) == b.number(row) && std::signbit(a.number(row)) == std::signbit(b.number(row));
}

}  // namespace

void write_columnar(const std::filesystem::path& file, const std::string& csv, const CsvOptions& options,
                    const std::string& name) {
    Diagnostics faults;
    const std::vector<std::string> names = parse_csv(csv, name, options, faults).names();
    CsvOptions texts = options;
    for (const std::string& column : names) texts.types[column] = ColumnType::text;
    const Table table = parse_csv(csv, name, texts, faults);
    ASSERT_FALSE(faults.has_errors()) << to_text(faults.items()[0]);
    const char separator = options.separator ? options.separator : find_csv_separator(csv, options.decimal_comma);
    ColumnarWriter writer(file, table.names(), options.decimal_comma);
    constexpr std::size_t rows_of_a_group = 16384;
    for (std::size_t begin = 0; begin == 0 || begin < table.rows(); begin += rows_of_a_group) {
        std::vector<std::size_t> rows(std::min(rows_of_a_group, table.rows() - begin));
        std::iota(rows.begin(), rows.end(), begin);
        writer.add(table.pick(rows), 0, 0);
    }
    writer.finish({{name, csv.size(), 1, "digest", separator}});
    EXPECT_EQ(writer.bytes(), std::filesystem::file_size(file));
}

Table read_all(RowSource& rows, Diagnostics& faults) {
    std::vector<Gathered> gathered(rows.columns().size());
    Table all;
    std::uint32_t base = 0;
    while (const auto piece = rows.next(faults)) {
        RowBlock block = rows.read(*piece);
        if (piece->first_of_file) base = piece->first_line;
        for (Diagnostic fault : block.faults.items()) {
            fault.where.line += base;
            faults.add(fault);
        }
        for (std::size_t i = 0; i < block.table.width(); ++i) gather(block.table.column(i), gathered[i]);
        for (const std::uint32_t line : block.table.lines) all.lines.push_back(base + line);
        all.source = block.table.source;
        base += block.lines;
    }
    for (std::size_t i = 0; i < gathered.size(); ++i) {
        Gathered& cells = gathered[i];
        const bool number = rows.columns()[i].type == ColumnType::number;
        all.set(rows.columns()[i].name, number ? Column::of_numbers(std::move(cells.numbers), cells.missing)
                                               : Column::of_texts(cells.texts, cells.missing));
    }
    return all;
}

void expect_same(const Table& got, const Table& wanted) {
    ASSERT_EQ(got.names(), wanted.names());
    ASSERT_EQ(got.lines, wanted.lines);
    for (std::size_t i = 0; i < wanted.width(); ++i) {
        SCOPED_TRACE(wanted.names()[i]);
        const Column &a = got.column(i), &b = wanted.column(i);
        ASSERT_EQ(a.type(), b.type());
        ASSERT_EQ(a.size(), b.size());
        std::size_t row = 0;
        while (row < b.size() && same_cell(a, b, row)) ++row;
        ASSERT_EQ(row, b.size()) << "where the first cell differs";
    }
}

}  // namespace cifra
