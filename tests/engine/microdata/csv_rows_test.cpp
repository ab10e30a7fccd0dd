#include "engine/microdata/csv_rows.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/csv_scanner.h"
#include "engine/random.h"
#include "tests/engine/microdata/csv_blocks.h"
#include "tests/support/scratch_folder.h"

namespace cifra::csv_blocks {
namespace {

using Words = std::vector<std::string>;

Stream stream(std::string_view name, std::uint64_t seed) { return Stream({seed, Purpose::test, 0, stable_hash(name)}); }

const std::string& one_of(Stream& random, const Words& words) { return words[random.below(words.size())]; }

const Words digits = {"0", "1", "2", "9"};
const Words plain_cells = {"0",
                           "1",
                           "7",
                           "12",
                           "345",
                           "460.9273",
                           "0.5",
                           "-3",
                           "-0.25",
                           "",
                           "1e+05",
                           ".5",
                           "99999999",
                           "10.25",
                           "x",
                           "text",
                           "0",
                           "-0",
                           "12345678.5",
                           "123456789012.75",
                           "999999999999999",
                           "eight888",
                           "seven77",
                           "a longer text"};
const Words odd_cells = {"03",
                         "+5",
                         "5.",
                         "-",
                         ".",
                         "1E3",
                         "1,5",
                         "\"\"",
                         "\"q\"",
                         "\"1\"",
                         "\"2.50\"",
                         "\"a,b;c\"",
                         "\"d\"\"d\"",
                         "\"l\nm\"",
                         "\"r\r\ns\"",
                         "\"t\ru\"",
                         "\xC3\xB1o",
                         " 1",
                         "1 ",
                         "1234567890123456",
                         "0.12345678901234567",
                         "12.3.4",
                         "1-2",
                         "1e400",
                         "'",
                         "\"\"\"\""};
const Words broken_cells = {"a\"b", "\"c\"d", "\"e", "\xFF", "\xC3", std::string(1, '\0'), "\"f\"g\"h", "\xE2\x82"};

// How wild a text is.
struct Manner {
    std::size_t width = 1, rows = 0;
    char separator = ',';
    std::string line_end = "\n";
    double odd = 0, broken = 0;
    bool digits = false;
};

Manner random_manner(Stream& random) {
    Manner manner;
    manner.width = 1 + random.below(random.bernoulli(0.3) ? 40 : 6);
    manner.separator = ",;\t|"[random.below(4)];
    manner.line_end = one_of(random, {"\n", "\n", "\n", "\r\n", "\r\n", "\r"});
    manner.odd = random.bernoulli(0.5) ? 0.02 : random.bernoulli(0.5) ? 0.3 : 0;
    manner.rows = random.below(random.bernoulli(0.02) ? 600 : 12);
    manner.broken = manner.rows < 12 && random.bernoulli(0.3) ? 0.02 : 0;
    manner.digits = random.bernoulli(0.4);
    return manner;
}

std::string random_cell(Stream& random, const Manner& manner) {
    if (random.bernoulli(manner.broken)) return one_of(random, broken_cells);
    if (random.bernoulli(manner.odd)) return one_of(random, odd_cells);
    if (manner.digits && random.bernoulli(0.95)) return one_of(random, digits);
    return one_of(random, plain_cells);
}

std::string random_line_end(Stream& random, const Manner& manner) {
    if (!random.bernoulli(0.02 + manner.broken)) return manner.line_end;
    return one_of(random, {"\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\r\r", "\n\r"});
}

std::string header_of(const Manner& manner) {
    std::string header = manner.width > 2 ? "\"c 0\"" : "c0";
    for (std::size_t i = 1; i < manner.width; ++i) header += manner.separator + ("c" + std::to_string(i));
    return header;
}

std::string random_text(Stream& random, const Manner& manner) {
    std::string text = random.bernoulli(0.1) ? "\xEF\xBB\xBF" : random.bernoulli(0.05) ? manner.line_end : "";
    text += header_of(manner) + random_line_end(random, manner);
    for (std::size_t rows = manner.rows; rows > 0; --rows) {
        std::size_t width = manner.width;
        if (random.bernoulli(manner.broken)) width = 1 + random.below(manner.width + 2);
        for (std::size_t i = 0; i < width; ++i) {
            if (i > 0) text += manner.separator;
            text += random_cell(random, manner);
        }
        text += rows == 1 && random.bernoulli(0.3) ? "" : random_line_end(random, manner);
    }
    return text;
}

CsvOptions random_options(Stream& random, const Manner& manner) {
    CsvOptions options;
    if (manner.separator == '|' || manner.width == 1 || random.bernoulli(0.3)) options.separator = manner.separator;
    options.decimal_comma = manner.separator != ',' && random.bernoulli(0.2);
    for (std::size_t i = 0; i < manner.width; ++i) {
        const std::string name = i == 0 && manner.width > 2 ? "c 0" : "c" + std::to_string(i);
        if (random.bernoulli(0.2)) options.types[name] = random.bernoulli(0.5) ? ColumnType::text : ColumnType::number;
        if (random.bernoulli(0.3)) options.optional_columns.push_back(name);
    }
    if (!options.optional_columns.empty()) options.columns.push_back(options.optional_columns.back());
    return options;
}

// The same table and the same faults, or, for a header with a fault, at least one of those faults and no other.
testing::AssertionResult agrees(const std::filesystem::path& file, const CsvOptions& options, std::size_t piece_bytes) {
    Diagnostics faults;
    const Table table = parse_csv(bytes_of(file), file.string(), options, faults);
    const Whole whole = read_whole({file}, options, piece_bytes);
    const Words expected = sorted_texts(faults), found = sorted_texts(whole.faults);
    if (!whole.opened && !found.empty() && std::includes(expected.begin(), expected.end(), found.begin(), found.end()))
        return testing::AssertionSuccess();
    if (!whole.opened) return testing::AssertionFailure() << "not opened";
    // After a hundred faults both readers stop, each where it stands.
    if (faults.contains("too-many-faults") && found.size() >= CsvFaults::limit) return testing::AssertionSuccess();
    if (found != expected)
        return testing::AssertionFailure()
               << testing::PrintToString(found) << " for " << testing::PrintToString(expected);
    const std::string differs = difference(table, whole.table);
    if (!differs.empty()) return testing::AssertionFailure() << differs;
    return testing::AssertionSuccess();
}

TEST(CsvRows, AreThoseOfTheWholeFile) {
    const ScratchFolder folder;
    std::size_t sound = 0, faulty = 0;
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        Stream random = stream("texts", seed);
        const Manner manner = random_manner(random);
        const std::string text = random_text(random, manner);
        const CsvOptions options = random_options(random, manner);
        const auto file = folder.write("random.csv", text);
        for (const std::size_t piece_bytes : {std::size_t{1}, 1 + random.below(200), csv_piece_bytes})
            ASSERT_TRUE(agrees(file, options, piece_bytes)) << "seed " << seed << ", pieces of " << piece_bytes << "\n"
                                                            << testing::PrintToString(text);
        Diagnostics expected, faults;
        const Table table = read_csv(file, options, faults);
        ASSERT_EQ(difference(parse_csv(text, file.string(), options, expected), table), "") << "seed " << seed;
        ASSERT_EQ(sorted_texts(expected), sorted_texts(faults)) << "seed " << seed;
        (table.rows() > 0 && !faults.has_errors() ? sound : faulty) += 1;
    }
    EXPECT_GT(sound, 1000u);
    EXPECT_GT(faulty, 500u);
}

TEST(CsvRows, CutAnywhere) {
    const std::string text =
        "\xEF\xBB\xBF"
        "a;\"b\nb\";c\r\n1;\"x;\r\n\"\"y\"\"\";3.5\r\n\r\n\"\"\"\";z\xC3\xB1;\r4;\"\";-1\n7;\"\r\";8\n9;w;0";
    const ScratchFolder folder;
    const auto file = folder.write("anywhere.csv", text);
    for (std::size_t piece_bytes = 1; piece_bytes <= text.size() + 1; ++piece_bytes) {
        EXPECT_TRUE(agrees(file, {}, piece_bytes)) << piece_bytes;
        EXPECT_GE(read_whole({file}, {}, piece_bytes).pieces, text.size() / (piece_bytes + 30));
    }
}

// Rows of one text for several pieces of the ordinary size.
std::string long_text(Stream& random, std::size_t rows) {
    std::string text = "id,stratum,weight,a,b,c,d,e,f,g,h,name\n";
    for (std::size_t row = 0; row < rows; ++row) {
        text += std::to_string(row) + "," + std::to_string(row / 500) + "," + shortest(random.uniform() * 1000) + ",";
        for (int i = 0; i < 8; ++i) text += random.bernoulli(0.01) ? "," : random.bernoulli(0.5) ? "1," : "0,";
        text += row % 977 == 0 ? "\"a, \"\"b\"\"\nc\"\n" : "plain\n";
    }
    return text;
}

TEST(CsvRows, ThePiecesDependOnTheFileAloneAndTheBlocksOnNoThread) {
    const ScratchFolder folder;
    Stream random = stream("long", 1);
    const auto file = folder.write("long.csv", long_text(random, 100000));
    const CsvOptions options{.types = {{"stratum", ColumnType::text}}};
    Diagnostics faults;
    const Table table = parse_csv(bytes_of(file), file.string(), options, faults);
    for (const int threads : {1, 4}) {
        const Whole whole = read_whole({file}, options, csv_piece_bytes, threads);
        EXPECT_EQ(whole.pieces, 4u);
        EXPECT_EQ(difference(table, whole.table), "");
        EXPECT_TRUE(whole.faults.items().empty());
    }
}

TEST(CsvRows, SeveralFilesOneAfterAnother) {
    const ScratchFolder folder;
    const auto first = folder.write("1.csv", "a,b\n1,x\n\n2,y"), none = folder.write("2.csv", "\na,b\n");
    const auto last = folder.write("3.csv", "a;b\r\n3;x\r\n4\r\n");
    for (const std::size_t piece_bytes : {std::size_t{4}, csv_piece_bytes}) {
        const Whole whole = read_whole({first, none, last}, {}, piece_bytes);
        ASSERT_EQ(whole.table.rows(), 3u);
        EXPECT_EQ(whole.table.lines, (std::vector<std::uint32_t>{2, 4, 2}));
        EXPECT_EQ(whole.table.at("b").dictionary(), (Words{"x", "y"}));
        ASSERT_EQ(whole.faults.items().size(), 1u);
        EXPECT_EQ(whole.faults.items()[0].where, (Location{last.string(), 3, 2}));
    }
}

TEST(CsvRows, WhatASourceTellsOfItself) {
    const ScratchFolder folder;
    const auto first = folder.write("1.csv", "a,b,c\n1,x,2\n"), second = folder.write("2.csv", "a,b,c\n");
    Diagnostics faults;
    const auto rows = open_csv_rows({first, second}, {.columns = {"c", "b"}}, faults);
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->header(), (Words{"a", "b", "c"}));
    ASSERT_EQ(rows->columns().size(), 2u);
    EXPECT_EQ(rows->columns()[0].name, "b");
    EXPECT_EQ(rows->columns()[0].type, ColumnType::text);
    EXPECT_EQ(rows->columns()[1].type, ColumnType::number);
    EXPECT_EQ(rows->files(), (Words{first.string(), second.string()}));
    EXPECT_LT(rows->share(), 1);
    while (rows->next(faults)) EXPECT_EQ(rows->digests()[0], "");
    EXPECT_EQ(rows->share(), 1);
    for (const std::string& digest : rows->digests()) EXPECT_EQ(digest.size(), 32u);
}

