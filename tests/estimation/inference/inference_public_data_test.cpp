// Every case of the shared ENVIPE and NCVS oracles about models and tests, from YAML over the files as published.
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>

#include "tests/estimation/inference/section_run.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

const char* envipe_design = R"(
data:
  persons: {file: persons.csv, weight: FAC_ELE}
  crimes: {file: crimes.csv, weight: FAC_DEL, parent: persons, by: [ID_PER]}
design: {level: persons, strata: EST_DIS, psu: UPM_DIS}
derive:
  persons:
    AGE4: {groups: {"18-29": EDAD <= 29, "30-44": EDAD <= 44, "45-59": EDAD <= 59, "60+": EDAD >= 60}}
    victim: {any: crimes, where: BPCOD != "03"}
    crimes_suffered: {sum: crimes, where: BPCOD != "03", value: FAC_DEL / FAC_ELE}
    records: {count: crimes, where: BPCOD != "03"}
)";

const char* envipe_models = R"(
models:
  - {id: svyglm_quasibinomial, family: binomial, of: persons, outcome: victim,
     terms: [{factor: SEXO}, AGE4, DOMINIO], convergence: r_default}
  - {id: svyglm_quasipoisson, family: poisson, of: persons, outcome: records,
     terms: [{factor: SEXO}, AGE4, DOMINIO], convergence: r_default}
)";

const char* envipe_tests =
    "tests: [{id: chisq_vic_age, test: independence, of: persons, rows: victim, columns: AGE4}]\n";

const char* ncvs_design = R"(
data:
  households: {file: household.csv, weight: WGTHHCY}
  incidents: {file: incident.csv, weight: WGTVICCY, parent: households, by: [YEARQ, IDHH], where: V4022 != 1,
              count: series}
design: {level: households, strata: V2117, psu: V2118}
counting:
  series:
    series: V4017 is not in [1, 8] and V4018 is not in [2, 8] and V4019 is not in [1, 8]
    count: V4016
    cap: 10
    unknown: [997, 998]
    unknown_as: 6
derive:
  households:
    tenure: {groups: {owned: V2015 is 1, rented: V2015 is not missing}}
    urbanicity: {groups: {1 urban: V2143 = 1, 2 suburban: V2143 = 2, 3 rural: V2143 = 3}}
    rate: {sum: incidents, where: V4529 >= 31, value: 1000 * WGTVICCY / WGTHHCY}
    victim: {any: incidents, where: V4529 >= 31, key: [IDHH]}
)";

const char* ncvs_models = R"(
models:
  - {id: hh_svyglm_gaussian, family: gaussian, of: households, outcome: rate,
     terms: [tenure, urbanicity, {factor: V2127B}]}
  - {id: hh_svyglm_quasibinomial, family: binomial, of: households, outcome: victim,
     terms: [tenure, urbanicity, {factor: V2127B}], convergence: r_default}
)";

const char* ncvs_tests = R"(
tests:
  - {id: hh_ttest_tenure, test: t, of: households, value: rate, by: tenure}
  - {id: inc_chisq_report_region, test: independence, of: incidents, where: V4529 >= 31, rows: V4399 is 1,
     columns: V2127B}
)";

// The names of R in the words of cifra.
std::string term_of(std::string name) {
    static const std::map<std::string, std::string> names = {{"(Intercept)", "(intercept)"},
                                                             {"TenFRented", "tenure=rented"},
                                                             {"UrbFSuburban", "urbanicity=2 suburban"},
                                                             {"UrbFRural", "urbanicity=3 rural"},
                                                             {"RegFMidwest", "V2127B=2"},
                                                             {"RegFSouth", "V2127B=3"},
                                                             {"RegFWest", "V2127B=4"}};
    if (const auto found = names.find(name); found != names.end()) return found->second;
    for (const char* variable : {"SEXO", "AGE4", "DOMINIO"})
        if (name.starts_with(variable)) name.insert(std::string(variable).size(), "=");
    return name;
}

