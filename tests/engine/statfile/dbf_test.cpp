// dBASE files made here byte by byte, as "dBASE File Structure" (Borland, dBASE III+ and IV) has them.
#include <gtest/gtest.h>

#include "engine/microdata/microdata.h"
#include "engine/statfile/convert_table.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

struct Field {
    std::string name;
    char type;
    int size;
};

std::string little(std::size_t number, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i));
    return text;
}

std::string dbf(const std::vector<Field>& fields, const std::vector<std::string>& records, char mark) {
    std::string described;
    std::size_t size = 1;
    for (const Field& field : fields) {
        described += field.name + std::string(11 - field.name.size(), '\0') + field.type + std::string(4, '\0') +
                     little(static_cast<std::size_t>(field.size), 2) + std::string(14, '\0');
        size += static_cast<std::size_t>(field.size);
    }
    std::string bytes = std::string("\x03\x63\x01\x01") + little(records.size(), 4) +
                        little(32 + described.size() + 1, 2) + little(size, 2) + std::string(17, '\0') + mark +
                        std::string(2, '\0') + described + '\r';
    for (const std::string& record : records) {
        EXPECT_EQ(record.size(), size);
        bytes += record;
    }
    return bytes + '\x1A';
}

const std::vector<Field> persons = {{"CVE", 'C', 3}, {"NOMBRE", 'C', 6}, {"EDAD", 'N', 3},
                                    {"FAC", 'F', 5}, {"FECHA", 'D', 8},  {"SI", 'L', 1}};

Table read(const std::filesystem::path& file, Diagnostics& faults, const CsvOptions& options = {}) {
    return read_rows({file}, options, faults);
}

TEST(Dbf, FieldsAreReadByTheirType) {
    const ScratchFolder scratch;
    const auto file = scratch.write("TPER.DBF", dbf(persons,
                                                    {" 001A\xA4o    34 12.520210331T",  // ñ of code page 850
                                                     "*002B      12  1.019700101F", " 003      ***     00000000?"},
                                                    '\x02'));
    Diagnostics faults;
    const Table table = read(file, faults);
    ASSERT_TRUE(faults.items().empty());
    ASSERT_EQ(table.rows(), 2u);  // the second is marked as deleted
    EXPECT_EQ(table.names(), (std::vector<std::string>{"CVE", "NOMBRE", "EDAD", "FAC", "FECHA", "SI"}));
    EXPECT_EQ(table.at("CVE").text(0), "001");
    EXPECT_EQ(table.at("NOMBRE").text(0), "Año");
    EXPECT_EQ(table.at("EDAD").number(0), 34);
    EXPECT_EQ(table.at("FAC").number(0), 12.5);
    EXPECT_EQ(table.at("FECHA").text(0), "2021-03-31");
    EXPECT_EQ(table.at("SI").number(0), 1);
    for (const char* blank : {"NOMBRE", "EDAD", "FAC", "FECHA", "SI"})
        EXPECT_EQ(table.at(blank).missing(1), Missing::system) << blank;
}

std::string name_in(const std::filesystem::path& file, const std::string& encoding = "") {
    Diagnostics faults;
    const LabelledTable read = read_labelled({file}, {}, encoding, {}, faults);
    return faults.has_errors() ? faults.items().front().code : read.table.at("N").text(0);
}

TEST(Dbf, TheEncodingIsDeclaredOrMarkedOrThatOfWindows) {
    const ScratchFolder scratch;
    const auto file_of = [&](const char* name, const char* bytes, char mark) {
        return scratch.write(name, dbf({{"N", 'C', 2}}, {std::string(" ") + bytes}, mark));
    };
    EXPECT_EQ(name_in(file_of("a.dbf", "\xF1 ", '\0')), "ñ");
    EXPECT_EQ(name_in(file_of("b.dbf", "\xA4 ", '\x02')), "ñ");
    EXPECT_EQ(name_in(file_of("c.dbf", "\xA4 ", '\0'), "cp850"), "ñ");
    EXPECT_EQ(name_in(file_of("d.dbf", "\xA4 ", '\0'), "klingon"), "unsupported-statfile");
    scratch.write("e.cpg", "UTF-8\r\n");
    EXPECT_EQ(name_in(file_of("e.dbf", "\xC3\xB1", '\x02')), "ñ");
    EXPECT_EQ(name_in(file_of("f.dbf", "\x81 ", '\0')), "not-utf8");  // no letter of Windows-1252
}

TEST(Dbf, EveryTruncationIsAFault) {
    const ScratchFolder scratch;
    const std::string bytes = dbf(persons, {" 001Ana    34 12.520210331T"}, '\0');
    for (std::size_t size = 0; size + 1 < bytes.size(); ++size) {  // the last byte only ends the file
        Diagnostics faults;
        read(scratch.write("a.dbf", bytes.substr(0, size)), faults);
        EXPECT_EQ(faults.error_count(), 1u) << size;
        EXPECT_TRUE(faults.contains("damaged-statfile"));
    }
    Diagnostics faults;
    read(scratch.write("memo.dbf", dbf({{"TEXTO", 'M', 10}}, {}, '\0')), faults);
    EXPECT_TRUE(faults.contains("unsupported-statfile"));
}

}  // namespace
}  // namespace cifra