TEST(CsvRows, AnotherHeaderIsAFault) {
    const ScratchFolder folder;
    const auto first = folder.write("1.csv", "a,b\n1,x\n"), other = folder.write("2.csv", "b,c\n1,2\n"),
               turned = folder.write("3.csv", "b,a\n1,2\n");
    for (const auto& [file, word] : {std::pair{other, "added: c"}, std::pair{turned, "another order"}}) {
        const Whole whole = read_whole({first, file}, {}, csv_piece_bytes);
        EXPECT_EQ(whole.table.rows(), 1u);
        ASSERT_EQ(whole.faults.items().size(), 1u);
        EXPECT_EQ(whole.faults.items()[0].code, "other-header");
        EXPECT_EQ(whole.faults.items()[0].where.file, file.string());
        EXPECT_NE(whole.faults.items()[0].message.find(word), std::string::npos);
    }
}

TEST(CsvRows, ATypeThatALaterPieceContradictsIsTold) {
    const ScratchFolder folder;
    const auto file = folder.write("late.csv", "a,b\n1,1\n2,2\n3,3\n4,04\n");
    Diagnostics faults;
    const auto rows = open_csv_rows({file}, {}, faults, 8);
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->columns()[1].type, ColumnType::number);
    std::vector<Words> told;
    std::vector<bool> missing;
    while (const auto piece = rows->next(faults)) {
        const RowBlock block = rows->read(*piece);
        told.push_back(block.not_numbers);
        for (std::size_t row = 0; row < block.table.rows(); ++row) missing.push_back(!block.table.at("b").present(row));
    }
    EXPECT_EQ(told.back(), Words{"b"});
    EXPECT_TRUE(told.front().empty());
    EXPECT_EQ(std::count(missing.begin(), missing.end(), true), 1);
}

