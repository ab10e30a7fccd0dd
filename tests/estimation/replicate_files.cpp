#include "tests/estimation/replicate_files.h"

#include <fmt/ranges.h>
#include <unistd.h>

#include <fstream>

#include "engine/csv.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {

ReplicateFiles::ReplicateFiles(const std::string& sample, const std::string& weights) {
    static int made = 0;
    folder_ = std::filesystem::temp_directory_path() / fmt::format("cifra_replicates_{}_{}", getpid(), ++made);
    std::filesystem::create_directories(folder_);
    Diagnostics faults;
    Table rows = read_csv(shared_data("api") / sample, {}, faults);
    const Table replicates = read_csv(shared_data("api") / weights, {}, faults);
    faults.throw_if_errors();
    if (replicates.has("pw")) rows.set("pw", replicates.at("pw"));
    std::ofstream(folder_ / "sample.csv") << to_csv(rows, digits17);
    std::filesystem::copy_file(shared_data("api") / weights, folder_ / "weights.csv");
}

std::string replicate_design(const nlohmann::json& oracle, const std::string& level) {
    return fmt::format(
        "data: {{{}: {{file: sample.csv, weight: pw}}}}\n"
        "design: {{replicates: {{file: weights.csv, columns: 'rep*', scale: {}, rscales: [{}], centre: {}, df: "
        "{}}}}}\n",
        level, oracle["scale"].get<double>(), fmt::join(oracle["rscales"].get<std::vector<double>>(), ", "),
        oracle.value("mse", true) ? "estimate" : "mean", oracle["degf"].get<double>());
}

}  // namespace cifra::testing
