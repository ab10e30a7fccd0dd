// The receipt of a run: SHA-256 of every input and output, the seed and the version. It holds no clock and no host
// name, so the same run writes the same receipt.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

std::string sha256(std::string_view bytes);                        // 64 hexadecimal digits
std::string sha256_file(const std::filesystem::path& file);        // throws InputError when it cannot be read

struct ManifestFile {
    std::string path;      // relative to the study's folder where it lies below it, generic separators
    std::string sha256;
    std::uintmax_t bytes = 0;
};

struct Manifest {
    std::string version;
    std::string verb;
    std::uint64_t seed = 0;
    std::vector<ManifestFile> inputs, outputs;    // sorted by path, each path once
};

ManifestFile manifest_file(const std::filesystem::path& file, const std::filesystem::path& base);
std::string to_json(const Manifest& manifest);

}  // namespace cifra