TEST(CsvRows, FaultsAreAtMostAHundredAPiece) {
    const ScratchFolder folder;
    std::string text = "a,b\n";
    for (int row = 0; row < 250; ++row) text += "1\n";
    Diagnostics faults;
    const auto rows = open_csv_rows({folder.write("many.csv", text)}, {}, faults);
    const RowBlock block = rows->read(*rows->next(faults));
    EXPECT_EQ(block.faults.error_count(), CsvFaults::limit);
    EXPECT_TRUE(block.faults.contains("too-many-faults"));
}

// With a limit of eight bytes; what is longer is dropped, so that the memory stays bounded.
TEST(CsvRows, LongQuotedFieldsAreTheFaultsOfTheWholeFile) {
    const CsvOptions options{.separator = ',', .max_field_bytes = 8};
    const Words fields = {"12345678",
                          "123456789",
                          "\"12345678\"",
                          "\"1234567,9\"",
                          "\"\n2\n\n5\r\n8\r0\n\"",
                          "\"" + std::string(40, 'x') + "\"\"\"\"\r\r\n\n" + std::string(30, '\n') + "\"",
                          "\"\"",
                          "\"" + std::string(9, 'x') + "\r\n\r\n" + std::string(9, 'y') + "\" z"};
    const ScratchFolder folder;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Stream random = stream("long fields", seed);
        std::string text = "a,b\n";
        for (std::uint64_t rows = 1 + random.below(5); rows > 0; --rows)
            text += one_of(random, fields) + "," + one_of(random, fields) + (random.bernoulli(0.3) ? "\r\n" : "\n");
        const auto file = folder.write("long.csv", text);
        for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{7}, 1 + random.below(60), csv_piece_bytes})
            ASSERT_TRUE(agrees(file, options, piece_bytes)) << piece_bytes << testing::PrintToString(text);
    }
}

