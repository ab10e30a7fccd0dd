// Any bytes as a CSV file: no crash, and what is read without a fault comes back equal after being written.
#include "engine/csv.h"

#include "tests/fuzz/fuzz.h"

namespace {

void require_equal(const cifra::Table& a, const cifra::Table& b) {
    cifra::fuzz::require(a.names() == b.names() && a.rows() == b.rows(), "the shape changed");
    for (std::size_t column = 0; column < a.width(); ++column)
        for (std::size_t row = 0; row < a.rows(); ++row)
            cifra::fuzz::require(a.column(column).cell(row) == b.column(column).cell(row), "a cell changed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    cifra::Diagnostics faults;
    const cifra::Table table = cifra::parse_csv(cifra::fuzz::text_of(data, size), "fuzz.csv", {}, faults);
    cifra::fuzz::require_explained(faults);
    // A blank line is skipped, so a row of one empty cell has no twin in a file.
    if (faults.has_errors() || table.width() < 2) return 0;

    cifra::CsvOptions options;
    options.separator = ',';
    for (const std::string& name : table.names()) options.types[name] = table.at(name).type();
    const cifra::Table again = cifra::parse_csv(cifra::to_csv(table), "again.csv", options, faults);
    cifra::fuzz::require(!faults.has_errors(), "what was written is not read back");
    require_equal(table, again);
    return 0;
}
