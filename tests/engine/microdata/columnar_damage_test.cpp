// Damaged and crafted columnar files: a fault, or the same data; never anything else.
#include <gtest/gtest.h>

#include <cstring>

#include "engine/microdata/columnar_rows.h"
#include "engine/microdata/digest.h"
#include "tests/engine/microdata/columnar_files.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

// A blank line, so that the lines of the rows are stored; texts, numbers, missing cells.
const std::string csv = "id,sex,weight\n1,1,2.50\n\n2,,3.25\n03,2,\n";

std::string columnar_bytes(const ScratchFolder& folder) {
    write_columnar(folder.path() / "sound", csv);
    return bytes_of(folder.path() / "sound");
}

struct Outcome {
    Table table;
    Diagnostics faults;
};

Outcome read_with(const std::filesystem::path& file, const CsvOptions& options) {
    Outcome outcome;
    if (const auto rows = open_columnar_rows(file, options, outcome.faults))
        outcome.table = read_all(*rows, outcome.faults);
    return outcome;
}

void expect_fault_or_same(const std::filesystem::path& file) {
    for (const bool texts : {false, true}) {
        CsvOptions options;
        if (texts) options.types = {{"sex", ColumnType::text}, {"weight", ColumnType::text}};
        const Outcome outcome = read_with(file, options);
        if (outcome.faults.has_errors()) continue;
        Diagnostics faults;
        expect_same(outcome.table, parse_csv(csv, "data.csv", options, faults));
    }
}

TEST(ColumnarDamage, EveryTruncationIsAFault) {
    const ScratchFolder folder;
    const std::string bytes = columnar_bytes(folder);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_TRUE(read_with(folder.write("cut", bytes.substr(0, size)), {}).faults.has_errors()) << size;
}

TEST(ColumnarDamage, EveryFlippedByteIsAFaultOrChangesNothing) {
    const ScratchFolder folder;
    const std::string bytes = columnar_bytes(folder);
    std::size_t faults = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const int flip : {0x01, 0x80, 0xFF}) {
            std::string flipped = bytes;
            flipped[at] = static_cast<char>(flipped[at] ^ flip);
            const auto file = folder.write("flipped", flipped);
            SCOPED_TRACE(at);
            expect_fault_or_same(file);
            faults += read_with(file, {}).faults.has_errors();
        }
    }
    EXPECT_GT(faults, 2 * bytes.size()) << "only the bytes between the parts may change unseen";
}

// With checksums that fit, the reader has nothing but its own checks. Every 4 bytes of the directory in turn are set to
// numbers that are too large, too small or not aligned.
TEST(ColumnarDamage, CraftedDirectoriesAreRefusedOrHarmless) {
    const ScratchFolder folder;
    const std::string bytes = columnar_bytes(folder);
    const std::size_t trailer = bytes.size() - columnar_trailer_bytes;
    ColumnarPart directory;
    std::memcpy(&directory, bytes.data() + trailer, sizeof directory);
    for (std::size_t at = directory.offset; at + 4 <= trailer; ++at) {
        for (const std::uint32_t value : {0U, 1U, 7U, 8U, 255U, 256U, 65536U, 0x7FFFFFF8U, 0xFFFFFFF8U, 0xFFFFFFFFU}) {
            std::string crafted = bytes;
            std::memcpy(crafted.data() + at, &value, sizeof value);
            directory.checksum = checksum(std::string_view(crafted).substr(directory.offset, directory.size));
            std::memcpy(crafted.data() + trailer, &directory, sizeof directory);
            const auto file = folder.write("crafted", crafted);
            for (const ColumnType type : {ColumnType::number, ColumnType::text}) {
                const Outcome outcome = read_with(file, {.types = {{"id", type}, {"sex", type}, {"weight", type}}});
                EXPECT_TRUE(outcome.faults.has_errors() || outcome.table.rows() <= bytes.size());
            }
        }
    }
}

// The parts of a file of one column, each with a checksum that fits: codes and ends that point outside.
TEST(ColumnarDamage, CraftedChunksAreFaults) {
    const ScratchFolder folder;
    const auto outcome = [&](const std::string& chunk, ColumnarEncoding encoding, std::uint32_t rows, ColumnType type) {
        std::string dictionary(8, '\0');  // one entry: 0, "0"
        dictionary += std::string(
            "\1\0\0\0"
            "0",
            5);
        std::string bytes(columnar_magic);
        bytes += std::string("\1\0\0\0\0\0\0\0", 8);
        const auto add = [&](const std::string& part) {
            bytes.resize((bytes.size() + 7) / 8 * 8);
            const ColumnarPart place{bytes.size(), part.size(), checksum(part)};
            bytes += part;
            return place;
        };
        ColumnarDirectory directory;
        directory.rows = rows;
        directory.sources = {{"a.csv", 1, 1, "", ','}};
        directory.groups = {{rows, 0, 2, rows, {}}};
        directory.columns = {{"x", true, 1, add(dictionary), {{add(chunk), encoding, columnar_shortest}}}};
        const ColumnarPart place = add(to_bytes(directory));
        bytes.append(reinterpret_cast<const char*>(&place), sizeof place).append(columnar_end_magic);
        return read_with(folder.write("crafted", bytes), {.types = {{"x", type}}});
    };
    for (const ColumnType type : {ColumnType::number, ColumnType::text}) {
        const auto faulty = [&](const std::string& chunk, ColumnarEncoding encoding, std::uint32_t rows) {
            return outcome(chunk, encoding, rows, type).faults.contains("damaged-columnar");
        };
        using E = ColumnarEncoding;
        EXPECT_FALSE(faulty(std::string("\0\1", 2), E::codes8, 2));
        EXPECT_TRUE(faulty(std::string("\0\2", 2), E::codes8, 2)) << "a code beyond the dictionary";
        EXPECT_TRUE(faulty(std::string("\0\1", 2), E::codes16, 1)) << "a wide code beyond the dictionary";
        EXPECT_TRUE(faulty(std::string("\0\1", 2), E::codes8, 3)) << "more rows than codes";
        EXPECT_FALSE(faulty(std::string("\1\0\0\0"
                                        "7",
                                        5),
                            E::texts, 1));
        EXPECT_TRUE(faulty(std::string("\2\0\0\0"
                                       "7",
                                       5),
                           E::texts, 1))
            << "an end beyond the bytes";
        EXPECT_TRUE(faulty(std::string("\1\0\0\0\0\0\0\0"
                                       "7",
                                       9),
                           E::texts, 2))
            << "an end before the last one";
        EXPECT_TRUE(faulty("", E::texts, 0)) << "a group without rows";
        EXPECT_TRUE(faulty("\1", static_cast<E>(9), 1)) << "an unknown encoding";
    }
}

TEST(ColumnarDamage, WhatIsNoColumnarFileIsSaidSo) {
    const ScratchFolder folder;
    const auto code = [&](const std::string& bytes) {
        return read_with(folder.write("file", bytes), {}).faults.items().at(0).code;
    };
    EXPECT_EQ(code(""), "not-columnar");
    EXPECT_EQ(code(csv), "not-columnar");
    EXPECT_EQ(code("CIFRACOL"), "damaged-columnar");
    std::string other = columnar_bytes(folder);
    other[8] = 2;
    EXPECT_EQ(code(other), "other-version");
    EXPECT_EQ(read_with(folder.path() / "absent", {}).faults.items().at(0).code, "cannot-read");
    EXPECT_EQ(read_with(folder.path(), {}).faults.items().at(0).code, "cannot-read");
}

}  // namespace
}  // namespace cifra
