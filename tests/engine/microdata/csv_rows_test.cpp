#include "engine/microdata/csv_rows.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/csv_scanner.h"
#include "engine/random.h"
#include "tests/engine/microdata/csv_blocks.h"
#include "tests/engine/microdata/scratch_folder.h"

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
    const Table table = read_csv(file, options, faults);
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
        Diagnostics faults;
        (read_csv(file, options, faults).rows() > 0 && !faults.has_errors() ? sound : faulty) += 1;
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

}  // namespace
}  // namespace cifra::csv_blocks
