// Models and tests under published replicate weights, against R survey's svrepdesign on the same weights.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>

#include "engine/csv.h"
#include "tests/estimation/inference/section_run.h"
#include "tests/estimation/replicate_files.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

const char* models = R"(
models:
  - {id: gaussian, family: gaussian, of: s, outcome: api00, terms: [ell, meals], tests: [[ell, meals]],
     margins: [{variable: meals, at: [20, 60]}]}
  - {id: binomial, family: binomial, of: s, outcome: sch.wide = "Yes", terms: [ell, meals],
     margins: [{variable: ell, at: [5]}]}
  - {id: poisson, family: poisson, of: s, outcome: api.stu, terms: [ell, stype], margins: [stype]}
  - {id: domain, family: gaussian, of: s, where: meals > 20, outcome: api00, terms: [ell, meals]}
)";

const char* tests = R"(
tests:
  - {id: chisq, test: independence, of: s, rows: sch.wide, columns: stype, statistics: [F, Chisq, Wald, adjWald]}
  - {id: gof, test: goodness_of_fit, of: s, variable: stype, shares: {E: 0.6, H: 0.2, M: 0.2}}
  - {id: one, test: t, of: s, value: api00, null: 650}
  - {id: two, test: t, of: s, value: api00, by: comp.imp}
  - {id: wilcoxon, test: rank, of: s, value: api00, by: comp.imp}
  - {id: median, test: rank, of: s, value: api00, by: comp.imp, method: median}
)";

nlohmann::json oracle_of(const std::string& id) {
    for (const auto& c : oracle_cases(shared_data("api") / "oracle.json"))
        if (c["id"] == id) return c;
    throw std::runtime_error("no case " + id);
}

void compare_models(const nlohmann::json& c, const Table& fitted, Comparison& compared) {
    const std::string id = c["id"];
    for (const char* model : {"gaussian", "binomial", "poisson", "domain"}) {
        const nlohmann::json& m = c[model];
        std::vector<std::string> terms = {"(intercept)", "ell", "meals"};
        if (model == std::string("poisson")) terms = {"(intercept)", "ell", "stype=H", "stype=M"};
        const double iterative = model == std::string("gaussian") || model == std::string("domain") ? 1e-8 : 1e-7;
        for (std::size_t j = 0; j < terms.size(); ++j) {
            const Row row = find_row(fitted, {{"model", model}, {"part", "coefficient"}, {"term", terms[j]}});
            const std::string name = id + " " + model + " " + terms[j];
            compared.expect(row["estimate"], m["estimate"][j], 1e-9, name);
            compared.expect(row["se"], m["se"][j], iterative, name + " se");
            // R counts the degrees of freedom of a domain anew, by the rank of its weights; here they are as stated.
            if (model != std::string("domain")) {
                EXPECT_EQ(row["df2"], m["df"].get<double>()) << name;
            }
        }
        ++compared.cases;
    }
}

void compare_tests(const nlohmann::json& c, const Table& tested, Comparison& compared) {
    const std::string id = c["id"];
    for (const auto& [kind, wanted] : c["chisq"].items()) {
        const Row row = find_row(tested, {{"id", "chisq"}, {"test", kind}});
        compared.expect(row["statistic"], wanted["statistic"], 1e-8, id + " " + kind);
        compared.expect(row["p"], wanted["p"], 1e-7, id + " p " + kind);
        const bool two = wanted["df"].is_array();
        compared.expect(row["df1"], two ? wanted["df"][0] : wanted["df"], 1e-8, id + " df1 " + kind);
        if (two) compared.expect(row["df2"], wanted["df"][1], 1e-8, id + " df2 " + kind);
        ++compared.cases;
    }
    const Row gof = find_row(tested, {{"id", "gof"}});
    if (id == "rep_clus1_JK1_ps") {  // totals post-stratified by stype do not vary; R divides rounding errors
        EXPECT_TRUE(std::isnan(gof["p"]));
        EXPECT_EQ(gof.text("notices"), "the shares have no variance");
    } else {
        compared.expect(gof["statistic"], c["gof"]["statistic"], 1e-9, id + " gof");
        compared.expect(gof["df1"], c["gof"]["df"], 1e-8, id + " gof df");
    }
    for (const char* test : {"one", "two", "wilcoxon", "median"}) {
        const Row row = find_row(tested, {{"id", test}});
        compared.expect(row["statistic"], c[test]["statistic"], 1e-8, id + " " + test);
        compared.expect(row["df2"], c[test]["df"], 0, id + " df " + test);
        compared.expect(row["p"], c[test]["p"], 1e-7, id + " p " + test);
        ++compared.cases;
    }
    ++compared.cases;
}