TEST(CsvRows, AQuoteThatIsNeverClosed) {
    const ScratchFolder folder;
    std::string text = "a,b\n1,2\n3,\"x\n5,6\n";
    for (int row = 0; row < 100; ++row) text += "7,8\n";
    const auto file = folder.write("open.csv", text);
    EXPECT_TRUE(agrees(file, {}, 10));
    const Whole whole = read_whole({file}, {.max_field_bytes = 20}, 10);
    ASSERT_EQ(whole.faults.items().size(), 1u);
    EXPECT_EQ(whole.faults.items()[0].code, "unclosed-quote");
    EXPECT_EQ(whole.faults.items()[0].where, (Location{file.string(), 3, 3}));
    EXPECT_LT(whole.table.rows(), 20u);
}

TEST(CsvRows, FilesThatCannotBeRead) {
    const ScratchFolder folder;
    for (const auto& path : {folder.path() / "none.csv", folder.path()}) {
        Diagnostics faults;
        EXPECT_FALSE(open_csv_rows({path}, {}, faults));
        EXPECT_TRUE(faults.contains("cannot-read"));
    }
}

// The bytes of "a,b\n1,x\n" as gzip -n packs them.
TEST(CsvRows, PackedFilesAreReadByBothReaders) {
    const ScratchFolder folder;
    const std::string packed(
        "\x1F\x8B\x08\0\0\0\0\0\0\x03\x4B\xD4\x49\xE2\x32\xD4\xA9\xE0\x02\0\xF4\xA0\x01\0\x08\0\0\0", 28);
    const auto file = folder.write("a.csv.gz", packed), cut = folder.write("cut.csv.gz", packed.substr(0, 20));
    Diagnostics faults;
    EXPECT_EQ(read_csv(file, {}, faults).rows(), 1u);
    EXPECT_EQ(csv_header(file, {}, faults), (Words{"a", "b"}));
    EXPECT_EQ(read_whole({file}, {}, 3).table.rows(), 1u);
    EXPECT_TRUE(faults.items().empty());
    EXPECT_EQ(read_csv(cut, {}, faults).rows(), 0u);
    ASSERT_EQ(faults.items().size(), 1u);
    EXPECT_EQ(faults.items()[0].code, "damaged-archive");
}

}  // namespace
}  // namespace cifra::csv_blocks
