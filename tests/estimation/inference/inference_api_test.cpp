// Every case of the shared api oracle about models and tests, from YAML, under all eight designs.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/estimation/api_designs.h"
#include "tests/estimation/inference/section_run.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

const char* models = R"(
models:
  - {id: gaussian, family: gaussian, of: s, outcome: api00, terms: [ell, meals, mobility],
     tests: [[ell, meals]], convergence: r_default}
  - {id: quasibinomial, family: binomial, of: s, outcome: sch.wide = "Yes", terms: [ell, meals, mobility],
     tests: [[ell, meals]], convergence: r_default}
  - {id: quasipoisson, family: poisson, of: s, outcome: api.stu, terms: [ell, meals, mobility],
     tests: [[ell, meals]], convergence: r_default}
)";

const char* tests = R"(
tests:
  - {id: chisq, test: independence, of: s, rows: sch.wide, columns: comp.imp}
  - {id: chisq23, test: independence, of: s, rows: sch.wide, columns: stype}
  - {id: ttest, test: t, of: s, value: api00, by: comp.imp}
  - {id: ttest_paired, test: t, of: s, difference: [api00, api99]}
  - {id: ranktest, test: rank, of: s, value: api00, by: comp.imp}
)";

// The oracle was made with R's default control of glm, which stops early: compared in kind. What full convergence
// gives is compared with R at 1e-12 in inference_oracle_test.
constexpr double iterative = 1e-7, exact = 1e-8;

class InferenceApi : public ::testing::Test {
protected:
    void glm(const nlohmann::json& c, const Table& table, const std::string& id, const std::string& name) {
        for (std::size_t j = 0; j < c["terms"].size(); ++j) {
            const std::string term = j == 0 ? "(intercept)" : c["terms"][j].get<std::string>();
            const Row row = find_row(table, {{"model", id}, {"part", "coefficient"}, {"term", term}});
            compared.expect(row["estimate"], c["estimate"][j], iterative, name + " " + term);
            compared.expect(row["se"], c["se"][j], iterative, name + " se " + term);
            compared.expect(row["statistic"], c["t"][j], iterative, name + " t " + term);
            // p is t's times its own elasticity, up to t^2: the last digits of t are magnified that much.
            compared.expect(row["p"], c["p"][j], iterative * std::max(1.0, std::pow(c["t"][j].get<double>(), 2)),
                            name + " p " + term);
            compared.expect(row["lower"], c["ci_lower"][j], of_limit(c, j, "ci_lower"), name + " lower " + term);
            compared.expect(row["upper"], c["ci_upper"][j], of_limit(c, j, "ci_upper"), name + " upper " + term);
            EXPECT_EQ(row["df2"], c["df_resid"].get<double>()) << name;
        }
        compared.expect(find_row(table, {{"model", id}, {"term", "dispersion"}})["estimate"], c["dispersion"],
                        iterative, name + " dispersion");
    }

    // A limit is the sum of two numbers that have the tolerance: near 0 its own relative difference is larger.
    static double of_limit(const nlohmann::json& c, std::size_t j, const char* key) {
        const double estimate = c["estimate"][j], limit = c[key][j];
        return iterative * (std::abs(estimate) + std::abs(limit - estimate)) / std::abs(limit);
    }

    void wald(const nlohmann::json& c, const Table& table, const std::string& id, const std::string& name) {
        const Row row = find_row(table, {{"model", id}, {"part", "test"}});
        compared.expect(row["statistic"], c["F"], iterative, name);
        compared.expect(row["df1"], c["df"], 0, name);
        compared.expect(row["df2"], c["ddf"], 0, name);
        // d log p / d log F is up to q F / 2, and F is quadratic in what has the tolerance.
        const double elasticity = c["F"].get<double>() * c["df"].get<double>() / 2;
        compared.expect(row["p"], c["p"], 2 * iterative * std::max(1.0, elasticity), name + " p");
    }

    void chisq(const nlohmann::json& c, const Table& table, const std::string& id, const std::string& kind) {
        // The oracle's machine had no CompQuadForm: R then gives the saddlepoint value for "lincom".
        const Row row = find_row(table, {{"id", id}, {"test", kind}});
        const double p = find_row(table, {{"id", id}, {"test", kind == "lincom" ? "saddlepoint" : kind}})["p"];
        const std::string name = c["id"];
        compared.expect(row["statistic"], c["statistic_value"], exact, name);
        // R looks for the saddlepoint to 1e-8 of its argument, which far tails magnify.
        compared.expect(p, c["p_value"], c["p_value"] < 1e-6 ? 1e-6 : iterative, name + " p");
        if (c["parameter"].is_number()) compared.expect(row["df1"], c["parameter"], exact, name + " df");
        if (c["parameter"].size() == 2) {
            compared.expect(row["df1"], c["parameter"][0], exact, name + " df1");
            compared.expect(row["df2"], c["parameter"][1], exact, name + " df2");
        }
        if (kind == "lincom") {
            EXPECT_LT(std::abs(row["p"] / p - 1), 0.2) << name << ": the exact p is far from the approximation";
        }
    }

    void group(const nlohmann::json& c, const Table& table, const std::string& id) {
        const Row row = find_row(table, {{"id", id}});
        const std::string name = c["id"];
        compared.expect(row["statistic"], c["statistic_value"], exact, name);
        compared.expect(row["df2"], c["parameter"], 0, name + " df");
        const double t = c["statistic_value"];  // d log p / d log t is up to t^2
        compared.expect(row["p"], c["p_value"], exact * std::max(1.0, t * t), name + " p");
        if (!c.contains("ci")) return;
        compared.expect(row["estimate"], c["estimate"], 1e-10, name + " estimate");
        compared.expect(row["lower"], c["ci"][0], exact, name + " lower");
        compared.expect(row["upper"], c["ci"][1], exact, name + " upper");
    }

    Comparison compared;
};

TEST_F(InferenceApi, EveryCaseAgreesWithRSurvey) {
    CIFRA_NEEDS_DATA("api");
    const nlohmann::json cases = oracle_cases(shared_data("api") / "oracle.json");
    int skipped = 0;
    for (const ApiDesign& d : api_designs) {
        const std::string design =
            std::string("data: {s: {file: ") + d.file + ", weight: pw}}\ndesign: " + d.design + "\n";
        const Table fitted = run_section(design, models, "models", shared_data("api"));
        const Table tested = run_section(design, tests, "tests", shared_data("api"));
        for (const auto& c : cases) {
            const std::string id = c["id"], prefix = std::string(d.prefix) + "_";
            if (!id.starts_with(prefix)) continue;
            const std::string rest = id.substr(prefix.size()), statistic = c["statistic"].get<std::string>();
            ++compared.cases;
            if (rest.starts_with("glm_"))
                glm(c, fitted, rest.substr(4), id);
            else if (rest.starts_with("wald_"))
                wald(c, fitted, rest.substr(5), id);
            else if (statistic.starts_with("svychisq"))
                chisq(c, tested, rest.substr(0, rest.find('_')), rest.substr(rest.find('_') + 1));
            else if (statistic.starts_with("svyttest") || statistic.starts_with("svyranktest"))
                group(c, tested, rest);
            else
                --compared.cases, ++skipped;
        }
    }
    std::cout << compared.cases << " cases, largest relative difference " << compared.largest << "\n";
    EXPECT_GE(compared.cases, 80) << "cases of other families: " << skipped;
}

}  // namespace
}  // namespace cifra::testing
