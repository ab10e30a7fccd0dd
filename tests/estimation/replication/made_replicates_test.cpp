// Replicates made here, from the design file to estimates.csv: R survey on the weights written, the same weights read
// back as published ones, R's jackknife factors, linearized variances, threads.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "engine/csv.h"
#include "estimation/replication/replicate_weights_file.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/scratch_folder.h"

namespace cifra::testing {
namespace {

const std::filesystem::path oracle_folder = std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle";

struct MethodCase {
    const char* name;
    const char* design;     // keys of `design:` beside replicates
    DesignColumns columns;  // the same
    const char* keys;       // of `replicates:`
    ReplicationPlan plan;   // the same
};

DesignColumns columns_of(std::vector<std::string> psu, std::vector<std::string> fpc, bool ordered = false) {
    DesignColumns columns;
    if (psu.front() != "unit") columns.strata = "stratum";
    columns.psu = std::move(psu);
    columns.fpc = std::move(fpc);
    if (ordered) columns.successive = {true, true, "drawn"};
    return columns;
}

std::vector<MethodCase> cases() {
    using Method = ReplicationMethod;
    const char *whole = "psu: [unit], fpc: [all_psus]", *one = "strata: stratum, psu: [psu], fpc: [psus]",
               *two = "strata: stratum, psu: [psu, ssu], fpc: [psus, ssus]",
               *ordered =
                   "strata: stratum, psu: [psu], fpc: [psus], variance: successive_difference_circular, order: drawn";
    const DesignColumns of_one = columns_of({"psu"}, {"psus"}), of_two = columns_of({"psu", "ssu"}, {"psus", "ssus"});
    return {{"JK1", whole, columns_of({"unit"}, {"all_psus"}), "", {Method::jk1}},
            {"JKn", two, of_two, "", {Method::jkn}},
            {"JK2", one, of_one, ", seed: 5", {Method::jk2, 0, 5}},
            {"BRR", one, of_one, "", {Method::brr}},
            {"Fay", one, of_one, ", fay: 0.3", {Method::fay, 0, 1, 0.3}},
            {"SDR", ordered, columns_of({"psu"}, {"psus"}, true), "", {Method::sdr}},
            {"rao_wu", two, of_two, ", count: 60, seed: 5", {Method::rao_wu, 60, 5}},
            {"rwyb", two, of_two, ", count: 60, seed: 5", {Method::rwyb, 60, 5}},
            {"antal_tille", two, of_two, ", count: 60, seed: 5", {Method::antal_tille, 60, 5}},
            {"generalized", two, of_two, ", count: 60, seed: 5", {Method::generalized, 60, 5}}};
}

std::string design_of(const MethodCase& method, const std::string& replicates) {
    return fmt::format("data: {{persons: {{file: made_replicates.csv, weight: w}}}}\ndesign: {{{}{}}}\n", method.design,
                       replicates);
}

std::string made(const MethodCase& method) {
    return design_of(method, fmt::format(", replicates: {{method: {}{}}}", method.name, method.keys));
}

const char* tables = R"(
indicators:
  total: {statistic: total, of: persons, value: y, interval: t}
  ratio: {statistic: ratio, of: persons, value: y, over: x}
  mean: {statistic: mean, of: persons, value: y}
tables:
  - {id: t, indicators: [total, ratio, mean], by: [g]}
comparisons:
  - {id: gap, formula: 'mean[g=a] - mean[g=b]'}
)";

struct Written {
    Table sample;
    DeclaredDesign declared;
    ReplicateFactors factors;
    std::string csv, r;
};

Written written(const MethodCase& method, const std::string& file) {
    Diagnostics faults;
    Written result;
    result.sample = read_csv(oracle_folder / "made_replicates.csv", {}, faults);
    result.declared = declare_design(result.sample, method.columns, faults);
    result.factors = ReplicateFactors::make(method.plan, result.declared.design, {}, faults);
    faults.throw_if_errors();
    Table ids = result.sample;
    ids.remove("w");
    std::ostringstream csv;
    write_replicate_weights({ids, "w", result.sample.at("w").numbers(), result.declared.unit_of_row}, result.factors,
                            csv);
    result.csv = csv.str();
    result.r = replicate_code_r(describe(result.factors), file, "w");
    return result;
}

void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

nlohmann::json oracle() { return nlohmann::json::parse(std::ifstream(oracle_folder / "made_replicates.json")); }

TEST(MadeReplicates, AgreeWithR) {
    const char* keep = std::getenv("CIFRA_KEEP_REPLICATES");
    for (const MethodCase& method : cases()) {
        SCOPED_TRACE(method.name);
        const std::string file = fmt::format("{}.csv", method.name);
        if (keep) {
            const Written files = written(method, file);
            write(std::filesystem::path(keep) / file, files.csv);
            write(std::filesystem::path(keep) / fmt::format("{}.r", method.name), files.r + "\n");
            continue;
        }
        const nlohmann::json expected = oracle()["se"][method.name];
        const Table estimates = run_estimation(made(method), tables, oracle_folder);
        EXPECT_TRUE(close_to(find_estimate(estimates, "total").se, expected["total"], se_tolerance));
        EXPECT_TRUE(close_to(find_estimate(estimates, "ratio").se, expected["ratio"], se_tolerance));
        EXPECT_TRUE(close_to(find_estimate(estimates, "mean", "g=a").se, expected["mean"][0], se_tolerance));
        EXPECT_TRUE(close_to(find_estimate(estimates, "mean", "g=b").se, expected["mean"][1], se_tolerance));
        EXPECT_EQ(written(method, file).factors.count(), expected["replicates"].get<std::size_t>());
    }
}

// The weights written, read again as if a producer had published them: another road through accumulation.
TEST(MadeReplicates, AgreeWithTheSameWeightsPublished) {
    const std::string more = R"(
indicators:
  total: {statistic: total, of: persons, value: y, interval: t}
  ratio: {statistic: ratio, of: persons, value: y, over: x}
  share: {statistic: proportion, of: persons, having: y > 8}
  median: {statistic: quantile, of: persons, value: y, probabilities: [0.5]}
  sd: {statistic: sd, of: persons, value: y}
tables:
  - {id: t, indicators: [total, ratio, share, median, sd], by: [g]}
)";
    for (const MethodCase& method : cases()) {
        SCOPED_TRACE(method.name);
        const ScratchFolder scratch;
        const Written files = written(method, "w.csv");
        write(scratch.path() / "made_replicates.csv", files.csv);
        std::string rscales;
        for (const double c : files.factors.coefficients()) rscales += (rscales.empty() ? "" : ", ") + shortest(c);
        const std::string published = design_of(
            method, fmt::format(", replicates: {{columns: 'rw_*', method: other, scale: 1, rscales: [{}]}}", rscales));
        const Table expected = run_estimation(published, more, scratch.path()),
                    actual = run_estimation(made(method), more, oracle_folder);
        for (const char* indicator : {"total", "ratio", "share", "median", "sd"})
            for (const char* domain : {"", "g=a", "g=b"}) {
                // Woodruff's limits of the median of g=b lie outside the data: no standard error either way.
                if (std::string(indicator) == "median" && std::string(domain) == "g=b") continue;
                const Found one = find_estimate(actual, indicator, domain),
                            other = find_estimate(expected, indicator, domain);
                EXPECT_TRUE(close_to(one.estimate, other.estimate, 1e-12)) << indicator << domain;
                EXPECT_TRUE(close_to(one.se, other.se, 1e-10)) << indicator << domain;
            }
    }
}

