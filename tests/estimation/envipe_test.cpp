// ENVIPE 2021 from the raw files: INEGI's published figures to the printed digit, R survey's SEs to 1e-8.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/estimation/estimation_run.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

class Envipe : public ::testing::Test {
protected:
    void SetUp() override {
        CIFRA_NEEDS_DATA("envipe2021");
        static const Table once = run_example("envipe-2021", shared_data("envipe2021"), 2);
        estimates = &once;
    }

    nlohmann::json oracle(const std::string& id) const {
        return oracle_case(shared_data("envipe2021") / "oracle.json", id);
    }

    // Every level of an oracle case against an indicator broken down by `variable`.
    void expect_levels(const nlohmann::json& expected, const nlohmann::json& levels, const std::string& indicator,
                       const std::string& variable, double scale,
                       const std::map<std::string, std::string>& names = {}) const {
        ASSERT_EQ(expected["estimate"].size(), levels.size());
        for (std::size_t i = 0; i < levels.size(); ++i) {
            const std::string level = levels[i];
            const auto renamed = names.find(level);
            const Found found = find_estimate(*estimates, indicator,
                                              variable + "=" + (renamed == names.end() ? level : renamed->second));
            EXPECT_TRUE(close_to(found.estimate, scale * expected["estimate"][i].get<double>(), estimate_tolerance))
                << indicator << " " << level;
            if (expected["se"][i] == 0) {  // a share of 0 or 1: we give no SE but a one-sided limit
                EXPECT_TRUE(std::isnan(found.se)) << indicator << " " << level;
                EXPECT_EQ(found.interval, "one_sided") << indicator << " " << level;
                continue;
            }
            EXPECT_TRUE(close_to(found.se, scale * expected["se"][i].get<double>(), se_tolerance))
                << indicator << " " << level;
        }
    }

    const Table* estimates = nullptr;
};

TEST_F(Envipe, NationalTotalsAreThePublishedOnes) {
    const std::pair<const char*, double> published[] = {
        {"crimes", 27639203},       {"crimes_reported", 2782409},        {"crimes_file_opened", 1860292},
        {"crimes_no_file", 740195}, {"crimes_file_unspecified", 181922}, {"crimes_not_reported", 24825525},
        {"crimes_dark", 25778911}};
    for (const auto& [indicator, value] : published)
        EXPECT_EQ(find_estimate(*estimates, indicator, "", "national").estimate, value) << indicator;
}

TEST_F(Envipe, SharesAreThePublishedOnes) {
    const std::pair<const char*, double> published[] = {
        {"share_reported", 10.0668930287172},         {"share_not_reported", 89.8199741866652},
        {"share_file_opened", 66.8590419309311},      {"share_no_file", 26.6026669695217},
        {"share_file_unspecified", 6.53829109954719}, {"dark_figure", 93.269371768788}};
    for (const auto& [indicator, value] : published)
        EXPECT_TRUE(close_to(find_estimate(*estimates, indicator, "", "shares").estimate, value, 1e-14)) << indicator;
}

TEST_F(Envipe, TypesAreThePublishedOnes) {
    const std::tuple<const char*, double, double> published[] = {
        {"vehicle_theft", 473640, 37.8779241618107}, {"vehicle_parts", 2455282, 94.447480981818},
        {"burglary", 1698038, 90.6070417740946},     {"street_robbery", 6230798, 94.4097208736345},
        {"other_theft", 1397146, 92.0434943806875},  {"fraud", 5332430, 96.7329153875438},
        {"extortion", 4660898, 97.9036872293708},    {"threats", 2672001, 88.553185421712},
        {"injuries", 928471, 84.4421635139924},      {"other", 1790499, 95.056294362633}};
    for (const auto& [type, crimes, dark] : published) {
        const std::string domain = std::string("type=") + type;
        EXPECT_EQ(find_estimate(*estimates, "crimes", domain).estimate, crimes) << type;
        EXPECT_TRUE(close_to(find_estimate(*estimates, "dark_figure", domain).estimate, dark, 1e-14)) << type;
    }
}

