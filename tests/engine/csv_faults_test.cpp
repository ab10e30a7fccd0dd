#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>

#include "engine/csv.h"
#include "engine/csv_scanner.h"

namespace cifra {
namespace {

struct Case {
    std::string name, text, code;
    std::size_t line, column;
    CsvOptions options = {};
};

void PrintTo(const Case& one, std::ostream* stream) { *stream << one.name; }

const std::string nul(1, '\0');

const Case cases[] = {
    {"nothing", "", "empty-file", 1, 1},
    {"only_blank_lines", "\xEF\xBB\xBF\r\n\n", "empty-file", 1, 1},
    {"duplicate_column", "a,b,\xC3\xA9t\xC3\xA9,a\n1,2,3,4\n", "duplicate-column", 1, 9},
    {"missing_column", "region,b\n1,2\n", "missing-column", 1, 1, {.columns = {"regoin"}}},
    {"too_few_fields", "a,b\n1,2\n\n3\n5,6\n", "wrong-field-count", 4, 2},
    {"too_many_fields", "a,b\n1,2,3\n5,6\n", "wrong-field-count", 2, 5},
    {"too_many_after_a_newline", "a,b\n\"x\ny\",2,3\n5,6\n", "wrong-field-count", 3, 6},
    {"unclosed_quote", "a,b\n1,2\n3,\"x\n5,6\n", "unclosed-quote", 3, 3},
    {"unclosed_at_the_end", "a,b\n1,\"", "unclosed-quote", 2, 3},
    {"unclosed_in_the_header", "a,\"b\n1,2\n3,4,5\n", "unclosed-quote", 1, 3},
    {"quote_in_plain_field", "a,b\n\xC3\xB1\"o\",2\n5,6\n", "stray-quote", 2, 2},
    {"text_after_closing_quote", "a,b\r\n1,2\r\n\"x\" y,2\r\n", "stray-quote", 3, 4},
    {"quote_after_closing_quote", "a,b\n\"x\"y\"z\",2\n", "stray-quote", 2, 4},
    {"not_a_number", "a,b\n1,2\n3,four\n", "not-a-number", 3, 3, {.types = {{"b", ColumnType::number}}}},
    {"point_under_decimal_comma",
     "a;b\n1;2.5\n",
     "not-a-number",
     2,
     3,
     {.decimal_comma = true, .types = {{"b", ColumnType::number}}}},
    {"nul", "a,b\n1,2\n3,4" + nul + nul + "\n5,6\n", "nul-byte", 3, 4},
    {"latin1", "a,b\n1,2\n\xC3\xA1,a\xF1o\n5,6\n", "not-utf8", 3, 4},
    {"overlong", "a,b\n1,\xC0\xAF\n", "not-utf8", 2, 3},
    {"overlong_of_three", "a,b\n1,\xE0\x80\xAF\n", "not-utf8", 2, 3},
    {"surrogate", "a,b\n1,\xED\xA0\x80\n", "not-utf8", 2, 3},
    {"beyond_unicode", "a,b\n1,\xF4\x90\x80\x80\n", "not-utf8", 2, 3},
    {"cut_character", "a,b\n1,\xE2\x82", "not-utf8", 2, 3},
    {"utf16", std::string("\xFF\xFE") + "a" + nul + "," + nul + "b" + nul, "not-utf8", 1, 1},
    {"long_field", "a,b\n1,12345678\n3,123456789\n", "field-too-long", 3, 3, {.max_field_bytes = 8}},
    {"long_quoted_field", "a,b\n1,\"12345\n789\"\n", "field-too-long", 2, 4, {.max_field_bytes = 8}},
};

class CsvFault : public testing::TestWithParam<Case> {};

TEST_P(CsvFault, IsTheOnlyOneAndStandsAtItsPlace) {
    const Case& one = GetParam();
    Diagnostics faults;
    parse_csv(one.text, "f.csv", one.options, faults);
    ASSERT_EQ(faults.items().size(), 1u);
    const Diagnostic& fault = faults.items().front();
    EXPECT_EQ(fault.code, one.code);
    EXPECT_EQ(fault.where, (Location{"f.csv", one.line, one.column}));
    EXPECT_EQ(fault.severity, Severity::error);
    EXPECT_FALSE(fault.hint.empty());
}

INSTANTIATE_TEST_SUITE_P(Csv, CsvFault, testing::ValuesIn(cases), [](const auto& one) { return one.param.name; });

TEST(CsvFaults, AllOfAFileAreReportedAndTheSoundRowsRead) {
    Diagnostics faults;
    const CsvOptions options{.columns = {"a", "z"}, .types = {{"a", ColumnType::number}}};
    const Table table =
        parse_csv("a,b,b\n1,x,x\nq,x,x\n3,x\n4,\"x,y\"z,x\n5,\xFF,x\n6,x,x\n7,\"x\n8,x,x\n", "f.csv", options, faults);
    std::vector<std::pair<std::string, std::size_t>> found;
    for (const Diagnostic& fault : faults.items()) found.emplace_back(fault.code, fault.where.line);
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    const std::vector<std::pair<std::string, std::size_t>> expected = {
        {"duplicate-column", 1}, {"missing-column", 1}, {"not-a-number", 3},  {"wrong-field-count", 4},
        {"stray-quote", 5},      {"not-utf8", 6},       {"unclosed-quote", 8}};
    EXPECT_EQ(found, expected);
    EXPECT_EQ(table.names(), (std::vector<std::string>{"a"}));
    EXPECT_EQ(table.lines, (std::vector<std::uint32_t>{2, 3, 6, 7, 9}));
    EXPECT_EQ(table.at("a").number(4), 8);
    EXPECT_FALSE(table.at("a").present(1));
}

TEST(CsvFaults, AtMostAHundredAndThenANote) {
    std::string text = "a,b\n";
    for (int row = 0; row < 250; ++row) text += row < 200 ? "1\n" : "2,x\n";
    Diagnostics faults;
    const Table table = parse_csv(text, "f.csv", {}, faults);
    EXPECT_EQ(faults.error_count(), CsvFaults::limit);
    ASSERT_EQ(faults.items().size(), CsvFaults::limit + 1);
    EXPECT_EQ(faults.items().back().severity, Severity::note);
    EXPECT_EQ(faults.items().back().where.line, 101u);
    EXPECT_EQ(table.rows(), 0u);
}

TEST(CsvFaults, ManyUnclosedQuotesAndLateTextColumnsDoNotUpsetTheRows) {
    std::string text = "a,b\n";
    for (int row = 0; row < 300; ++row) text += row % 2 == 0 ? "1.50,y\n" : "1,z,\n";
    text += "late,x\n";
    Diagnostics faults;
    const Table table = parse_csv(text, "f.csv", {}, faults);
    EXPECT_EQ(faults.error_count(), CsvFaults::limit);
    EXPECT_EQ(table.at("a").size(), table.lines.size());
    EXPECT_EQ(table.at("b").size(), table.lines.size());
}

TEST(CsvFaults, NoMessageHoldsACell) {
    Diagnostics faults;
    const CsvOptions options{.types = {{"a", ColumnType::number}}};
    parse_csv("a,b\nSECRET,x\n1,SECRET,3\n2,SE\"CRET\n3,\"SECRET\n", "f.csv", options, faults);
    EXPECT_EQ(faults.error_count(), 4u);
    for (const Diagnostic& fault : faults.items()) EXPECT_EQ(to_text(fault).find("SECRET"), std::string::npos);
}

TEST(CsvFaults, MissingColumnNamesTheNearest) {
    Diagnostics faults;
    parse_csv("region,b\n1,2\n", "f.csv", {.columns = {"regoin"}}, faults);
    EXPECT_NE(faults.items().front().hint.find("'region'"), std::string::npos);
}

TEST(CsvFaults, FilesThatCannotBeRead) {
    for (const std::filesystem::path& path :
         {std::filesystem::path("/no/such/file.csv"), std::filesystem::path(CIFRA_SOURCE_DIR)}) {
        Diagnostics faults;
        EXPECT_EQ(read_csv(path, {}, faults).rows(), 0u);
        ASSERT_EQ(faults.items().size(), 1u);
        EXPECT_EQ(faults.items().front().code, "cannot-read");
        EXPECT_EQ(faults.items().front().where, (Location{path.string(), 0, 0}));
    }
}

}  // namespace
}  // namespace cifra