void compare_model(const nlohmann::json& c, const Table& models, Comparison& compared) {
    const std::string id = c["id"];
    for (std::size_t j = 0; j < c["terms"].size(); ++j) {
        const std::string term = term_of(c["terms"][j]);
        const Row row = find_row(models, {{"model", id}, {"part", "coefficient"}, {"term", term}});
        compared.expect(row["estimate"], c["estimate"][j], 1e-7, id + " " + term);
        compared.expect(row["se"], c["se"][j], 1e-7, id + " se " + term);
        compared.expect(row["statistic"], c["t"][j], 1e-7, id + " t " + term);
        compared.expect(row["df2"], c["df_resid"], 0, id + " df");
        // d log p / d log t is about -t^2 in the tail.
        compared.expect(row["p"], c["p"][j], 1e-9 * std::max(1.0, std::pow(c["t"][j].get<double>(), 2)), id + " p");
        if (c.contains("ci_lower")) compared.expect(row["lower"], c["ci_lower"][j], 1e-7, id + " lower " + term);
    }
    compared.expect(find_row(models, {{"model", id}, {"term", "dispersion"}})["estimate"], c["dispersion"], 1e-7,
                    id + " dispersion");
}

void compare_table(const nlohmann::json& c, const Table& tests, Comparison& compared) {
    const std::string id = c["id"], kind = id.substr(id.rfind('_') + 1), test = id.substr(0, id.rfind('_'));
    const Row row = find_row(tests, {{"id", test}, {"test", kind}});
    compared.expect(row["statistic"], c["statistic_value"], 1e-8, id);
    // Without CompQuadForm R gives the saddlepoint value for "lincom".
    const Row p = find_row(tests, {{"id", test}, {"test", kind == "lincom" ? "saddlepoint" : kind}});
    // R finds the saddlepoint to 1e-8: of p = 1e-97 five digits are left.
    compared.expect(p["p"], c["p_value"], c["p_value"] < 1e-50 ? 1e-5 : 1e-6, id + " p");
    if (c["parameter"].size() == 2) compared.expect(row["df2"], c["parameter"][1], 1e-8, id + " df");
}

bool is_table(const nlohmann::json& c) { return c["statistic"].get<std::string>().starts_with("svychisq"); }
bool is_model(const nlohmann::json& c) { return c["id"].get<std::string>().find("svyglm") != std::string::npos; }

TEST(InferenceEnvipe, EveryCaseAgreesWithRSurvey) {
    CIFRA_NEEDS_DATA("envipe2021");
    const Table models = run_section(envipe_design, envipe_models, "models", shared_data("envipe2021"));
    const Table tests = run_section(envipe_design, envipe_tests, "tests", shared_data("envipe2021"));
    Comparison compared;
    for (const auto& c : oracle_cases(shared_data("envipe2021") / "oracle.json")) {
        compared.cases += is_model(c) || is_table(c) ? 1 : 0;
        if (is_model(c)) compare_model(c, models, compared);
        if (is_table(c)) compare_table(c, tests, compared);
    }
    std::cout << compared.cases << " cases, largest relative difference " << compared.largest << "\n";
    EXPECT_EQ(compared.cases, 6);
}

TEST(InferenceNcvs, EveryCaseAgreesWithRSurvey) {
    CIFRA_NEEDS_DATA("ncvs2021");
    const Table models = run_section(ncvs_design, ncvs_models, "models", shared_data("ncvs2021"));
    const Table tests = run_section(ncvs_design, ncvs_tests, "tests", shared_data("ncvs2021"));
    Comparison compared;
    for (const auto& c : oracle_cases(shared_data("ncvs2021") / "oracle.json")) {
        const bool t = c["id"] == "hh_ttest_tenure";
        compared.cases += is_model(c) || is_table(c) || t ? 1 : 0;
        if (is_model(c)) compare_model(c, models, compared);
        if (is_table(c)) compare_table(c, tests, compared);
        if (!t) continue;
        const Row row = find_row(tests, {{"id", "hh_ttest_tenure"}});
        compared.expect(row["estimate"], c["estimate"], 1e-10, "difference of rates");
        compared.expect(row["statistic"], c["statistic_value"], 1e-8, "t");
        compared.expect(row["df2"], c["parameter"], 0, "df");
        compared.expect(row["lower"], c["ci"][0], 1e-8, "lower");
        compared.expect(row["p"], c["p_value"], 1e-8, "p");
    }
    std::cout << compared.cases << " cases, largest relative difference " << compared.largest << "\n";
    EXPECT_EQ(compared.cases, 8);
}

}  // namespace
}  // namespace cifra::testing
