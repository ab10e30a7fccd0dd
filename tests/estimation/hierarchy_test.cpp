// Three levels, two weights, series and missing items: invariances, sums by hand, and the faults of data that do not
// fit.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "engine/csv.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/made_up_survey.h"

namespace cifra::testing {
namespace {

Table run(const MadeUpSurvey& survey, int threads = 1) {
    return run_estimation(MadeUpSurvey::design, MadeUpSurvey::tables, survey.folder(), threads);
}

// The codes of the faults an altered survey or design gives.
std::string faults_of(const MadeUpSurvey& survey, const std::string& design = MadeUpSurvey::design,
                      const std::string& tables = MadeUpSurvey::tables) {
    try {
        run_estimation(design, tables, survey.folder());
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(Hierarchy, ThreadsGiveTheSameBytes) {
    const MadeUpSurvey survey;
    EXPECT_EQ(to_csv(run(survey, 1), digits17), to_csv(run(survey, 2), digits17));
    EXPECT_EQ(to_csv(run(survey, 1), digits17), to_csv(run(survey, 8), digits17));
}

TEST(Hierarchy, OrderOfRowsDoesNotMatter) {
    const MadeUpSurvey plain(false), shuffled(true);
    const Table a = run(plain), b = run(shuffled);
    ASSERT_EQ(a.rows(), b.rows());
    for (std::size_t row = 0; row < a.rows(); ++row) {
        EXPECT_EQ(a.at("domain").text(row), b.at("domain").text(row));
        for (const char* column : {"estimate", "se", "lower", "upper", "df", "deff", "n", "n_cases"}) {
            ASSERT_EQ(a.at(column).present(row), b.at(column).present(row)) << column;
            if (!a.at(column).present(row) || a.at(column).number(row) == 0) continue;
            EXPECT_NEAR(b.at(column).number(row) / a.at(column).number(row), 1, 1e-12) << column;
        }
    }
}

// Sums made with maps straight from the files.
TEST(Hierarchy, TwoWeightRateByHand) {
    const MadeUpSurvey survey;
    Diagnostics faults;
    const Table persons = read_csv(survey.folder() / "persons.csv", {}, faults),
                incidents = read_csv(survey.folder() / "incidents.csv", {}, faults);
    std::map<std::pair<double, double>, double> weight;
    double population = 0, thefts = 0;
    for (std::size_t row = 0; row < persons.rows(); ++row) {
        population += persons.at("pw").number(row);
        weight[{persons.at("household").number(row), persons.at("line").number(row)}] = persons.at("pw").number(row);
    }
    for (std::size_t row = 0; row < incidents.rows(); ++row) {
        if (incidents.at("crime").text(row) != "theft") continue;
        const double times = incidents.at("times").number(row);
        thefts += weight[{incidents.at("household").number(row), incidents.at("line").number(row)}] *
                  (times > 5 ? (times == 99 ? 6 : 10) : 1);
    }
    const Table estimates = run(survey);
    EXPECT_TRUE(close_to(find_estimate(estimates, "thefts").estimate, 1000 * thefts / population, estimate_tolerance));
    EXPECT_TRUE(close_to(find_estimate(estimates, "counted").estimate, thefts, estimate_tolerance));
}

TEST(Hierarchy, DomainsAddUpAndConcentrationIsTheirQuotient) {
    const MadeUpSurvey survey;
    const Table e = run(survey);
    EXPECT_TRUE(close_to(
        find_estimate(e, "incidents", "region=north").estimate + find_estimate(e, "incidents", "region=south").estimate,
        find_estimate(e, "incidents").estimate, estimate_tolerance));
    EXPECT_TRUE(close_to(find_estimate(e, "thefts", "crime=theft").estimate, find_estimate(e, "thefts").estimate,
                         estimate_tolerance));
    EXPECT_EQ(find_estimate(e, "thefts", "crime=assault").estimate, 0);
    EXPECT_EQ(find_estimate(e, "thefts", "crime=assault").interval, "one_sided");
}

TEST(Hierarchy, ScalingWeightsLeavesMeansAndTheirErrors) {
    const MadeUpSurvey survey;
    const Table a = run(survey);
    std::string scaled =
        changed(changed(MadeUpSurvey::design, "weight: hw", "weight: hw * 7"), "weight: pw,", "weight: pw * 7,");
    scaled = changed(scaled, "weight: pw,", "weight: pw * 7,");
    const Table b = run_estimation(scaled, MadeUpSurvey::tables, survey.folder());
    for (const char* indicator : {"thefts", "victims", "repeated", "reported", "loss", "age"}) {
        EXPECT_TRUE(close_to(find_estimate(b, indicator).estimate, find_estimate(a, indicator).estimate, 1e-12))
            << indicator;
        EXPECT_TRUE(close_to(find_estimate(b, indicator).se, find_estimate(a, indicator).se, 1e-12)) << indicator;
    }
    EXPECT_TRUE(close_to(find_estimate(b, "incidents").se, 7 * find_estimate(a, "incidents").se, 1e-12));
}

// PSUs whose households all refuse stay in the design: their share of the variance does not vanish.
TEST(Hierarchy, PsusWithoutRespondentsStayInTheDesign) {
    const MadeUpSurvey survey;
    for (int h = 0; h < 10; ++h) survey.append("households.csv", std::to_string(900 + h) + ",s0,empty,south,0");
    const Table e = run(survey);
    const double with = find_estimate(e, "incidents").se;
    const MadeUpSurvey original;
    EXPECT_GT(with, find_estimate(run(original), "incidents").se);
    EXPECT_EQ(find_estimate(e, "incidents").df, find_estimate(run(original), "incidents").df);
}

TEST(Hierarchy, MissingItemsNeedARuleAndAreReported) {
    const MadeUpSurvey survey;
    EXPECT_NE(faults_of(survey, MadeUpSurvey::design,
                        changed(MadeUpSurvey::tables, "having: reported = 1, missing: exclude", "having: reported = 1"))
                  .find("missing-items"),
              std::string::npos);
    const Found excluded = find_estimate(run(survey), "reported");
    EXPECT_NE(excluded.notices.find("item missing"), std::string::npos);
    const Found zero = find_estimate(
        run_estimation(MadeUpSurvey::design,
                       changed(MadeUpSurvey::tables, "reported = 1, missing: exclude", "reported = 1, missing: zero"),
                       survey.folder()),
        "reported");
    const Found numerator = find_estimate(run_estimation(MadeUpSurvey::design,
                                                         changed(MadeUpSurvey::tables, "reported = 1, missing: exclude",
                                                                 "reported = 1, missing: numerator"),
                                                         survey.folder()),
                                          "reported");
    EXPECT_LT(zero.estimate, excluded.estimate);
    EXPECT_GT(numerator.estimate, excluded.estimate);
    EXPECT_EQ(zero.n, numerator.n);
    EXPECT_LT(excluded.n, zero.n);
}

TEST(Hierarchy, FaultsOfTheData) {
    {
        const MadeUpSurvey survey;
        survey.append("incidents.csv", "777,1,theft,1,1,5,1");
        EXPECT_NE(faults_of(survey).find("orphan-records"), std::string::npos);
    }
    {
        const MadeUpSurvey survey;
        survey.append("persons.csv", "1,1,f,30,5");
        survey.append("persons.csv", "1,1,f,31,5");
        EXPECT_NE(faults_of(survey).find("key-not-unique"), std::string::npos);
    }
    {
        const MadeUpSurvey survey;
        survey.append("households.csv", "1000,s0,p0,south,-3");
        EXPECT_NE(faults_of(survey).find("bad-weight"), std::string::npos);
    }
    {
        const MadeUpSurvey survey;
        survey.append("households.csv", "1000,s0,p0,south,0");
        survey.append("persons.csv", "1000,1,f,30,5");
        EXPECT_NE(faults_of(survey).find("weightless-parent"), std::string::npos);
    }
    {
        const MadeUpSurvey survey;
        survey.append("households.csv", "1000,,p0,south,3");
        EXPECT_NE(faults_of(survey).find("design-missing"), std::string::npos);
    }
    {
        const MadeUpSurvey survey;
        survey.append("incidents.csv", "1,1,theft,-7,1,5,1");
        EXPECT_NE(faults_of(survey, changed(MadeUpSurvey::design, "series: times > 5", "series: times != 1"))
                      .find("negative-count"),
                  std::string::npos);
    }
}

TEST(Hierarchy, FaultsOfTheFiles) {
    const MadeUpSurvey survey;
    const auto design_fault = [&](const char* from, const char* to) {
        return faults_of(survey, changed(MadeUpSurvey::design, from, to));
    };
    const auto table_fault = [&](const char* from, const char* to) {
        return faults_of(survey, MadeUpSurvey::design, changed(MadeUpSurvey::tables, from, to));
    };
    EXPECT_NE(design_fault("strata: stratum", "strata: statum").find("missing-column"), std::string::npos);
    EXPECT_NE(design_fault("parent: persons", "parent: person").find("did you mean 'persons'"), std::string::npos);
    EXPECT_NE(design_fault("unknown_as: 6", "cap: 10").find("duplicate-key"), std::string::npos);
    EXPECT_NE(design_fault(", unknown_as: 6", "").find("unknown-count"), std::string::npos);
    EXPECT_NE(design_fault("count: series}", "count: serie}").find("unknown-rule"), std::string::npos);
    EXPECT_NE(table_fault("statistic: mean, of: persons, value: age", "statistic: mean, of: persons")
                  .find("needs the key 'value'"),
              std::string::npos);
    EXPECT_NE(table_fault("per: persons, scale: 1000", "per: incidents, scale: 1000").find("level-order"),
              std::string::npos);
    EXPECT_NE(table_fault("by: [region,", "by: [regoin,").find("did you mean 'region'"), std::string::npos);
    EXPECT_NE(
        table_fault("indicators: [thefts, victims]", "indicators: [theft, victims]").find("did you mean 'thefts'"),
        std::string::npos);
}

}  // namespace
}  // namespace cifra::testing
