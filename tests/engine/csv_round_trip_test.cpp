#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "engine/csv.h"
#include "engine/random.h"

namespace cifra {
namespace {

Stream stream(std::string_view name, std::uint64_t seed) { return Stream({seed, Purpose::test, 0, stable_hash(name)}); }

const std::vector<std::string> pieces = {
    "a", "\xC3\xB1", "\xF0\x9F\x98\x80", ",", ";", "\t", "\"", "\"\"", "\n", "\r", "\r\n", " ", "03", "1e+5", "-", ".",
    "'", "\\"};

std::string random_text(Stream& random) {
    std::string text;
    for (std::uint64_t left = 1 + random.below(6); left > 0; --left) text += pieces[random.below(pieces.size())];
    return text;
}

// Any finite double: all exponents, both signs, or a short decimal number.
double random_number(Stream& random) {
    if (random.bernoulli(0.5)) return (static_cast<double>(random.below(2000001)) - 1e6) / 100;
    const std::uint64_t bits = (random.below(1ull << 32) << 32) | random.below(1ull << 32);
    const double value = std::bit_cast<double>(bits);
    return std::isfinite(value) ? value : 0;
}

Column random_column(Stream& random, std::size_t rows) {
    std::vector<Missing> missing;
    for (std::size_t row = 0; row < rows; ++row)
        missing.push_back(random.bernoulli(0.2) ? Missing::system : Missing::none);
    if (random.bernoulli(0.5)) {
        std::vector<double> numbers;
        for (std::size_t row = 0; row < rows; ++row) numbers.push_back(random_number(random));
        return Column::of_numbers(numbers, missing);
    }
    std::vector<std::string> texts;
    for (std::size_t row = 0; row < rows; ++row) texts.push_back(random_text(random));
    return Column::of_texts(texts, missing);
}

Table random_table(Stream& random) {
    Table table;
    const std::size_t rows = random.below(8), width = 1 + random.below(4);
    for (std::size_t i = 0; i < width; ++i)
        table.set(random_text(random) + std::to_string(i), random_column(random, rows));
    return table;
}

Table read(const std::string& text, const CsvOptions& options) {
    Diagnostics faults;
    Table table = parse_csv(text, "f.csv", options, faults);
    faults.throw_if_errors();
    return table;
}

bool same_cell(const Column& a, const Column& b, std::size_t row) {
    if (a.missing(row) != b.missing(row)) return false;
    return a.is_number() ? a.number(row) == b.number(row) : a.text(row) == b.text(row);
}

bool same_cells(const Column& a, const Column& b) {
    if (a.type() != b.type() || a.size() != b.size()) return false;
    for (std::size_t row = 0; row < a.size(); ++row)
        if (!same_cell(a, b, row)) return false;
    return true;
}

TEST(CsvRoundTrip, WhatIsWrittenIsReadBack) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Stream random = stream("tables", seed);
        const Table table = random_table(random);
        CsvOptions options;
        for (std::size_t i = 0; i < table.width(); ++i) options.types[table.names()[i]] = table.column(i).type();
        for (const NumberFormat format : {shortest, digits17}) {
            const Table back = read(to_csv(table, format), options);
            ASSERT_EQ(back.names(), table.names()) << seed;
            for (std::size_t i = 0; i < table.width(); ++i)
                ASSERT_TRUE(same_cells(table.column(i), back.column(i))) << "seed " << seed << " column " << i;
        }
    }
}

// Digits, points, signs and exponents at random: whatever is taken for a number stays that number.
std::string random_numeral(Stream& random) {
    std::string text = random.bernoulli(0.2) ? "-" : "";
    for (std::uint64_t left = random.below(19); left > 0; --left) text += static_cast<char>('0' + random.below(10));
    if (random.bernoulli(0.6)) text += ".";
    for (std::uint64_t left = random.below(19); left > 0; --left) text += static_cast<char>('0' + random.below(10));
    if (random.bernoulli(0.4)) text += (random.bernoulli(0.5) ? "e+" : "e-") + std::to_string(10 + random.below(320));
    return text;
}

TEST(CsvRoundTrip, InferredNumbersAreInferredAgain) {
    std::size_t numbers = 0;
    for (std::uint64_t seed = 0; seed < 20000; ++seed) {
        Stream random = stream("numerals", seed);
        const std::string numeral = random_numeral(random);
        const Table first = read("x,y\n" + numeral + ",\n", {});
        if (!first.at("x").is_number() || !first.at("x").present(0)) continue;
        ++numbers;
        ASSERT_EQ(first.at("x").number(0), parse_number(numeral)) << numeral;
        ASSERT_TRUE(same_cells(first.at("x"), read(to_csv(first), {}).at("x"))) << numeral;
    }
    EXPECT_GT(numbers, 2000u);
}

// The obvious reader: one byte, one state, for text without faults.
std::vector<std::vector<std::string>> slow_records(const std::string& text) {
    std::vector<std::vector<std::string>> records;
    std::vector<std::string> record(1);
    bool quoted = false, any = false;
    const auto end = [&] {
        if (any) records.push_back(record);
        record.assign(1, "");
        any = false;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char byte = text[i];
        const bool line_end = !quoted && (byte == '\n' || byte == '\r');
        if (line_end) {
            end();
            continue;
        }
        any = true;
        if (byte == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"')
            record.back() += text[i++];
        else if (byte == '"')
            quoted = !quoted;
        else if (byte == ',' && !quoted)
            record.emplace_back();
        else
            record.back() += byte;
    }
    end();
    return records;
}

std::vector<std::vector<std::string>> records_of(const Table& table) {
    std::vector<std::vector<std::string>> records{table.names()};
    for (std::size_t row = 0; row < table.rows(); ++row) {
        records.emplace_back();
        for (std::size_t i = 0; i < table.width(); ++i) records.back().push_back(table.column(i).cell(row));
    }
    return records;
}

TEST(CsvRoundTrip, SoundTextIsReadAsTheObviousReaderReadsIt) {
    const std::vector<std::string> bits = {"x",  ",",  ",",    "\n",    "\n",     "\r\n",
                                           "\r", "\"", "\"\"", "\"y\"", "\"\n\"", "z"};
    const CsvOptions options{.separator = ',', .types = {{"p", ColumnType::text}, {"q", ColumnType::text}}};
    std::size_t sound = 0;
    for (std::uint64_t seed = 0; seed < 20000; ++seed) {
        Stream random = stream("bits", seed);
        std::string text = "p,q\n";
        for (std::uint64_t left = random.below(14); left > 0; --left) text += bits[random.below(bits.size())];
        Diagnostics faults;
        const Table table = parse_csv(text, "f.csv", options, faults);
        if (faults.has_errors()) continue;
        sound += table.rows() > 0;
        ASSERT_EQ(records_of(table), slow_records(text)) << seed;
    }
    EXPECT_GT(sound, 1000u);
}

}  // namespace
}  // namespace cifra
