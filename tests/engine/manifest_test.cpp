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

}  // namespace
}  // namespace cifra
