// Two-phase samples: R survey twophase(), a double sum, and every pair of samples of a small population.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/random.h"
#include "estimation/survey_data.h"
#include "estimation/variance.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/naive_designs.h"

namespace cifra::testing {
namespace {

using nlohmann::json;

std::filesystem::path oracle_folder() { return std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle"; }

std::string text(const json& value) { return value.is_string() ? value.get<std::string>() : ""; }

std::string design_of(const json& entry, const std::string& weight, const std::string& weight_key) {
    std::string keys;
    for (const char* key : {"strata", "psu", "fpc"})
        if (!text(entry[key]).empty()) keys += std::string(key) + ": " + text(entry[key]) + ", ";
    return "data: {p: {file: two_phase_data.csv, weight: " + weight + "}}\ndesign: {" + keys +
           "phase2: {in: in2, strata: g, method: " + text(entry["method"]) + weight_key +
           (entry["uncentred"].get<bool>() ? ", first_phase: uncentred" : "") + "}}\n";
}

const char* tables =
    "indicators:\n  y: {statistic: total, of: p, value: y}\n  x: {statistic: total, of: p, value: x}\n"
    "  mean_y: {statistic: mean, of: p, value: y}\n  mean_x: {statistic: mean, of: p, value: x}\n"
    "  ratio: {statistic: ratio, of: p, value: y, over: x}\n"
    "tables: [{id: t, indicators: [y, x, mean_y, mean_x, ratio], by: [dom]}]\n";

TEST(TwoPhase, AgreesWithRSurvey) {
    const json oracle = json::parse(std::ifstream(oracle_folder() / "two_phase.json"));
    std::size_t compared = 0;
    for (const json& entry : oracle["cases"]) {
        const std::string id = entry["id"];
        const Table result = run_estimation(design_of(entry, entry["weight"], ""), tables, oracle_folder());
        const auto expect = [&](const std::string& name, const std::string& domain, double estimate, double variance) {
            const Found found = find_estimate(result, name, domain);
            EXPECT_TRUE(close_to(found.estimate, estimate, estimate_tolerance)) << id << name;
            EXPECT_TRUE(close_to(found.se, std::sqrt(variance), se_tolerance)) << id << name << domain;
            ++compared;
        };
        expect("y", "", entry["total"]["estimate"][0], entry["total"]["vcov"][0][0]);
        expect("x", "", entry["total"]["estimate"][1], entry["total"]["vcov"][1][1]);
        expect("mean_y", "", entry["mean"]["estimate"][0], entry["mean"]["vcov"][0][0]);
        expect("mean_x", "", entry["mean"]["estimate"][1], entry["mean"]["vcov"][1][1]);
        expect("ratio", "", entry["ratio"]["estimate"], std::pow(entry["ratio"]["se"].get<double>(), 2));
        if (entry.contains("domain_total"))
            expect("y", "dom=1", entry["domain_total"]["estimate"][0], entry["domain_total"]["vcov"][0][0]);
        if (text(entry["psu"]).empty()) {
            EXPECT_EQ(find_estimate(result, "mean_y").df, entry["df"].get<double>()) << id;
        }
    }
    EXPECT_EQ(compared, 9 * 5 + 4U);
}

TEST(TwoPhase, WeightsOfTheFirstPhaseAreMultiplied) {
    const json oracle = json::parse(std::ifstream(oracle_folder() / "two_phase.json"));
    const json& entry = oracle["cases"][0];
    const Table product = run_estimation(design_of(entry, "w_srs", ""), tables, oracle_folder());
    const Table first = run_estimation(design_of(entry, "w_first", ", weight: first_phase"), tables, oracle_folder());
    for (const char* name : {"y", "mean_y", "ratio"}) {
        EXPECT_TRUE(close_to(find_estimate(first, name).estimate, find_estimate(product, name).estimate, 1e-12));
        EXPECT_TRUE(close_to(find_estimate(first, name).se, find_estimate(product, name).se, 1e-12));
    }
}

// A first-phase sample with rows in columns h, i, g, in, and a value for each row of the second phase.
struct Made {
    Table table;
    NaivePhases naive;
    DesignColumns columns;
};

Made random_phases(std::uint64_t seed, bool with_fpc) {
    Stream chance({seed, Purpose::test, 0, 0});
    Made made;
    made.naive.second = {"a", "b"};
    made.naive.elements = made.naive.taken = {0, 0};
    std::vector<std::string> h, i, g;
    std::vector<double> in, fpc;
    for (int stratum = 0; stratum < 3; ++stratum) {
        const std::string name = "h" + std::to_string(stratum);
        const auto psus = 2 + chance.below(4);
        const double population = static_cast<double>(psus + 1 + chance.below(6));
        made.naive.strata.push_back(name);
        made.naive.sampled.push_back(static_cast<double>(psus));
        made.naive.population.push_back(with_fpc ? population : 0);
        for (std::uint64_t psu = 0; psu < psus; ++psu)
            for (std::uint64_t k = 0; k < 3 + chance.below(4); ++k) {
                h.push_back(name), i.push_back(name + std::to_string(psu)), fpc.push_back(population);
                const std::size_t second = chance.below(2);
                g.push_back(made.naive.second[second]);
                in.push_back(chance.below(3) > 0 ? 1 : 0);
                ++made.naive.elements[second];
                made.naive.taken[second] += in.back();
                if (in.back() > 0) made.naive.rows.push_back({name, i.back(), g.back(), 50 + 10 * chance.normal()});
            }
    }
    made.table.set("h", Column::of_texts(h));
    made.table.set("i", Column::of_texts(i));
    made.table.set("g", Column::of_texts(g));
    made.table.set("in", Column::of_numbers(in));
    made.table.set("fpc", Column::of_numbers(fpc));
    made.columns.strata = "h";
    made.columns.psu = {"i"};
    if (with_fpc) made.columns.fpc = {"fpc"};
    made.columns.phase.in = "in";
    made.columns.phase.strata = "g";
    return made;
}

std::vector<double> values_in_units(const Made& made, const DeclaredDesign& declared) {
    std::vector<double> values;
    std::size_t next = 0;
    for (const std::uint32_t unit : declared.unit_of_row) {
        if (unit == no_unit) continue;
        values.resize(std::max<std::size_t>(values.size(), unit + 1));
        values[unit] = made.naive.rows[next++].value;
    }
    return values;
}

SparseColumn dense(const std::vector<double>& values) {
    SparseColumn column;
    for (std::uint32_t u = 0; u < values.size(); ++u) column.unit.push_back(u), column.total.push_back(values[u]);
    return column;
}

TEST(TwoPhase, AgreesWithTheDoubleSum) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Made made = random_phases(seed, seed % 2 == 0);
        Diagnostics faults;
        const DeclaredDesign declared = declare_design(made.table, made.columns, faults);
        ASSERT_FALSE(faults.has_errors());
        const SparseColumn z = dense(values_in_units(made, declared));
        const double expected = naive_two_phase(made.naive);
        if (expected > 0) {
            EXPECT_NEAR(variances(declared.design, {z})(0) / expected, 1, 1e-9) << seed;
        } else {
            EXPECT_TRUE(std::isnan(variances(declared.design, {z})(0)));
        }
    }
}

TEST(TwoPhase, CovarianceIsThatOfSumsAndDifferences) {
    const Made made = random_phases(4, true);
    Diagnostics faults;
    for (const bool approx : {false, true}) {
        DesignColumns columns = made.columns;
        columns.phase.approx = approx;
        const DeclaredDesign declared = declare_design(made.table, columns, faults);
        const SparseColumn a = dense(values_in_units(made, declared));
        SparseColumn b = a;
        for (std::size_t u = 0; u < b.total.size(); ++u)
            b.total[u] = u % 3 == 0 ? 0 : b.total[u] * (1 + 0.1 * double(u % 5));
        const Eigen::MatrixXd v = covariance(declared.design, {a, b, combine(1, a, 1, b)});
        EXPECT_NEAR((v(0, 0) + v(1, 1) + 2 * v(0, 1)) / v(2, 2), 1, 1e-12);
        EXPECT_NEAR(v(0, 2) / (v(0, 0) + v(0, 1)), 1, 1e-12);
    }
}

// Every subset of `size` of 0 .. n - 1.
std::vector<std::vector<int>> subsets(const std::vector<int>& of, std::size_t size) {
    if (size == 0) return {{}};
    if (of.size() < size) return {};
    const std::vector<int> rest(of.begin() + 1, of.end());
    std::vector<std::vector<int>> all = subsets(rest, size);
    for (std::vector<int> chosen : subsets(rest, size - 1)) {
        chosen.insert(chosen.begin(), of.front());
        all.push_back(std::move(chosen));
    }
    return all;
}

// Seven elements, five drawn in the first phase; of each group present two are taken in the second, or one if alone.
TEST(TwoPhase, IsUnbiasedOverAllSamples) {
    const std::vector<double> y = {3, 7, 1, 12, 5, 9, 4};
    const std::vector<int> group = {0, 0, 0, 1, 1, 1, 1};
    const auto first = subsets({0, 1, 2, 3, 4, 5, 6}, 5);
    double mean = 0, square = 0, estimated = 0;
    for (const auto& drawn : first) {
        std::vector<int> members[2];
        for (const int k : drawn) members[group[static_cast<std::size_t>(k)]].push_back(k);
        const auto a = subsets(members[0], std::min<std::size_t>(2, members[0].size())),
                   b = subsets(members[1], std::min<std::size_t>(2, members[1].size()));
        const double chance = 1.0 / static_cast<double>(first.size() * a.size() * b.size());
        for (const auto& in_a : a)
            for (const auto& in_b : b) {
                std::vector<std::string> g;
                std::vector<double> in, z;
                for (const int k : drawn) {
                    const auto& taken = group[static_cast<std::size_t>(k)] == 0 ? in_a : in_b;
                    const auto& all = members[group[static_cast<std::size_t>(k)]];
                    const bool here = std::find(taken.begin(), taken.end(), k) != taken.end();
                    g.push_back(std::to_string(group[static_cast<std::size_t>(k)]));
                    in.push_back(here);
                    if (here)
                        z.push_back(y[static_cast<std::size_t>(k)] * 7 / 5 * static_cast<double>(all.size()) /
                                    static_cast<double>(taken.size()));
                }
                Table table;
                table.set("g", Column::of_texts(g));
                table.set("in", Column::of_numbers(in));
                table.set("N", Column::of_numbers(std::vector<double>(5, 7)));
                DesignColumns columns;
                columns.fpc = {"N"};
                columns.phase.in = "in";
                columns.phase.strata = "g";
                Diagnostics faults;
                const DeclaredDesign declared = declare_design(table, columns, faults);
                ASSERT_FALSE(faults.has_errors());
                double total = 0;
                for (const double value : z) total += value;
                mean += chance * total;
                square += chance * total * total;
                const double v = two_phase_covariance(declared.design, {dense(z)}, true)(0, 0);
                estimated += chance * v;
            }
    }
    EXPECT_NEAR(mean, 41, 1e-10);
    EXPECT_NEAR(estimated / (square - mean * mean), 1, 1e-10);
}

TEST(TwoPhase, AStratumWithOneElementTakenIsRefused) {
    Table table;
    table.set("g", Column::of_texts({"a", "a", "a", "b", "b"}));
    table.set("in", Column::of_numbers({1, 1, 0, 1, 0}));
    DesignColumns columns;
    columns.phase.in = "in";
    columns.phase.strata = "g";
    Diagnostics faults;
    DeclaredDesign declared = declare_design(table, columns, faults);
    EXPECT_THROW(variances(declared.design, {dense({1, 2, 3})}), Refusal);
    declared.design.lonely = LonelyPsu::certainty;
    EXPECT_GT(variances(declared.design, {dense({1, 2, 3})})(0), 0);
}

TEST(TwoPhase, FaultsOfTheColumns) {
    const auto code = [](std::vector<double> in, const std::vector<std::string>& g, std::vector<double> fpc) {
        Table table;
        table.set("in", Column::of_numbers(std::move(in)));
        table.set("g", Column::of_texts(g, {g[0].empty() ? Missing::system : Missing::none, Missing::none,
                                            Missing::none, Missing::none}));
        table.set("N", Column::of_numbers(std::move(fpc)));
        DesignColumns columns;
        columns.phase.in = "in";
        columns.phase.strata = "g";
        columns.phase.fpc = "N";
        Diagnostics faults;
        declare_design(table, columns, faults);
        return faults.items().empty() ? std::string("none") : faults.items().front().code;
    };
    EXPECT_EQ(code({1, 0, 1, 0}, {"a", "a", "b", "b"}, {2, 2, 2, 2}), "none");
    EXPECT_EQ(code({1, 2, 1, 0}, {"a", "a", "b", "b"}, {2, 2, 2, 2}), "phase2-in");
    EXPECT_EQ(code({0, 0, 0, 0}, {"a", "a", "b", "b"}, {2, 2, 2, 2}), "phase2-in");
    EXPECT_EQ(code({1, 0, 0, 0}, {"a", "a", "b", "b"}, {2, 2, 2, 2}), "phase2-empty");
    EXPECT_EQ(code({1, 0, 1, 0}, {"", "a", "b", "b"}, {2, 2, 2, 2}), "phase2-strata");
    EXPECT_EQ(code({1, 1, 1, 0}, {"a", "a", "b", "b"}, {1.5, 1.5, 2, 2}), "phase2-fpc");
    EXPECT_EQ(code({1, 1, 1, 0}, {"a", "a", "b", "b"}, {2, 3, 2, 2}), "phase2-fpc");
}

}  // namespace
}  // namespace cifra::testing
