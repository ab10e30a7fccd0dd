// An api sample beside its replicate weights in a temporary folder, and the design file that reads them.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace cifra::testing {

// sample.csv, with the full weight of the replicate file in place of its own, and weights.csv.
class ReplicateFiles {
public:
    ReplicateFiles(const std::string& sample, const std::string& weights);
    ~ReplicateFiles() { std::filesystem::remove_all(folder_); }
    ReplicateFiles(const ReplicateFiles&) = delete;
    ReplicateFiles& operator=(const ReplicateFiles&) = delete;
    const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

// Scale, rscales, centre and df as a case of the shared oracle states them.
std::string replicate_design(const nlohmann::json& oracle, const std::string& level);

}  // namespace cifra::testing
