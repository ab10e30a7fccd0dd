#include "engine/manifest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "engine/diagnostics.h"

namespace cifra {

namespace {

void require(int success) {
    if (success != 1) throw std::runtime_error("SHA-256 is not available");
}

class Sha256 {
public:
    Sha256() { require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr)); }
    void add(const char* bytes, std::size_t size) { require(EVP_DigestUpdate(context_.get(), bytes, size)); }
    std::string hexadecimal() {
        std::array<unsigned char, 32> digest{};
        require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
        std::string text;
        for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

std::filesystem::path plain_absolute(const std::filesystem::path& path) {
    const std::filesystem::path plain = (std::filesystem::current_path() / path).lexically_normal();
    return plain.has_filename() ? plain : plain.parent_path();
}

// A path outside the study stays as it was given.
std::string path_in(const std::filesystem::path& file, const std::filesystem::path& base) {
    const std::filesystem::path relative = plain_absolute(file).lexically_relative(plain_absolute(base));
    const bool below = !relative.empty() && *relative.begin() != "..";
    return (below ? relative : file.lexically_normal()).generic_string();
}

nlohmann::ordered_json files_to_json(std::vector<ManifestFile> files) {
    std::stable_sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    const auto same_path = [](const auto& a, const auto& b) { return a.path == b.path; };
    files.erase(std::unique(files.begin(), files.end(), same_path), files.end());
    auto json = nlohmann::ordered_json::array();
    for (const ManifestFile& file : files) {
        const bool sha = file.xxh3_128.empty();
        json.push_back({{"path", file.path},
                        {sha ? "sha256" : "xxh3_128", sha ? file.sha256 : file.xxh3_128},
                        {"bytes", file.bytes}});
    }
    return json;
}

}  // namespace

std::string sha256(std::string_view bytes) {
    Sha256 hash;
    hash.add(bytes.data(), bytes.size());
    return hash.hexadecimal();
}

std::string sha256_file(const std::filesystem::path& file) {
    std::error_code error;
    std::ifstream stream(file, std::ios::binary);
    Sha256 hash;
    std::vector<char> chunk(1 << 16);
    while (stream && !std::filesystem::is_directory(file, error)) {
        stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        hash.add(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (!stream.eof() || stream.bad())
        fail_input({file.string(), 0, 0}, "cannot-read", "the file cannot be read", "check its name and permissions");
    return hash.hexadecimal();
}

ManifestFile manifest_file(const std::filesystem::path& file, const std::filesystem::path& base,
                           const std::string& digest) {
    return {path_in(file, base), digest.empty() ? sha256_file(file) : "", std::filesystem::file_size(file), digest};
}

std::string to_json(const Manifest& manifest) {
    const nlohmann::ordered_json json = {{"version", manifest.version},
                                         {"verb", manifest.verb},
                                         {"seed", manifest.seed},
                                         {"inputs", files_to_json(manifest.inputs)},
                                         {"outputs", files_to_json(manifest.outputs)}};
    // A file name need not be UTF-8; its odd bytes are replaced rather than refused.
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace cifra
