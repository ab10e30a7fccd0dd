// NCVS 2021 from the household and incident files and one study file: rates with the series rule against R survey and
// the values printed in Zimmer, Powell and Velásquez 2024, chapter 13.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/estimation/estimation_run.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

class Ncvs : public ::testing::Test {
protected:
    void SetUp() override {
        CIFRA_NEEDS_DATA("ncvs2021");
        static const Table once = run_example("ncvs-2021", shared_data("ncvs2021"), 2);
        estimates = &once;
    }

    nlohmann::json oracle(const std::string& id) const {
        return oracle_case(shared_data("ncvs2021") / "oracle.json", id);
    }

    void expect_whole(const std::string& id, const std::string& indicator) const {
        const Found found = find_estimate(*estimates, indicator);
        EXPECT_TRUE(close_to(found.estimate, oracle(id)["estimate"], estimate_tolerance)) << id;
        EXPECT_TRUE(close_to(found.se, oracle(id)["se"], se_tolerance)) << id;
        EXPECT_EQ(found.df, oracle(id)["df"].get<double>()) << id;
    }

    void expect_levels(const std::string& id, const std::string& indicator, const std::string& variable, double scale,
                       const std::map<std::string, std::string>& names) const {
        const nlohmann::json expected = oracle(id);
        for (std::size_t i = 0; i < expected["levels"].size(); ++i) {
            const std::string level = expected["levels"][i];
            const auto renamed = names.find(level);
            const Found found = find_estimate(*estimates, indicator,
                                              variable + "=" + (renamed == names.end() ? level : renamed->second));
            EXPECT_TRUE(close_to(found.estimate, scale * expected["estimate"][i].get<double>(), estimate_tolerance))
                << id << " " << level;
            EXPECT_TRUE(close_to(found.se, scale * expected["se"][i].get<double>(), se_tolerance))
                << id << " " << level;
        }
    }

    const Table* estimates = nullptr;
};

TEST_F(Ncvs, Totals) {
    expect_whole("inc_total_Violent", "violent");
    expect_whole("inc_total_Burglary", "burglary");
    expect_whole("inc_total_MVT", "vehicle_theft");
    expect_whole("inc_total_OtherTheft", "other_theft");
    expect_whole("inc_total_RapeSA", "rape_sexual_assault");
    expect_whole("inc_total_Robbery", "robbery");
    expect_whole("inc_total_SimpleAssault", "simple_assault");
    expect_whole("hh_total_Property", "property");
    expect_whole("hh_total_all", "households");
}

TEST_F(Ncvs, RatesPerThousandHouseholds) {
    const nlohmann::json expected = oracle("hh_rate_all");
    const char* indicators[] = {"property_rate", "burglary_rate", "vehicle_theft_rate", "other_theft_rate",
                                "property_reported_rate"};
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_TRUE(
            close_to(find_estimate(*estimates, indicators[i]).estimate, expected["estimate"][i], estimate_tolerance));
        EXPECT_TRUE(close_to(find_estimate(*estimates, indicators[i]).se, expected["se"][i], se_tolerance));
    }
    expect_levels("hh_rate_Burglary_by_Tenure", "burglary_rate", "tenure", 1,
                  {{"Owned", "owned"}, {"Rented", "rented"}});
    expect_levels("hh_rate_Property_by_Income", "property_rate", "income", 1, {});
    expect_levels("hh_rate_Burglary_by_Income", "burglary_rate", "income", 1, {});
    const std::map<std::string, std::string> places = {{"00 not in a place", "none"}, {"01 <10k", "lt10k"},
                                                       {"02 10-50k", "10-50k"},       {"03 50-100k", "50-100k"},
                                                       {"04 100-250k", "100-250k"},   {"05 250-500k", "250-500k"},
                                                       {"06 500k-1M", "500k-1M"},     {"07 1M+", "1M+"}};
    expect_levels("hh_rate_Property_by_PlaceSize", "property_rate", "place_size", 1, places);
    expect_levels("hh_rate_Burglary_by_PlaceSize", "burglary_rate", "place_size", 1, places);
    expect_levels("hh_rate_Property_by_YEARQ", "property_rate", "YEARQ", 1, {});
    expect_levels("hh_rate_Burglary_by_YEARQ", "burglary_rate", "YEARQ", 1, {});
}

TEST_F(Ncvs, IntervalsOfTheBook) {
    const Found owned = find_estimate(*estimates, "property_rate", "tenure=owned"),
                rented = find_estimate(*estimates, "property_rate", "tenure=rented");
    EXPECT_NEAR(owned.estimate, 68.2, 0.05);
    EXPECT_NEAR(owned.lower, 64.3, 0.05);
    EXPECT_NEAR(owned.upper, 72.1, 0.05);
    EXPECT_NEAR(rented.estimate, 129.8, 0.05);
    const nlohmann::json burglary = oracle("hh_rate_Burglary_by_Tenure");
    const Found by_tenure = find_estimate(*estimates, "burglary_rate", "tenure=owned");
    EXPECT_TRUE(close_to(by_tenure.lower, burglary["ci_t"]["lower"][0], se_tolerance));
    EXPECT_TRUE(close_to(by_tenure.upper, burglary["ci_t"]["upper"][0], se_tolerance));
}

TEST_F(Ncvs, HouseholdPrevalenceCountsTheHouseholdOnceInTheYear) {
    expect_whole("hh_prevalence", "property_prevalence");
    expect_levels("hh_prevalence_by_Region", "property_prevalence", "region", 100,
                  {{"Midwest", "midwest"}, {"Northeast", "northeast"}, {"South", "south"}, {"West", "west"}});
}

TEST_F(Ncvs, SharesOfVictimizations) {
    const nlohmann::json logit = oracle("inc_ciprop_report_property_logit");
    const Found reported = find_estimate(*estimates, "property_reported");
    EXPECT_TRUE(close_to(reported.estimate, 100 * logit["estimate"].get<double>(), 1e-8));  // svyciprop iterates
    EXPECT_TRUE(close_to(reported.se, 100 * logit["se"].get<double>(), se_tolerance));
    EXPECT_EQ(reported.df, logit["df"].get<double>());
    EXPECT_EQ(reported.interval, "logit");
    EXPECT_TRUE(close_to(reported.lower, 100 * logit["ci"][0].get<double>(), 1e-8));
    EXPECT_TRUE(close_to(reported.upper, 100 * logit["ci"][1].get<double>(), 1e-8));
    const nlohmann::json urban = oracle("inc_ciprop_urban_violent_likelihood");
    EXPECT_TRUE(close_to(find_estimate(*estimates, "violent_urban").se, 100 * urban["se"].get<double>(), se_tolerance));
    EXPECT_EQ(find_estimate(*estimates, "violent_urban").df, urban["df"].get<double>());
}

}  // namespace
}  // namespace cifra::testing
