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
#include "engine/microdata/byte_source.h"

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

nlohmann::ordered_json steps_to_json(const std::vector<StepReceipt>& steps) {
    auto json = nlohmann::ordered_json::array();
    for (const StepReceipt& step : steps)
        json.push_back({{"verb", step.verb},
                        {"settings", step.settings},
                        {"inputs", files_to_json(step.inputs)},
                        {"outputs", files_to_json(step.outputs)}});
    return json;
}

std::vector<ManifestFile> files_of_json(const nlohmann::json& list) {
    std::vector<ManifestFile> files;
    for (const nlohmann::json& file : list)
        files.push_back({file.at("path").get<std::string>(), file.value("sha256", ""),
                         file.at("bytes").get<std::uintmax_t>(), file.value("xxh3_128", "")});
    return files;
}

Manifest manifest_of_json(const nlohmann::json& json) {
    Manifest manifest{json.at("version").get<std::string>(),
                      json.at("verb").get<std::string>(),
                      json.at("seed").get<std::uint64_t>(),
                      files_of_json(json.at("inputs")),
                      files_of_json(json.at("outputs")),
                      json.value("folder", ""),
                      {}};
    for (const nlohmann::json& step : json.value("steps", nlohmann::json::array()))
        manifest.steps.push_back({step.at("verb").get<std::string>(),
                                  step.at("settings").get<std::map<std::string, std::string>>(),
                                  files_of_json(step.at("inputs")), files_of_json(step.at("outputs"))});
    return manifest;
}

std::string xxh3_128_file(const std::filesystem::path& file) {
    Diagnostics faults;
    const auto bytes = open_bytes(file, faults);
    std::vector<char> chunk(1 << 20);
    while (bytes && bytes->read(chunk.data(), chunk.size(), faults) > 0) {
    }
    return bytes ? bytes->digest() : "";
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
    nlohmann::ordered_json json = {{"version", manifest.version},
                                   {"verb", manifest.verb},
                                   {"seed", manifest.seed},
                                   {"folder", manifest.folder},
                                   {"inputs", files_to_json(manifest.inputs)},
                                   {"outputs", files_to_json(manifest.outputs)}};
    if (!manifest.steps.empty()) json["steps"] = steps_to_json(manifest.steps);
    // A file name need not be UTF-8; its odd bytes are replaced rather than refused.
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::optional<Manifest> read_manifest(const std::filesystem::path& file, Diagnostics& faults) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        faults.error({file.string(), 0, 0}, "cannot-read", "the file cannot be read", "check its name and permissions");
        return std::nullopt;
    }
    try {
        return manifest_of_json(nlohmann::json::parse(stream));
    } catch (const nlohmann::json::exception&) {
        faults.error({file.string(), 0, 0}, "not-a-manifest", "the file is no receipt of a run",
                     "name a manifest.json that cifra wrote");
        return std::nullopt;
    }
}

ReceiptState state_of(const ManifestFile& receipt, const std::filesystem::path& base) {
    const std::filesystem::path file = base / receipt.path;
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) return ReceiptState::missing;
    if (std::filesystem::file_size(file, error) != receipt.bytes) return ReceiptState::changed;
    const bool same =
        receipt.xxh3_128.empty() ? sha256_file(file) == receipt.sha256 : xxh3_128_file(file) == receipt.xxh3_128;
    return same ? ReceiptState::same : ReceiptState::changed;
}

}  // namespace cifra
