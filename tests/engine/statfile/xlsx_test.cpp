// Workbooks: one that the library libxlsxwriter made, and sheets written here by hand.
#include <gtest/gtest.h>
#include <minizip/zip.h>
#include <xlsxwriter.h>

#include "engine/microdata/microdata.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

TEST(Xlsx, IsReadAsItsCsvWouldBe) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "totals.xlsx";
    lxw_workbook* book = workbook_new(file.c_str());
    lxw_worksheet* sheet = workbook_add_worksheet(book, nullptr);
    const char* names[] = {"variable", "category", "total"};
    for (lxw_col_t column = 0; column < 3; ++column) worksheet_write_string(sheet, 0, column, names[column], nullptr);
    worksheet_write_string(sheet, 1, 0, "sex, año", nullptr);
    worksheet_write_string(sheet, 1, 1, "01", nullptr);
    worksheet_write_number(sheet, 1, 2, 0.1, nullptr);
    worksheet_write_string(sheet, 3, 0, "say \"no\"", nullptr);
    worksheet_write_number(sheet, 3, 2, 1234567, nullptr);
    ASSERT_EQ(workbook_close(book), LXW_NO_ERROR);
    Diagnostics faults;
    CsvOptions options;
    options.types = {{"category", ColumnType::text}};
    const Table table = read_rows({file}, options, faults);
    ASSERT_TRUE(faults.items().empty());
    EXPECT_EQ(table.lines, (std::vector<std::uint32_t>{2, 4}));
    EXPECT_EQ(table.at("variable").text(0), "sex, año");
    EXPECT_EQ(table.at("variable").text(1), "say \"no\"");
    EXPECT_EQ(table.at("category").text(0), "01");
    EXPECT_FALSE(table.at("category").present(1));
    EXPECT_EQ(table.at("total").number(0), 0.1);
    EXPECT_EQ(table.at("total").number(1), 1234567);
    // As microdata it is refused.
    EXPECT_FALSE(open_rows({file}, {}, faults));
    EXPECT_TRUE(faults.contains("no-workbook"));
}

void add(zipFile zip, const char* name, const std::string& text) {
    zip_fileinfo about{};
    zipOpenNewFileInZip(zip, name, &about, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED, 6);
    zipWriteInFileInZip(zip, text.data(), static_cast<unsigned>(text.size()));
    zipCloseFileInZip(zip);
}

std::filesystem::path workbook(const ScratchFolder& scratch, const std::string& rows) {
    const auto file = scratch.path() / "made.xlsx";
    std::filesystem::remove(file);
    zipFile zip = zipOpen(file.c_str(), APPEND_STATUS_CREATE);
    add(zip, "xl/workbook.xml", R"(<workbook xmlns:r="r"><sheets><sheet name="b" r:id="rId7"/></sheets></workbook>)");
    add(zip, "xl/_rels/workbook.xml.rels",
        R"(<Relationships><Relationship Id="rId7" Target="/xl/worksheets/second.xml"/></Relationships>)");
    add(zip, "xl/sharedStrings.xml", "<sst><si><r><t>al</t></r><r><t>pha</t></r></si></sst>");
    add(zip, "xl/worksheets/second.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>");
    zipClose(zip, nullptr);
    return file;
}

TEST(Xlsx, CellsOfEveryKind) {
    const ScratchFolder scratch;
    const auto file =
        workbook(scratch, R"(<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c t="str"><v>b</v></c>)"
                          R"(<c t="s"><v>0</v></c></row>)"
                          R"(<row r="2"><c r="C2"><v>1.5</v></c><c r="A2" t="b"><v>1</v></c></row>)");
    Diagnostics faults;
    const Table table = read_rows({file}, {}, faults);
    ASSERT_TRUE(faults.items().empty());
    EXPECT_EQ(table.names(), (std::vector<std::string>{"a", "b", "alpha"}));
    EXPECT_EQ(table.at("a").number(0), 1);
    EXPECT_FALSE(table.at("b").present(0));
    EXPECT_EQ(table.at("alpha").number(0), 1.5);
}

std::string fault_of(const std::filesystem::path& file) {
    Diagnostics faults;
    read_rows({file}, {}, faults);
    EXPECT_EQ(faults.error_count(), 1u);
    return faults.items().empty() ? "" : faults.items().front().code;
}

TEST(Xlsx, FaultsAreNamed) {
    const ScratchFolder scratch;
    EXPECT_EQ(fault_of(scratch.path() / "absent.xlsx"), "cannot-read");
    EXPECT_EQ(fault_of(scratch.write("text.xlsx", "a,b\n")), "damaged-workbook");
    EXPECT_EQ(fault_of(workbook(scratch, R"(<row><c><v>1</v></c></row><row><c t="e"><v>#REF!</v></c></row>)")),
              "error-cell");
    const std::string bytes = bytes_of(workbook(scratch, R"(<row><c t="str"><v>a</v></c></row>)"));
    for (std::size_t size = 0; size + 4 < bytes.size(); size += 7)  // an archive ends with the size of its comment
        EXPECT_EQ(fault_of(scratch.write("cut.xlsx", bytes.substr(0, size))), "damaged-workbook") << size;
}

}  // namespace
}  // namespace cifra
