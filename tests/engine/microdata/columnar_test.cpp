// The columnar cache against the CSV reader, cell by cell: generated and hostile files, each column as every type.
#include <gtest/gtest.h>

#include "engine/csv.h"
#include "engine/microdata/columnar_rows.h"
#include "engine/random.h"
#include "tests/engine/microdata/columnar_files.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

std::string fault_list(const Diagnostics& faults) {
    std::vector<std::string> lines;
    for (const Diagnostic& fault : faults.items()) {
        if (fault.severity != Severity::error) continue;
        lines.push_back(fmt::format("{:8} {} {} {}", fault.where.line, fault.code, fault.message, fault.hint));
    }
    std::sort(lines.begin(), lines.end());
    return fmt::format("{}", fmt::join(lines, "\n"));
}

void expect_reads_alike(const std::filesystem::path& file, const std::string& csv, const CsvOptions& options) {
    Diagnostics got_faults, wanted_faults;
    const Table wanted = parse_csv(csv, "data.csv", options, wanted_faults);
    const auto rows = open_columnar_rows(file, options, got_faults);
    ASSERT_TRUE(rows) << fault_list(got_faults);
    const Table got = read_all(*rows, got_faults);
    EXPECT_EQ(got_faults.has_errors(), wanted_faults.has_errors());
    // The whole-file reader stops after so many.
    if (wanted_faults.error_count() >= 100) return;
    EXPECT_EQ(fault_list(got_faults), fault_list(wanted_faults));
    expect_same(got, wanted);
}

// As inferred, all as text, all as number.
void expect_round_trip(const std::string& csv, const CsvOptions& options = {}) {
    const ScratchFolder folder;
    const auto file = folder.path() / "data.csv.cifra";
    write_columnar(file, csv, options);
    expect_reads_alike(file, csv, options);
    Diagnostics faults;
    const std::vector<std::string> names = parse_csv(csv, "", options, faults).names();
    for (const ColumnType type : {ColumnType::text, ColumnType::number}) {
        SCOPED_TRACE(static_cast<int>(type));
        CsvOptions declared = options;
        for (const std::string& name : names) declared.types[name] = type;
        expect_reads_alike(file, csv, declared);
    }
}

using Cell = std::string (*)(Stream&, std::size_t row);

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char byte : text) result += byte == '"' ? "\"\"" : std::string(1, byte);
    return result + "\"";
}

std::string generated(const std::vector<Cell>& columns, std::size_t rows, std::string_view separator = ",",
                      std::string_view line_end = "\n") {
    Stream random({7, Purpose::test, 0, 1});
    std::string csv = "row";
    for (std::size_t i = 0; i < columns.size(); ++i) csv += fmt::format("{}c{}", separator, i);
    csv += line_end;
    for (std::size_t row = 0; row < rows; ++row) {
        csv += std::to_string(row);
        for (const Cell& cell : columns) csv.append(separator).append(cell(random, row));
        csv += line_end;
    }
    return csv;
}

const std::vector<Cell> numeric = {
    [](Stream& random, std::size_t) { return std::to_string(random.below(5)); },
    [](Stream& random, std::size_t) { return random.bernoulli(0.3) ? "" : std::to_string(random.below(300)); },
    [](Stream& random, std::size_t) { return fmt::format("{:.4f}", random.uniform() * 1000); },
    [](Stream& random, std::size_t) { return shortest(random.uniform() * 1000); },
    [](Stream& random, std::size_t) { return fmt::format("{:.{}f}", random.uniform() * 9, 1 + random.below(3)); },
    [](Stream& random, std::size_t) { return fmt::format("{:.2f}", (random.uniform() - 0.5) * 1e-2); },
    [](Stream& random, std::size_t) { return shortest(random.uniform() * 1e-7); },
};

const std::vector<Cell> textual = {
    [](Stream& random, std::size_t) { return fmt::format("0{}", random.below(10)); },
    [](Stream&, std::size_t row) { return fmt::format("12345678901234567890{:05}", row); },
    [](Stream& random, std::size_t) {
        return random.bernoulli(0.5) ? std::string(
                                           "\xC3\xB1"
                                           "and\xC3\xBA")
                                     : "";
    },
    [](Stream&, std::size_t row) { return row == 68000 ? "late" : std::to_string(row * 7); },
    [](Stream& random, std::size_t row) { return row % 3 == 0 ? "+5" : shortest(random.uniform()); },
    // The last: a fault of a cell after it would stand on a later line than its row.
    [](Stream& random, std::size_t) { return quoted(fmt::format("a\"b,\n{}", random.below(400))); },
};

