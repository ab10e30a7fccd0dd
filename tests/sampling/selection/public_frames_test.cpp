// sampling/selection on public frames: balance beside R sampling (tests/oracle/sampling_cube.csv).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "engine/csv.h"
#include "sampling/selection/balance.h"
#include "sampling/selection/cube.h"
#include "sampling/selection/inclusion.h"
#include "sampling/selection/stratified_cube.h"
#include "tests/support/shared_data.h"

namespace cifra {
namespace {

using Indices = std::vector<std::size_t>;
constexpr std::size_t draws = 1000;

struct Frame {
    std::vector<double> probability;
    std::vector<std::string> names;
    UnitMatrix values;
};

Table read_frame(const std::string& file) {
    Diagnostics faults;
    Table table = read_csv(testing::shared_data("frames") / file, {}, faults);
    EXPECT_FALSE(faults.has_errors());
    return table;
}

std::vector<double> numbers(const Table& table, const std::string& name) {
    std::vector<double> values;
    for (std::size_t row = 0; row < table.rows(); ++row) values.push_back(table.at(name).number(row));
    return values;
}

Frame frame_of(const Table& table, const std::string& size, std::uint64_t n, const std::vector<std::string>& names) {
    Frame frame{inclusion_by_size(numbers(table, size), n).probability, names, {}};
    frame.values.resize(static_cast<Eigen::Index>(table.rows()), static_cast<Eigen::Index>(names.size()));
    for (std::size_t j = 0; j < names.size(); ++j) {
        const std::vector<double> column = numbers(table, names[j]);
        frame.values.col(static_cast<Eigen::Index>(j)) =
            Eigen::Map<const Eigen::VectorXd>(column.data(), static_cast<Eigen::Index>(column.size()));
    }
    return frame;
}

const std::vector<std::string> mu284_variables = {"P85", "CS82", "SS82", "S82", "ME84", "REV84"};
const std::vector<std::string> swiss_variables = {"HApoly", "Surfacesbois", "Surfacescult", "Airbat",
                                                  "Pop020", "Pop65P",       "H00PTOT"};

struct MeanSquare {
    double value = 0, se = 0;
};

// The mean square of the relative deviation of each variable in R's samples.
std::map<std::string, MeanSquare> oracle(const std::string& frame, const std::string& method) {
    std::ifstream file(CIFRA_SOURCE_DIR "/tests/oracle/sampling_cube.csv");
    std::map<std::string, MeanSquare> found;
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        std::vector<std::string> cells;
        for (std::string cell; std::getline(fields, cell, ',');) cells.push_back(cell);
        if (cells.size() != 6 || cells[0] != frame || cells[1] != method) continue;
        const double rms = std::stod(cells[4]);
        found[cells[3]] = {rms * rms, 2 * rms * std::stod(cells[5])};
    }
    return found;
}

// Ours over R's mean square, averaged over the variables, must not exceed 1 by more than 4 standard errors (of
// the mean of the ratios as if variables moved together: the largest it can be).
void expect_as_balanced_as_r(const std::string& name, const std::string& method, const Frame& frame,
                             const std::function<Indices(Stream&)>& select) {
    std::vector<double> sum(frame.names.size()), squares(frame.names.size());
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
        Stream stream({51, Purpose::test, 1, draw});
        const auto table = balance_deviations(frame.probability, frame.values, select(stream));
        for (std::size_t j = 0; j < table.size(); ++j) {
            const double square = table[j].relative * table[j].relative;
            sum[j] += square;
            squares[j] += square * square;
        }
    }
    const std::map<std::string, MeanSquare> expected = oracle(name, method);
    ASSERT_EQ(expected.size(), frame.names.size());
    double ratio = 0, se = 0;
    std::string figures;
    for (std::size_t j = 0; j < frame.names.size(); ++j) {
        const MeanSquare r = expected.at(frame.names[j]);
        const double mean = sum[j] / draws, own = std::sqrt((squares[j] / draws - mean * mean) / draws);
        ratio += mean / r.value / static_cast<double>(frame.names.size());
        se += std::hypot(own, r.se * mean / r.value) / r.value / static_cast<double>(frame.names.size());
        figures += fmt::format(" {} {:.5f} ({:.5f})", frame.names[j], std::sqrt(mean), std::sqrt(r.value));
    }
    ::testing::Test::RecordProperty(name + "_" + method, fmt::format("{:.3f} +- {:.3f};{}", ratio, se, figures));
    EXPECT_LT(ratio, 1 + 4 * se) << figures;
}

void expect_cube_as_r(const std::string& name, const Frame& frame) {
    expect_as_balanced_as_r(name, "suppression", frame,
                            [&](Stream& stream) { return cube(frame.probability, frame.values, stream); });
    expect_as_balanced_as_r(name, "programme", frame, [&](Stream& stream) {
        return cube(frame.probability, frame.values, stream, CubeLanding::programme);
    });
}

TEST(PublicFrames, CubeBalancesMunicipalitiesOfSweden) {
    CIFRA_NEEDS_DATA("frames");
    expect_cube_as_r("MU284", frame_of(read_frame("MU284.csv"), "P75", 50, mu284_variables));
}

TEST(PublicFrames, CubeBalancesMunicipalitiesOfSwitzerland) {
    CIFRA_NEEDS_DATA("frames");
    expect_cube_as_r("swissmunicipalities",
                     frame_of(read_frame("swissmunicipalities.csv"), "POPTOT", 200, swiss_variables));
}

TEST(PublicFrames, StratifiedCubeBalancesWithinRegions) {
    CIFRA_NEEDS_DATA("frames");
    const Table table = read_frame("MU284.csv");
    Frame frame = frame_of(table, "P75", 50, mu284_variables);
    const std::vector<double> region = numbers(table, "REG"), size = numbers(table, "P75");
    const std::vector<std::uint64_t> n = {6, 10, 7, 8, 12, 9, 4, 6};
    Indices stratum;
    for (const double h : region) stratum.push_back(static_cast<std::size_t>(h) - 1);
    for (std::size_t h = 0; h < n.size(); ++h) {
        std::vector<double> sizes;
        for (std::size_t k = 0; k < stratum.size(); ++k)
            if (stratum[k] == h) sizes.push_back(size[k]);
        const std::vector<double> probability = inclusion_by_size(sizes, n[h]).probability;
        for (std::size_t k = 0, i = 0; k < stratum.size(); ++k)
            if (stratum[k] == h) frame.probability[k] = probability[i++];
    }
    expect_as_balanced_as_r("MU284", "stratified", frame, [&](Stream& stream) {
        const Indices taken = stratified_cube(frame.probability, frame.values, stratum, stream);
        std::vector<std::uint64_t> counts(n.size());
        for (const std::size_t k : taken) ++counts[stratum[k]];
        EXPECT_EQ(counts, n);
        return taken;
    });
}

}  // namespace
}  // namespace cifra
