// Bytes of plain files and archives. Archives are made by the libraries' other halves; digests come from xxhsum 0.8.1.
#include "engine/microdata/byte_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>
#include <vector>

#include "engine/microdata/digest.h"
#include "tests/support/packed.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

using testing::gzip;
using testing::zstd;

struct Taken {
    std::string bytes, digest;
    Diagnostics faults;
};

Taken take(const std::filesystem::path& file, std::size_t part = 1000) {
    Taken taken;
    const auto source = open_bytes(file, taken.faults);
    if (!source) return taken;
    std::vector<char> buffer(part);
    while (const std::size_t got = source->read(buffer.data(), part, taken.faults))
        taken.bytes.append(buffer.data(), got);
    taken.digest = source->digest();
    EXPECT_TRUE(taken.faults.has_errors() || source->share() == 1.0);
    EXPECT_EQ(source->read(buffer.data(), part, taken.faults), 0u) << "the end is the end";
    return taken;
}

std::string numbers_to(int last) {
    std::string text;
    for (int i = 1; i <= last; ++i) text += std::to_string(i) + "\n";
    return text;
}

void expect_one_fault(const Taken& taken, const std::string& code) {
    ASSERT_EQ(taken.faults.error_count(), 1u);
    EXPECT_EQ(taken.faults.items()[0].code, code);
    EXPECT_FALSE(taken.faults.items()[0].hint.empty());
    EXPECT_EQ(taken.digest, "");
}

TEST(ByteSource, DigestsAreThoseOfXxhsum) {
    const ScratchFolder folder;
    EXPECT_EQ(take(folder.write("a", "cifra, the dark figure\n")).digest, "dcdee8838ab1e33cc7af57d26268df9f");
    EXPECT_EQ(take(folder.write("b", "")).digest, "99aa06d3014798d86001c324468d497f");
    const auto numbers = folder.write("c", numbers_to(100000));
    for (const std::size_t part : {7, 4096, 1 << 20})
        EXPECT_EQ(take(numbers, part).digest, "a6bb1ae3f57b6a512881c59907229fa4") << part;
    EXPECT_EQ(checksum("cifra, the dark figure\n"), 0x9031fc4a80539a06U);
}

TEST(ByteSource, GivesTheSameBytesPackedOrNot) {
    const ScratchFolder folder;
    const std::string text = numbers_to(200000);
    std::string noise = text;
    for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>((i * i * 2654435761U) >> 13);
    for (const std::string& bytes : {text, noise, std::string("x"), std::string()}) {
        for (const std::string& packed : {bytes, gzip(bytes), zstd(bytes)}) {
            const auto file = folder.write("file", packed);
            for (const std::size_t part : {1000, 1 << 20}) {
                const Taken taken = take(file, part);
                EXPECT_TRUE(taken.bytes == bytes);
                EXPECT_FALSE(taken.faults.has_errors());
            }
        }
    }
}

TEST(ByteSource, ArchivesOfSeveralMembers) {
    const ScratchFolder folder;
    const std::string a = numbers_to(5000), c = numbers_to(70000);
    for (const auto& pack : {std::function<std::string(std::string)>(gzip),
                             std::function<std::string(std::string)>([](auto text) { return zstd(text); })}) {
        const Taken taken = take(folder.write("members", pack(a) + pack("") + pack(c) + pack("z")));
        EXPECT_FALSE(taken.faults.has_errors());
        EXPECT_TRUE(taken.bytes == a + c + "z");
        expect_one_fault(take(folder.write("rest", pack(a) + "and what else?")), "damaged-archive");
    }
    const std::string skippable("\x50\x2A\x4D\x18\x03\0\0\0abc", 11);
    EXPECT_EQ(take(folder.write("skippable", skippable + zstd("rows"))).bytes, "rows");
}

TEST(ByteSource, ArchivesCutAnywhereAreAFault) {
    const ScratchFolder folder;
    const std::string text = numbers_to(300);
    for (const std::string& packed : {gzip(text) + gzip(text), zstd(text) + zstd(text)}) {
        const std::size_t member = packed.size() / 2;
        for (std::size_t size = 4; size < packed.size(); ++size) {
            SCOPED_TRACE(size);
            const Taken taken = take(folder.write("cut", packed.substr(0, size)));
            if (size != member) expect_one_fault(taken, "damaged-archive");
        }
    }
}

TEST(ByteSource, FlippedBitsAreAFaultOrChangeNothing) {
    const ScratchFolder folder;
    const std::string text = numbers_to(300);
    for (const std::string& packed : {gzip(text), zstd(text)}) {
        for (std::size_t at = 4; at < packed.size(); ++at) {
            std::string flipped = packed;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x20);
            const Taken taken = take(folder.write("flipped", flipped));
            EXPECT_TRUE(taken.faults.error_count() == 1 || taken.bytes == text) << at;
        }
    }
}

TEST(ByteSource, MemoryIsBounded) {
    const ScratchFolder folder;
    EXPECT_FALSE(take(folder.write("wide", zstd("text", 27))).faults.has_errors());
    const Taken wider = take(folder.write("wider", zstd("text", 28)));
    expect_one_fault(wider, "damaged-archive");
    EXPECT_NE(wider.faults.items()[0].message.find("128 MiB"), std::string::npos);
}

TEST(ByteSource, WhatIsNoFileIsAFault) {
    const ScratchFolder folder;
    expect_one_fault(take(folder.path() / "absent"), "cannot-read");
    expect_one_fault(take(folder.path()), "cannot-read");
}

TEST(ByteSource, PipesAreRead) {
    const ScratchFolder folder;
    const auto pipe = folder.path() / "pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const std::string text = numbers_to(100000);
    const std::jthread writer([&] { std::ofstream(pipe) << text; });
    EXPECT_TRUE(take(pipe).bytes == text);
}

}  // namespace
}  // namespace cifra
