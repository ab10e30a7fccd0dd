#include "engine/csv.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace cifra {
namespace {

Table read(const std::string& text, const CsvOptions& options = {}) {
    Diagnostics faults;
    Table table = parse_csv(text, "f.csv", options, faults);
    faults.throw_if_errors();
    return table;
}

using Cells = std::vector<std::string>;

Cells cells(const Table& table, std::string_view column) {
    Cells result;
    for (std::size_t row = 0; row < table.rows(); ++row) result.push_back(table.at(column).cell(row));
    return result;
}

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::filesystem::path scratch(const std::string& name) {
    const auto folder = std::filesystem::path(testing::TempDir()) / "cifra_csv_test" / name;
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

TEST(Csv, QuotesNewlinesAndSeparatorsInsideFields) {
    const Table table = read("id,\"a \"\"name\"\"\"\nx,\"one, two\"\ny,\"first\nsecond \"\"2\"\"\"\nz,\"\"\n");
    EXPECT_EQ(table.names(), (Cells{"id", "a \"name\""}));
    EXPECT_EQ(cells(table, "a \"name\""), (Cells{"one, two", "first\nsecond \"2\"", ""}));
    EXPECT_EQ(table.lines, (std::vector<std::uint32_t>{2, 3, 5}));
    EXPECT_EQ(table.source, "f.csv");
}

TEST(Csv, AllLineEndsAndTheByteOrderMark) {
    for (const std::string end : {"\n", "\r\n", "\r"}) {
        const std::string body = fmt::format("a,b{0}1,x{0}{0}2,\"p{0}q\"{0}3,z", end);
        for (const std::string& text : {body, "\xEF\xBB\xBF" + body, fmt::format("{0}{1}{0}", end, body)}) {
            const Table table = read(text);
            EXPECT_EQ(table.names(), (Cells{"a", "b"}));
            EXPECT_EQ(cells(table, "a"), (Cells{"1", "2", "3"}));
            EXPECT_EQ(cells(table, "b"), (Cells{"x", "p" + end + "q", "z"}));
            const std::uint32_t first = text.starts_with(end) ? 3 : 2;
            EXPECT_EQ(table.lines, (std::vector<std::uint32_t>{first, first + 2, first + 4}));
        }
    }
}

TEST(Csv, SeparatorIsFoundInTheHeaderOutsideQuotes) {
    EXPECT_EQ(read("a;b\n1,5;2\n").names(), (Cells{"a", "b"}));
    EXPECT_EQ(read("a\tb\n1;5\t2\n").names(), (Cells{"a", "b"}));
    EXPECT_EQ(read("\"a;b;c\",d\n1,2\n").names(), (Cells{"a;b;c", "d"}));
    EXPECT_EQ(read("a;b,c;d\n1;2;3\n").names(), (Cells{"a", "b,c", "d"}));
    EXPECT_EQ(read("only\n1\n").names(), (Cells{"only"}));
    EXPECT_EQ(read("a|b\n1|2\n", {.separator = '|'}).names(), (Cells{"a", "b"}));
}

TEST(Csv, DecimalComma) {
    const CsvOptions comma{.decimal_comma = true};
    const Table table = read("a,x;b\n1,5;-0,25\n2;1.234,5\n", comma);
    EXPECT_TRUE(table.at("a,x").is_number());
    EXPECT_EQ(table.at("a,x").number(0), 1.5);
    EXPECT_FALSE(table.at("b").is_number()) << "a point is a thousands separator here";
    EXPECT_EQ(cells(table, "b"), (Cells{"-0,25", "1.234,5"}));
    EXPECT_EQ(read("a,b\n\"1,5\",2\n", comma).at("a").number(0), 1.5);
    EXPECT_FALSE(read("a;b\n1,5;2\n").at("a").is_number());
}

TEST(Csv, InferredTypes) {
    for (const std::string number : {"0", "-0", "12", "-3.50", "0.05", ".5", "999999999999999", "0.10000000000000001",
                                     "1e+05", "1.5E+05", "1.23e-06", "5e-324", "1.23e+20"})
        EXPECT_TRUE(read("a,b\n" + number + ",\n,\n").at("a").is_number()) << number;
    for (const std::string text : {"03",
                                   "00",
                                   "-01",
                                   "+5",
                                   "5.",
                                   ".",
                                   "-",
                                   "1e5",
                                   "1E5",
                                   "1e+5x",
                                   "1e400",
                                   "1e+400",
                                   "0x10",
                                   "nan",
                                   "inf",
                                   " 1",
                                   "1 ",
                                   "1,5",
                                   "1710051325461935564934133",
                                   "1234567890123456",
                                   "0.123456789012345678",
                                   "1-2"})
        EXPECT_FALSE(read("a\tb\n" + text + "\t\n").at("a").is_number()) << text;
}

TEST(Csv, OneTextCellMakesTheColumnTextAndKeepsTheSpellingOfAll) {
    const Table table = read("a,b,n\n1.50,,1\n,,2\n007,x,3\n1e+05,2.0,4\n");
    EXPECT_EQ(cells(table, "a"), (Cells{"1.50", "", "007", "1e+05"}));
    EXPECT_EQ(cells(table, "b"), (Cells{"", "", "x", "2.0"}));
    EXPECT_EQ(table.at("a").missing(1), Missing::system);
    EXPECT_TRUE(table.at("n").is_number());
}

TEST(Csv, DeclaredTypes) {
    CsvOptions options;
    options.types = {{"code", ColumnType::text}, {"value", ColumnType::number}, {"absent", ColumnType::text}};
    const Table table = read("code,value\n1,007\n2,1E3\n,\n", options);
    EXPECT_EQ(cells(table, "code"), (Cells{"1", "2", ""}));
    EXPECT_FALSE(table.at("code").is_number());
    EXPECT_EQ(table.at("value").number(0), 7);
    EXPECT_EQ(table.at("value").number(1), 1000);
    EXPECT_EQ(table.at("value").missing(2), Missing::system);
}

TEST(Csv, OnlyTheColumnsAskedForInFileOrder) {
    CsvOptions options;
    options.columns = {"d", "a"};
    options.optional_columns = {"c", "nowhere"};
    const Table table = read("a,b,c,d\n1,2,3,4\n", options);
    EXPECT_EQ(table.names(), (Cells{"a", "c", "d"}));
    EXPECT_EQ(cells(table, "d"), (Cells{"4"}));
}

TEST(Csv, AHeaderAloneIsATableWithoutRows) {
    const Table table = read("a,b\n");
    EXPECT_EQ(table.rows(), 0u);
    EXPECT_EQ(table.names(), (Cells{"a", "b"}));
}

TEST(Csv, WritesQuotesOnlyWhereNeeded) {
    Table table;
    table.set("a;b", Column::of_texts({"plain", "co,mma", "say \"no\"", "two\nlines", "semi;colon", ""}));
    table.set("x", Column::of_numbers({1, -0.1, 100000, 0, 2.5, 3}, {Missing::none, Missing::none, Missing::none,
                                                                     Missing::refused, Missing::none, Missing::none}));
    EXPECT_EQ(to_csv(table),
              "\"a;b\",x\nplain,1\n\"co,mma\",-0.1\n\"say \"\"no\"\"\",100000\n\"two\nlines\",\nsemi;colon,2.5\n,3\n");
    EXPECT_NE(to_csv(table, digits17).find("-0.10000000000000001\n"), std::string::npos);
}

TEST(Csv, AMissingCellAloneInItsRowIsNoBlankLine) {
    Table table;
    table.set("x", Column::of_numbers({1, 0, 3}, {Missing::none, Missing::system, Missing::none}));
    EXPECT_EQ(to_csv(table), "x\n1\n\"\"\n3\n");
    EXPECT_EQ(read(to_csv(table)).rows(), 3u);
}

TEST(Csv, WritesWholeFilesOnly) {
    const auto folder = scratch("write");
    Table table;
    table.set("x", Column::of_numbers({1, 2}));
    write_csv(table, folder / "below" / "x.csv");
    EXPECT_EQ(bytes_of(folder / "below" / "x.csv"), "x\n1\n2\n");

    std::filesystem::create_directories(folder / "taken" / "inside");
    EXPECT_THROW(write_csv(table, folder / "taken"), InputError);
    std::set<std::string> left;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) left.insert(entry.path().filename().string());
    EXPECT_EQ(left, (std::set<std::string>{"below", "taken"})) << "no temporary file is left behind";
}

TEST(Csv, HeaderOfAFile) {
    const auto file = scratch("header") / "f.csv";
    const std::string long_name((1 << 20) + 5, 'n');
    for (const std::string& last : {std::string("b"), long_name}) {
        std::ofstream(file) << "\xEF\xBB\xBF"
                            << "a;\"" << last << "\"\n1;\"not closed";
        Diagnostics faults;
        EXPECT_EQ(csv_header(file, {.max_field_bytes = 1 << 21}, faults), (Cells{"a", last}));
        EXPECT_FALSE(faults.has_errors()) << "the rows are not looked at";
    }
    Diagnostics faults;
    EXPECT_TRUE(csv_header(file.parent_path() / "none.csv", {}, faults).empty());
    EXPECT_TRUE(faults.contains("cannot-read"));
}

// Row, weight, stratum and PSU counts as its documentation gives them.
TEST(Csv, RealMicrodata) {
    const char* given = std::getenv("CIFRA_TEST_DATA");
    const std::filesystem::path data = given ? given : CIFRA_SOURCE_DIR "/../shared/data";
    const auto file = data / "ncvs2021" / "household.csv";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no microdata: " << file << " is absent (CIFRA_TEST_DATA)";
    Diagnostics faults;
    const Table table = read_csv(file, {}, faults);
    ASSERT_TRUE(faults.items().empty());
    EXPECT_EQ(table.rows(), 256460u);
    EXPECT_EQ(table.lines.back(), 256461u);
    const auto weights = table.at("WGTHHCY").numbers();
    EXPECT_EQ(std::count(weights.begin(), weights.end(), 0.0), 106322);
    std::set<double> strata;
    std::set<std::pair<double, double>> psus;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        strata.insert(table.at("V2117").number(row));
        psus.emplace(table.at("V2117").number(row), table.at("V2118").number(row));
        ASSERT_EQ(table.at("IDHH").text(row).size(), 25u);
    }
    EXPECT_EQ(strata.size(), 160u);
    EXPECT_EQ(psus.size(), 330u);
}

}  // namespace
}  // namespace cifra
