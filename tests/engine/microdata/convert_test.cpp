// CSV files converted and read back: against the whole-file reader; faults, stamps, packed and several files.
#include <gtest/gtest.h>

#include "engine/microdata/columnar_convert.h"
#include "engine/microdata/columnar_rows.h"
#include "tests/engine/microdata/columnar_files.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

std::string persons(std::size_t rows) {
    std::string csv = "id,stratum,weight,note\n";
    for (std::size_t row = 0; row < rows; ++row)
        csv += fmt::format("{},0{},{:.3f},{}\n", 1000000 + row, row % 7, 1.5 + static_cast<double>(row % 90001) / 8,
                           row % 50 == 0 ? "\"two\nlines, \"\"quoted\"\"\"" : "");
    return csv;
}

void expect_converted(const std::filesystem::path& file, const CsvOptions& options = {}) {
    const auto out = file.string() + ".cifra";
    Diagnostics faults;
    ConvertOptions convert;
    convert.separator = options.separator;
    convert.decimal_comma = options.decimal_comma;
    const auto made = convert_csv({file}, out, convert, faults);
    ASSERT_TRUE(made && !faults.has_errors());
    const Table wanted = read_csv(file, options, faults);
    const auto rows = open_columnar_rows(out, options, faults);
    ASSERT_TRUE(rows);
    expect_same(read_all(*rows, faults), wanted);
    EXPECT_EQ(made->rows, wanted.rows());
    EXPECT_EQ(made->columns, wanted.width());
    EXPECT_EQ(made->bytes_before, std::filesystem::file_size(file));
    EXPECT_EQ(made->bytes_after, std::filesystem::file_size(out));
    EXPECT_FALSE(faults.has_errors());
    EXPECT_EQ(rows->files(), std::vector<std::string>{file.string()});
    EXPECT_EQ(rows->digests()[0].size(), 32u);
}

TEST(Convert, GivesWhatTheCsvReaderGives) {
    const ScratchFolder folder;
    // Several pieces, and more distinct ids and weights than a dictionary holds.
    expect_converted(folder.write("persons.csv", persons(100000)));
    expect_converted(folder.write("crlf.csv",
                                  "\xEF\xBB\xBF"
                                  "a;b\r\n1;\r\n\r\n;\"x;y\"\r\n"));
    expect_converted(folder.write("header.csv", "a,b\n"));
    CsvOptions comma;
    comma.decimal_comma = true;
    expect_converted(folder.write("comma.csv", "a;b\n1,5;x\n2,25;\n"), comma);
}

TEST(Convert, TheFileDoesNotDependOnThreads) {
    const ScratchFolder folder;
    const auto csv = folder.write("persons.csv", persons(60000));
    Diagnostics faults;
    ConvertOptions options;
    for (const int threads : {1, 5}) {
        options.threads = threads;
        convert_csv({csv}, folder.path() / std::to_string(threads), options, faults);
    }
    EXPECT_TRUE(bytes_of(folder.path() / "1") == bytes_of(folder.path() / "5"));
    EXPECT_GT(std::filesystem::file_size(folder.path() / "1"), 100000u);
}

TEST(Convert, SeveralFilesAreOneTable) {
    const ScratchFolder folder;
    const auto a = folder.write("a.csv", "id,x\n1,2\n\n3,4\n"), b = folder.write("b.csv", "id;x\n\"5\n\";6\n7;\n");
    Diagnostics faults;
    ASSERT_TRUE(convert_csv({a, b}, folder.path() / "both.cifra", {}, faults));
    const auto rows = open_columnar_rows(folder.path() / "both.cifra", {}, faults);
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->files(), (std::vector<std::string>{a.string(), b.string()}));
    const Table all = read_all(*rows, faults);
    EXPECT_EQ(all.lines, (std::vector<std::uint32_t>{2, 4, 2, 4}));
    EXPECT_EQ(all.at("id").text(2), "5\n");
    EXPECT_EQ(all.at("x").numbers()[2], 6);
    EXPECT_EQ(all.at("x").missing(3), Missing::system);
}

// What a file with faults leaves behind: nothing new, and the older file as it was.
TEST(Convert, FaultsStandAtTheirLinesAndNothingIsWritten) {
    const ScratchFolder folder;
    std::string csv = persons(60000);
    csv += "1,2\n";
    const auto file = folder.write("persons.csv", csv), out = folder.write("persons.csv.cifra", "older");
    Diagnostics got, wanted;
    EXPECT_FALSE(convert_csv({file}, out, {}, got));
    read_csv(file, {}, wanted);
    ASSERT_EQ(got.error_count(), 1u);
    EXPECT_EQ(to_text(got.items()[0]), to_text(wanted.items()[0]));
    EXPECT_EQ(bytes_of(out), "older");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 2);
}

TEST(Convert, RefusesToWriteOverItsSource) {
    const ScratchFolder folder;
    const auto file = folder.write("a.csv", "a,b\n1,2\n");
    Diagnostics faults;
    EXPECT_THROW(convert_csv({file}, file, {}, faults), InputError);
    EXPECT_THROW(convert_csv({file}, folder.path() / "absent" / "a.cifra", {}, faults), InputError);
    EXPECT_EQ(bytes_of(file), "a,b\n1,2\n");
}

TEST(Convert, ACacheIsCurrentWhileItsSourcesAre) {
    const ScratchFolder folder;
    const auto file = folder.write("a.csv", "a;b\n1;2\n"), out = folder.path() / "a.csv.cifra";
    Diagnostics faults;
    ASSERT_TRUE(convert_csv({file}, out, {}, faults));
    const auto cache = ColumnarFile::open(out, faults);
    ASSERT_TRUE(cache);
    CsvOptions options;
    EXPECT_TRUE(is_current(*cache, {file}, options));
    options.separator = ';';
    EXPECT_TRUE(is_current(*cache, {file}, options));
    options.separator = ',';
    EXPECT_FALSE(is_current(*cache, {file}, options));
    options = {};
    options.decimal_comma = true;
    EXPECT_FALSE(is_current(*cache, {file}, options));
    EXPECT_FALSE(is_current(*cache, {file, file}, {}));
    EXPECT_FALSE(is_current(*cache, {folder.write("b.csv", "a;b\n1;2\n")}, {}));
    EXPECT_FALSE(is_current(*cache, {folder.path() / "none" / "a.csv"}, {}));

    const auto time = std::filesystem::last_write_time(file);
    std::filesystem::last_write_time(file, time + std::chrono::seconds(5));
    EXPECT_TRUE(is_current(*cache, {file}, {})) << "the same bytes at another time";
    folder.write("a.csv", "a;b\n1;3\n");
    std::filesystem::last_write_time(file, time + std::chrono::seconds(6));
    EXPECT_FALSE(is_current(*cache, {file}, {})) << "other bytes of the same size";
    folder.write("a.csv", "a;b\n1;23\n");
    std::filesystem::last_write_time(file, time);
    EXPECT_FALSE(is_current(*cache, {file}, {})) << "another size at the same time";
}

}  // namespace
}  // namespace cifra
