#include "engine/manifest.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "engine/diagnostics.h"

namespace cifra {
namespace {

const std::string of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const std::string of_million_a = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

std::filesystem::path file_of(const std::string& name, const std::string& bytes) {
    const auto file = std::filesystem::path(testing::TempDir()) / "cifra_manifest_test" / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
}

// FIPS 180-2 (NIST 2002), appendix B.1 to B.3; the empty message is of the NIST SHAVS vectors.
TEST(Sha256, KnownAnswers) {
    EXPECT_EQ(sha256("abc"), of_abc);
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(std::string(1000000, 'a')), of_million_a);
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, OfFiles) {
    EXPECT_EQ(sha256_file(file_of("abc", "abc")), of_abc);
    EXPECT_EQ(sha256_file(file_of("million", std::string(1000000, 'a'))), of_million_a);
    EXPECT_EQ(sha256_file(file_of("chunk", std::string(1 << 16, 'x'))), sha256(std::string(1 << 16, 'x')));
    EXPECT_EQ(sha256_file(file_of("empty", "")), sha256(""));
}

TEST(Sha256, UnreadableFilesAreNamed) {
    for (const std::string path : {"/no/such/file", CIFRA_SOURCE_DIR}) {
        try {
            sha256_file(path);
            ADD_FAILURE() << path;
        } catch (const InputError& error) {
            EXPECT_TRUE(error.diagnostics().contains("cannot-read"));
            EXPECT_EQ(error.diagnostics().items().front().where.file, path);
        }
    }
}

TEST(Manifest, PathsBelowTheStudyAreRelative) {
    const auto file = file_of("study/out/x.csv", "abc");
    const auto base = file.parent_path().parent_path();
    EXPECT_EQ(manifest_file(file, base).path, "out/x.csv");
    EXPECT_EQ(manifest_file(file, base / "").path, "out/x.csv");
    EXPECT_EQ(manifest_file(base / "." / "out" / ".." / "out" / "x.csv", base).path, "out/x.csv");
    EXPECT_EQ(manifest_file(file, base / "other").path, file.generic_string());
    EXPECT_EQ(manifest_file(file, base / "ou").path, file.generic_string()) << "a name that begins alike is no folder";
    EXPECT_EQ(manifest_file(std::filesystem::relative(file), base).path, "out/x.csv");
    EXPECT_EQ(manifest_file(file, base).sha256, of_abc);
    EXPECT_EQ(manifest_file(file, base).bytes, 3u);
}

TEST(Manifest, JsonInFixedOrderSortedEachPathOnce) {
    const Manifest manifest{
        "1.2.3", "draw", 18446744073709551615u, {{"b\"q", "22", 2}, {"a", "11", 1}, {"b\"q", "22", 2}}, {}};
    EXPECT_EQ(to_json(manifest), R"({
  "version": "1.2.3",
  "verb": "draw",
  "seed": 18446744073709551615,
  "folder": "",
  "inputs": [
    {
      "path": "a",
      "sha256": "11",
      "bytes": 1
    },
    {
      "path": "b\"q",
      "sha256": "22",
      "bytes": 2
    }
  ],
  "outputs": []
}
)");
}

TEST(Manifest, AFileNameNeedNotBeUtf8) {
    EXPECT_NE(to_json({"1", "draw", 1, {{"a\xFF", "1", 1}}, {}}).find("a\xEF\xBF\xBD"), std::string::npos);
}

TEST(Manifest, ReadsBackWhatItWrote) {
    Manifest manifest{"1.2.3", "run", 7, {{"a", "11", 1}}, {{"b", "", 2, "22"}}, "..", {}};
    manifest.steps.push_back({"draw", {{"seed", "7"}, {"sampling", "ab"}}, {{"a", "11", 1}}, {{"b", "", 2, "22"}}});
    Diagnostics faults;
    const auto read = read_manifest(file_of("manifest.json", to_json(manifest)), faults);
    ASSERT_TRUE(read);
    EXPECT_EQ(to_json(*read), to_json(manifest));
    EXPECT_EQ(read->steps.at(0).settings.at("sampling"), "ab");
}

TEST(Manifest, WhatIsNoneIsAFault) {
    for (const std::string text :
         {"", "{", "[]", "{}", "7", R"({"version": 1, "verb": "run", "seed": 1, "inputs": [], "outputs": []})",
          R"({"version": "1", "verb": "run", "seed": -1, "inputs": [{"path": 3}], "outputs": []})"}) {
        Diagnostics faults;
        EXPECT_FALSE(read_manifest(file_of("bad.json", text), faults));
        EXPECT_TRUE(faults.contains("not-a-manifest")) << text;
    }
    Diagnostics faults;
    EXPECT_FALSE(read_manifest("/no/such/manifest.json", faults));
    EXPECT_TRUE(faults.contains("cannot-read"));
}

TEST(Manifest, TheStateOfAFile) {
    const auto file = file_of("state", "abc");
    const ManifestFile receipt = manifest_file(file, file.parent_path());
    EXPECT_EQ(state_of(receipt, file.parent_path()), ReceiptState::same);
    // XXH3-128 of "abc", as the reference implementation gives it.
    EXPECT_EQ(state_of({"state", "", 3, "06b05ab6733a618578af5f94892f3950"}, file.parent_path()), ReceiptState::same);
    EXPECT_EQ(state_of({"state", "", 3, "16b05ab6733a618578af5f94892f3950"}, file.parent_path()),
              ReceiptState::changed);
    file_of("state", "abd");
    EXPECT_EQ(state_of(receipt, file.parent_path()), ReceiptState::changed);
    std::filesystem::remove(file);
    EXPECT_EQ(state_of(receipt, file.parent_path()), ReceiptState::missing);
}

}  // namespace
}  // namespace cifra