std::vector<Cell> all_kinds() {
    std::vector<Cell> cells = numeric;
    cells.insert(cells.end(), textual.begin(), textual.end());
    return cells;
}

TEST(Columnar, SmallFilesOfEveryKind) {
    for (const std::size_t rows : {0, 1, 2, 300}) {
        SCOPED_TRACE(rows);
        for (const char* line_end : {"\n", "\r\n", "\r"})
            expect_round_trip(generated(all_kinds(), rows, ",", line_end));
        expect_round_trip(generated(all_kinds(), rows, ";"));
        expect_round_trip(generated(all_kinds(), rows, "\t"));
    }
}

// Ids overflow the dictionary within a group; weights, few of which come twice, give it up after one. Past it cells are
// numbers of four decimals, of the shortest form, of no one form; texts; numbers first and a text at last.
TEST(Columnar, ColumnsOutgrowTheirDictionaries) {
    expect_round_trip(generated({numeric[2], numeric[3], numeric[4], textual[1], textual[3], textual[4]}, 70000));
}

TEST(Columnar, HostileTexts) {
    expect_round_trip("a\n1\n");
    expect_round_trip(
        "\xEF\xBB\xBF"
        "a,b\n1,2\n");
    expect_round_trip("a,b\n\n\n1,2\n\r\n\r3,4");
    expect_round_trip("a,b\n\"1\",\"\"\n\"\"\"\",\"x\ny\"\n,\n");
    expect_round_trip("a,b\n03,1e-05\n3,-0\n-0.00,0.00\n1e+300,5.\n");
    expect_round_trip("\"a\nb\",\"c,d\"\n1,2\n");
    expect_round_trip("a,\n1,2\n");
    expect_round_trip("a,b\n999999999999999,1000000000000000\n0.1234567890123456,0.12345678901234567\n");
}

TEST(Columnar, DecimalCommas) {
    CsvOptions options;
    options.decimal_comma = true;
    const std::vector<Cell> cells = {
        [](Stream& random, std::size_t) { return fmt::format("{},{}", random.below(1000000), random.below(10)); },
        [](Stream& random, std::size_t) { return fmt::format("{},{}", random.below(9), 1 + random.below(999)); },
        [](Stream& random, std::size_t) { return random.bernoulli(0.01) ? "1.5" : std::to_string(random.below(9)); },
        [](Stream&, std::size_t row) { return fmt::format("{},50", row); },
    };
    expect_round_trip(generated(cells, 70000, ";"), options);
    options.separator = '\t';
    expect_round_trip(generated(cells, 10, "\t"), options);
}

TEST(Columnar, OnlyTheColumnsAskedFor) {
    const ScratchFolder folder;
    const std::string csv = "id,sex,weight,note\n1,1,2.5,x\n2,2,,y\n";
    write_columnar(folder.path() / "c", csv);
    CsvOptions options;
    options.columns = {"weight", "sex"};
    options.optional_columns = {"id", "absent"};
    options.types = {{"sex", ColumnType::text}};
    expect_reads_alike(folder.path() / "c", csv, options);

    options.columns = {"wieght", "sex"};
    Diagnostics got, wanted;
    EXPECT_EQ(open_columnar_rows(folder.path() / "c", options, got), nullptr);
    parse_csv(csv, "data.csv", options, wanted);
    EXPECT_EQ(fault_list(got), fault_list(wanted));
}

TEST(Columnar, BlocksShareTheDictionary) {
    const ScratchFolder folder;
    write_columnar(folder.path() / "c", generated({textual[0], textual[5]}, 50000));
    Diagnostics faults;
    CsvOptions options;
    options.columns = {"c0", "c1"};
    const auto rows = open_columnar_rows(folder.path() / "c", options, faults);
    ASSERT_TRUE(rows);
    std::vector<const void*> first;
    std::size_t blocks = 0;
    while (const auto piece = rows->next(faults)) {
        const RowBlock block = rows->read(*piece);
        EXPECT_EQ(piece->index, blocks++);
        if (first.empty()) first = {&block.table.column(0).dictionary(), &block.table.column(1).dictionary()};
        for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(&block.table.column(i).dictionary(), first[i]);
    }
    EXPECT_EQ(blocks, 4u);
    EXPECT_EQ(rows->share(), 1.0);
}

}  // namespace
}  // namespace cifra