const std::array<std::array<const char*, 3>, 5> designs = {{
    {"rep_clus1_JK1_mse", "apiclus1.csv", "rep_clus1_JK1_mse.csv"},
    {"rep_clus1_JK1_nofpc", "apiclus1.csv", "rep_clus1_JK1_nofpc.csv"},
    {"rep_clus1_bootstrap", "apiclus1.csv", "rep_clus1_bootstrap.csv"},
    {"rep_clus2_mrb", "apiclus2.csv", "rep_clus2_mrb.csv"},
    {"rep_clus1_JK1_ps", "apiclus1.csv", "rep_clus1_JK1_ps.csv"},
}};

TEST(ReplicateInference, AgreesWithRSurvey) {
    CIFRA_NEEDS_DATA("api");
    Comparison compared;
    const auto made = oracle_cases(std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle/replicate_inference.json");
    for (const auto& c : made) {
        const nlohmann::json design = oracle_of(c["id"]);
        const ReplicateFiles files(c["sample"], c["weights"]);
        const Table fitted = run_section(replicate_design(design, "s"), models, "models", files.folder());
        const Table tested = run_section(replicate_design(design, "s"), tests, "tests", files.folder());
        compare_models(c, fitted, compared);
        compare_tests(c, tested, compared);
        // The `glm` entries of the shared oracle.
        const char* terms[] = {"(intercept)", "ell", "meals"};
        for (int j = 0; j < 3; ++j) {
            const Row row = find_row(fitted, {{"model", "gaussian"}, {"part", "coefficient"}, {"term", terms[j]}});
            compared.expect(row["estimate"], design["glm"]["estimate"][j], 1e-10, design["id"]);
            compared.expect(row["se"], design["glm"]["se"][j], 1e-8, design["id"]);
            EXPECT_EQ(row["df2"], design["glm"]["df"].get<double>());
        }
        ++compared.cases;
    }
    std::cout << compared.cases << " cases, largest relative difference " << compared.largest << "\n";
    EXPECT_EQ(compared.cases, 5 * (4 + 9 + 1));
}

// Where the link is the identity a margin is a linear combination of coefficients and means: its replicates are those
// of the estimate. Bounded by hand: the difference of two margins of `meals` is 40 times its coefficient.
TEST(ReplicateInference, MarginsFollowTheCoefficients) {
    CIFRA_NEEDS_DATA("api");
    for (const auto& [id, sample, weights] : designs) {
        const ReplicateFiles files(sample, weights);
        const Table fitted = run_section(replicate_design(oracle_of(id), "s"), models, "models", files.folder());
        const Row slope = find_row(fitted, {{"model", "gaussian"}, {"part", "coefficient"}, {"term", "meals"}});
        const Row gap = find_row(fitted, {{"model", "gaussian"}, {"part", "margin_difference"}});
        EXPECT_NEAR(gap["estimate"] / slope["estimate"], 40, 1e-9) << id;
        EXPECT_NEAR(gap["se"] / slope["se"], 40, 1e-7) << id;
        EXPECT_NEAR(gap["df2"], slope["df2"], 0) << id;
    }
}

// One factor alone: its margins are the means of its categories, whose replicate variance tests know too.
TEST(ReplicateInference, MarginsOfOneFactorAreMeans) {
    CIFRA_NEEDS_DATA("api");
    const ReplicateFiles files("apiclus1.csv", "rep_clus1_JK1_mse.csv");
    const std::string design = replicate_design(oracle_of("rep_clus1_JK1_mse"), "s");
    const Table fitted = run_section(design,
                                     "models: [{id: m, family: poisson, of: s, outcome: api00, terms: [comp.imp], "
                                     "margins: [comp.imp]}]\n",
                                     "models", files.folder());
    const Table tested = run_section(design, tests, "tests", files.folder());
    const Row gap = find_row(fitted, {{"part", "margin_difference"}}), two = find_row(tested, {{"id", "two"}});
    EXPECT_NEAR(gap["estimate"] / two["estimate"], 1, 1e-9);
    EXPECT_NEAR(gap["se"] / two["se"], 1, 1e-8);
}

// A category that stands in one PSU alone has no coefficient in the replicate without it: no standard error, said so;
// the other coefficients keep theirs.
TEST(ReplicateInference, AReplicateWithoutACategoryIsSaid) {
    CIFRA_NEEDS_DATA("api");
    const ReplicateFiles files("apiclus1.csv", "rep_clus1_JK1_mse.csv");
    const Table fitted =
        run_section(replicate_design(oracle_of("rep_clus1_JK1_mse"), "s"),
                    "models: [{id: m, family: gaussian, of: s, outcome: api00, terms: [{factor: dnum = 61}, meals]}]\n",
                    "models", files.folder());
    const Row lost = find_row(fitted, {{"part", "coefficient"}, {"term", "dnum = 61=true"}});
    EXPECT_TRUE(std::isfinite(lost["estimate"]));
    EXPECT_TRUE(std::isnan(lost["se"]));
    EXPECT_NE(lost.text("notices").find("replicates in which a coefficient has no finite estimate: 1 of 15"),
              std::string::npos);
    EXPECT_GT(find_row(fitted, {{"part", "coefficient"}, {"term", "meals"}})["se"], 0);
}

// Weights of schools say nothing about districts above them.
TEST(ReplicateInference, LevelsAboveTheReplicatesAreRefused) {
    const std::filesystem::path folder =
        std::filesystem::path(::testing::TempDir()) / ("above_replicates" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "districts.csv") << "d,w,y\n1,2,3\n2,2,4\n3,2,7\n";
    std::ofstream(folder / "schools.csv") << "d,w,x,r1,r2,r3\n1,2,3,0,3,3\n2,2,5,3,0,3\n3,2,4,3,3,0\n";
    const std::string design =
        "data:\n  districts: {file: districts.csv, weight: w}\n"
        "  schools: {file: schools.csv, weight: w, parent: districts, by: [d]}\n"
        "design: {level: schools, replicates: {columns: 'r*', method: JK1}}\n";
    const auto told = [&](const std::string& level) {
        try {
            run_section(design, "tests: [{id: t, test: t, of: " + level + ", value: y}]\n", "tests", folder);
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    EXPECT_EQ(told("schools"), "none");
    EXPECT_NE(told("districts").find("[above-replicates]"), std::string::npos) << told("districts");
    std::filesystem::remove_all(folder);
}

// The variance is that of the replicates, whatever the file says about PSUs: the number of threads changes no byte.
TEST(ReplicateInference, ThreadsChangeNothing) {
    CIFRA_NEEDS_DATA("api");
    const ReplicateFiles files("apiclus2.csv", "rep_clus2_mrb.csv");
    std::vector<std::string> written;
    for (const int threads : {1, 4})
        written.push_back(to_csv(run_section(replicate_design(oracle_of("rep_clus2_mrb"), "s"), models, "models",
                                             files.folder(), [&](SurveyData& data) { data.threads = threads; }),
                                 digits17));
    EXPECT_EQ(written[0], written[1]);
}

}  // namespace
}  // namespace cifra::testing
