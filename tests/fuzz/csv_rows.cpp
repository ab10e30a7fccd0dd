// Any bytes as a CSV file: read by blocks, cut in many places, it gives the rows that it gives as a whole.
#include "engine/microdata/csv_rows.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/csv.h"
#include "tests/fuzz/fuzz.h"

namespace {

std::filesystem::path file_of(const std::uint8_t* data, std::size_t size) {
    const auto file = std::filesystem::temp_directory_path() / ("cifra_fuzz_" + std::to_string(getpid()) + ".csv");
    std::ofstream(file, std::ios::binary) << cifra::fuzz::text_of(data, size);
    return file;
}

// Everything is text, so that no type has to be guessed.
cifra::CsvOptions all_text(const std::filesystem::path& file) {
    cifra::CsvOptions options;
    cifra::Diagnostics ignored;
    for (const std::string& name : cifra::csv_header(file, {}, ignored)) options.types[name] = cifra::ColumnType::text;
    return options;
}

// The cells of the rows from `row` on; how many there are.
std::size_t require_rows(const cifra::Table& part, const cifra::Table& whole, std::size_t row) {
    cifra::fuzz::require(part.names() == whole.names(), "the columns changed");
    const std::size_t rows = part.lines.size();
    cifra::fuzz::require(row + rows <= whole.lines.size(), "a row was added");
    for (std::size_t column = 0; column < part.width(); ++column)
        for (std::size_t i = 0; i < rows; ++i)
            cifra::fuzz::require(part.column(column).cell(i) == whole.column(column).cell(row + i), "a cell changed");
    return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = file_of(data, size);
    const cifra::CsvOptions options = all_text(file);
    cifra::Diagnostics expected, faults;
    const cifra::Table whole = cifra::parse_csv(cifra::fuzz::text_of(data, size), file.string(), options, expected);
    const std::size_t piece_bytes = size > 0 ? 1 + data[size / 2] : 1;
    const auto rows = cifra::open_csv_rows({file}, options, faults, piece_bytes);
    std::size_t row = 0;
    while (const auto piece = rows ? rows->next(faults) : nullptr) {
        const cifra::RowBlock block = rows->read(*piece);
        faults.append(block.faults);
        row += require_rows(block.table, whole, row);
    }
    std::filesystem::remove(file);
    cifra::fuzz::require_explained(faults);
    cifra::fuzz::require(faults.has_errors() == expected.has_errors(), "one reader found a fault, the other none");
    cifra::fuzz::require(!rows || expected.contains("too-many-faults") || row == whole.lines.size(), "a row was lost");
    return 0;
}