TEST(MadeReplicates, JackknifeFactorsAreThoseOfR) {
    for (const char* name : {"jkn", "jk1"}) {
        const bool strata = std::string(name) == "jkn";
        const MethodCase method{name,
                                "",
                                strata ? columns_of({"psu"}, {"psus"}) : columns_of({"unit"}, {"all_psus"}),
                                "",
                                {strata ? ReplicationMethod::jkn : ReplicationMethod::jk1}};
        const Written files = written(method, "");
        const nlohmann::json expected = oracle()[name];
        std::vector<double> by_unit(files.factors.units());
        std::size_t r = 0;
        for (std::size_t column = 0; column < expected["coefficients"].size(); ++column) {
            // R leaves a certain stratum's PSUs out in replicates that count for nothing; here there are none.
            if (expected["coefficients"][column] == 0) continue;
            EXPECT_NEAR(files.factors.coefficients()[r], expected["coefficients"][column], 1e-14);
            files.factors.of(r++, by_unit);
            for (std::size_t u = 0; u < by_unit.size(); ++u)
                EXPECT_NEAR(by_unit[u], expected["factors"][u][column], 1e-14) << name << r << " " << u;
        }
        EXPECT_EQ(r, files.factors.count());
    }
}

// Many replicates of a total come near the linearized standard error, and threads and comparisons agree.
TEST(MadeReplicates, ThreadsAndComparisons) {
    MethodCase method = cases()[6];
    const std::string design = design_of(method, ", replicates: {method: rao_wu, count: 4000, seed: 2}");
    const Table one = run_estimation(design, tables, oracle_folder, 1),
                eight = run_estimation(design, tables, oracle_folder, 8);
    EXPECT_EQ(to_csv(one), to_csv(eight));
    const Table linearized = run_estimation(design_of(method, ""), tables, oracle_folder);
    EXPECT_NEAR(find_estimate(one, "total").se / find_estimate(linearized, "total").se, 1, 0.05);
    EXPECT_EQ(find_estimate(one, "total").df, find_estimate(linearized, "total").df);
    const Table gaps = run_part(design, tables, oracle_folder, "comparisons.csv");
    const Table gaps_linearized = run_part(design_of(method, ""), tables, oracle_folder, "comparisons.csv");
    EXPECT_NEAR(gaps.at("se").number(0) / gaps_linearized.at("se").number(0), 1, 0.1);
}

TEST(MadeReplicates, CodeForOtherPrograms) {
    const Written fay = written(cases()[4], "fay.csv");
    const std::string code = replicate_code(describe(fay.factors), "fay.csv", "w");
    for (const char* part : {"type = \"Fay\", rho = 0.3", "brrweight(rw_1-rw_8) fay(0.3) vce(brr) mse",
                             "REPWGT rw_1-rw_8", "VARMETHOD=BRR(FAY=0.3)", "mse = TRUE"})
        EXPECT_NE(code.find(part), std::string::npos) << part << "\n" << code;
    const std::string jkn = replicate_code(describe(written(cases()[1], "j.csv").factors), "j.csv", "w");
    EXPECT_NE(jkn.find("JACKMULT"), std::string::npos);
    EXPECT_NE(jkn.find("JKCOEFS=("), std::string::npos);
}

}  // namespace
}  // namespace cifra::testing
