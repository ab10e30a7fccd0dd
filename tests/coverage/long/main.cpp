// coverage OUT [DRAWS] [SEED] [THREADS]: runs every scenario; writes OUT/coverage.md and OUT/coverage.csv.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/coverage/report.h"
#include "tests/coverage/scenarios.h"

int main(int count, char** arguments) {
    using namespace cifra::coverage;
    const std::filesystem::path out = count > 1 ? arguments[1] : "coverage";
    const std::size_t draws = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 0;
    const std::uint64_t seed = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 2026;
    const int threads = count > 4 ? std::atoi(arguments[4]) : 0;
    std::filesystem::create_directories(out);
    std::vector<ScenarioResults> all;
    std::string details, csv;
    for (const Scenario& scenario : scenarios()) {
        const auto start = std::chrono::steady_clock::now();
        const Experiment experiment(scenario, seed);
        const auto ready = std::chrono::steady_clock::now();
        const std::size_t number = draws > 0 ? draws : scenario.draws;
        all.push_back({scenario, run(experiment, number, threads)});
        details += fmt::format("### {}\n\n{}. {} draws.\n\n", scenario.name, scenario.text, number);
        details += level_tables(all.back()) + change_tables(all.back());
        csv += to_csv_lines(all.back(), csv.empty());
        const std::chrono::duration<double> made = ready - start, ran = std::chrono::steady_clock::now() - ready;
        fmt::print("{}: country {:.1f} s, {} draws {:.1f} s\n", scenario.name, made.count(), number, ran.count());
        std::fflush(stdout);
    }
    std::ofstream(out / "coverage.md") << summary_tables(all) << details;
    std::ofstream(out / "coverage.csv") << csv;
}