TEST_F(Envipe, TypeTotalsHaveTheOraclesErrors) {
    const std::map<std::string, std::string> names = {{"home_burglary", "burglary"}, {"injury", "injuries"}};
    nlohmann::json expected = oracle("crime_by_type");
    std::map<std::string, std::string> all = names;
    for (const std::string level : expected["levels"])
        if (level.find("vehicle") != std::string::npos)
            all[level] = level.find("part") != std::string::npos ? "vehicle_parts" : "vehicle_theft";
    expect_levels(expected["DO"], expected["levels"], "crimes", "type", 1, all);
    expect_levels(expected["CN"], expected["levels"], "crimes_dark", "type", 1, all);
}

TEST_F(Envipe, NationalSharesHaveTheOraclesErrors) {
    const std::pair<const char*, const char*> cases[] = {{"crime_ratio_DD_DO", "share_reported"},
                                                         {"crime_ratio_DND_DO", "share_not_reported"},
                                                         {"crime_ratio_FILE_Y_DD", "share_file_opened"}};
    for (const auto& [id, indicator] : cases) {
        const Found found = find_estimate(*estimates, indicator, "", "shares");
        EXPECT_TRUE(close_to(found.estimate, 100 * oracle(id)["estimate"].get<double>(), estimate_tolerance)) << id;
        EXPECT_TRUE(close_to(found.se, 100 * oracle(id)["se"].get<double>(), se_tolerance)) << id;
    }
}

TEST_F(Envipe, StatesOfOccurrence) {
    const auto by_state = [&](const char* id, const char* indicator, double scale) {
        const nlohmann::json expected = oracle(id);
        expect_levels(expected, expected["levels"], indicator, "BP1_2C", scale);
    };
    by_state("crime_by_state_DO", "crimes", 1);
    by_state("crime_by_state_ratio_DD_DO", "share_reported", 100);
    by_state("crime_by_state_ratio_DND_DO", "share_not_reported", 100);
    by_state("crime_by_state_ratio_FILE_Y_DD", "share_file_opened", 100);
    by_state("crime_by_state_ratio_FILE_N_DD", "share_no_file", 100);
    by_state("crime_by_state_ratio_FILE_U_DD", "share_file_unspecified", 100);
}

TEST_F(Envipe, RatesOfTwoWeights) {
    const Found whole = find_estimate(*estimates, "incidence", "", "rates");
    EXPECT_TRUE(close_to(whole.estimate, oracle("rate_crimes")["estimate"], estimate_tolerance));
    EXPECT_TRUE(close_to(whole.se, oracle("rate_crimes")["se"], se_tolerance));
    EXPECT_EQ(whole.df, 12589);
    const auto by = [&](const char* id, const char* variable, const std::map<std::string, std::string>& names) {
        const nlohmann::json expected = oracle(id);
        expect_levels(expected, expected["levels"], "incidence", variable, 1, names);
    };
    by("rate_crimes_by_sex", "sex", {{"1", "male"}, {"2", "female"}});
    by("rate_crimes_by_age", "age_group", {});
    by("rate_crimes_by_state", "CVE_ENT", {});
}

TEST_F(Envipe, PrevalenceWithItsIntervalAndDesignEffect) {
    const Found whole = find_estimate(*estimates, "prevalence", "", "rates");
    EXPECT_TRUE(close_to(whole.estimate, oracle("persons_prevalence_per_100k")["estimate"], estimate_tolerance));
    EXPECT_TRUE(close_to(whole.se, oracle("persons_prevalence_per_100k")["se"], se_tolerance));
    const nlohmann::json by_sex = oracle("persons_prevalence_by_SEXO"), by_age = oracle("persons_prevalence_by_AGE4"),
                         by_class = oracle("persons_prevalence_by_ESTRATO");
    expect_levels(by_sex, by_sex["levels"], "prevalence", "sex", 100000, {{"1", "male"}, {"2", "female"}});
    expect_levels(by_age, by_age["levels"], "prevalence", "age_group", 100000);
    expect_levels(by_class, by_class["levels"], "prevalence", "ESTRATO", 100000);
    // The oracle's deff has simple random sampling without replacement below: it is ours over 1 - n / N.
    const Found men = find_estimate(*estimates, "prevalence", "sex=male");
    const double population = find_estimate(*estimates, "adults", "sex=male").estimate;
    EXPECT_TRUE(close_to(men.deff / (1 - men.n / population), by_sex["deff"][0], se_tolerance));
    const nlohmann::json yucatan = oracle("ciprop_yucatan_logit");
    const Found state = find_estimate(*estimates, "prevalence", "CVE_ENT=31");
    EXPECT_EQ(state.interval, "logit");
    EXPECT_EQ(state.df, yucatan["df"].get<double>());
    // svyciprop fits a logistic regression by iteration: agreement to 1e-7.
    EXPECT_TRUE(close_to(state.lower, 100000 * yucatan["ci"][0].get<double>(), 1e-7));
    EXPECT_TRUE(close_to(state.upper, 100000 * yucatan["ci"][1].get<double>(), 1e-7));
}

