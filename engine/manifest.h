// The receipt of a run: the hash of every input and output, the seed and the version. Microdata that were read as a
// stream are known by the XXH3-128 that was taken of them on the way (`xxhsum -H2`), all other files by their SHA-256:
// to read them once more would cost as much as the estimation. It holds no clock and no host
// name, so the same run writes the same receipt.
//
// The receipt of a whole run keeps one of each step too, so that the next run carries out only the steps whose inputs,
// sections of the study, options, version or outputs are no longer those of the receipt.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"

namespace cifra {

std::string sha256(std::string_view bytes);                  // 64 hexadecimal digits
std::string sha256_file(const std::filesystem::path& file);  // throws InputError when it cannot be read

struct ManifestFile {
    std::string path;  // relative to the study's folder where it lies below it, generic separators
    std::string sha256;
    std::uintmax_t bytes = 0;
    std::string xxh3_128{};  // in place of sha256
};

// What one step of a run depended on, and what it made.
struct StepReceipt {
    std::string verb;
    std::map<std::string, std::string> settings;  // seed, language, and each section of the study by its digest
    std::vector<ManifestFile> inputs, outputs;
};

struct Manifest {
    std::string version;
    std::string verb;
    std::uint64_t seed = 0;
    std::vector<ManifestFile> inputs, outputs;  // sorted by path, each path once
    std::string folder{};                       // where relative paths start, seen from the manifest's own folder
    std::vector<StepReceipt> steps{};           // of a whole run
};

// `digest`: its XXH3-128 where that is known already, else "".
ManifestFile manifest_file(const std::filesystem::path& file, const std::filesystem::path& base,
                           const std::string& digest = {});
std::string to_json(const Manifest& manifest);

// Nothing, with a fault (cannot-read, not-a-manifest), where the file is none.
std::optional<Manifest> read_manifest(const std::filesystem::path& file, Diagnostics& faults);

enum class ReceiptState { same, changed, missing };
// Whether the file is the one of the receipt; relative paths start at `base`.
ReceiptState state_of(const ManifestFile& receipt, const std::filesystem::path& base);

}  // namespace cifra