TEST_F(Envipe, NumeratorByTypeAddsUpToTheRate) {
    const Found whole = find_estimate(*estimates, "incidence", "", "rates");
    double sum = 0;
    for (const char* type : {"vehicle_theft", "vehicle_parts", "burglary", "street_robbery", "other_theft", "fraud",
                             "extortion", "threats", "injuries", "other"})
        sum += find_estimate(*estimates, "incidence", std::string("type=") + type, "rates_by_type").estimate;
    EXPECT_TRUE(close_to(sum, whole.estimate, estimate_tolerance));
}

// The crime file alone: strata without a second PSU appear, and the policy decides.
TEST_F(Envipe, LonelyStrataOfTheCrimeFileAlone) {
    const auto run = [&](const std::string& policy) {
        return run_estimation(
            "data:\n  crimes: {file: crimes.csv, weight: FAC_DEL}\ndesign: {strata: EST_DIS, psu: UPM_DIS, "
            "lonely_psu: " +
                policy + "}\n",
            "indicators:\n  crimes: {statistic: total, of: crimes, where: 'BPCOD != \"03\"'}\n"
            "  reported: {statistic: total, of: crimes, where: 'BPCOD != \"03\" and (BP1_20 is 1 or BP1_21 is 1)'}\n"
            "tables:\n  - {id: t, indicators: [crimes, reported]}\n",
            shared_data("envipe2021"));
    };
    const std::pair<const char*, const char*> cases[] = {{"adjust_from_zero", "crime_totals_crimefile_only_adjust"},
                                                         {"certainty", "crime_totals_crimefile_only_certainty"}};
    for (const auto& [policy, id] : cases) {
        const Table result = run(policy);
        EXPECT_TRUE(close_to(find_estimate(result, "crimes").se, oracle(id)["se"][0], se_tolerance)) << policy;
        EXPECT_TRUE(close_to(find_estimate(result, "reported").se, oracle(id)["se"][1], se_tolerance)) << policy;
        EXPECT_EQ(find_estimate(result, "crimes").df, oracle(id)["df"].get<double>());
    }
    EXPECT_THROW(run("fail"), Refusal);
}

// The analysis file of the example: shipped definitions give the published figures, the quotient of two rates is the
// concentration, margins add up.
TEST(EnvipeAnalysisSlow, AgreesWithThePublishedTables) {
    CIFRA_NEEDS_DATA("envipe2021");
    const auto part = [](const char* file) {
        return run_example_part("envipe-2021/design.yaml", "envipe-2021/analysis.yaml", shared_data("envipe2021"),
                                file);
    };
    const Table e = part("estimates.csv");
    EXPECT_TRUE(close_to(find_estimate(e, "dark_figure").estimate, 93.269371768788, 1e-13));
    EXPECT_TRUE(close_to(find_estimate(e, "dark_figure", "type=vehicle_theft").estimate, 37.8779241618107, 1e-13));
    EXPECT_TRUE(close_to(find_estimate(e, "reporting").estimate, 10.0668930287172, 1e-13));
    EXPECT_TRUE(close_to(1000 * find_estimate(e, "prevalence").estimate, 23520, 1e-4));
    const Table rows = part("comparisons.csv"), published = run_example("envipe-2021", shared_data("envipe2021"));
    const Found concentration = find_estimate(published, "concentration", "", "rates");
    const std::size_t last = rows.rows() - 1;
    EXPECT_EQ(rows.at("id").text(last), "per_victim");
    EXPECT_TRUE(close_to(rows.at("estimate").number(last), concentration.estimate, 1e-12));
    EXPECT_TRUE(close_to(rows.at("se").number(last), concentration.se, 1e-9));
    EXPECT_EQ(part("covariances.csv").rows(), 30U * 31 / 2);  // (1 + 2) (1 + 4) cells of two indicators
}

}  // namespace
}  // namespace cifra::testing
