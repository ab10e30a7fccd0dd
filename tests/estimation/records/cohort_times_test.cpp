// Days to a stage: the R package survival (tests/oracle/flow_times.R), and figures by hand.
#include "estimation/records/cohort_times.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

namespace cifra {
namespace {

using Json = nlohmann::json;

std::vector<DayCount> days_of(const Json& times, const Json& statuses) {
    std::map<std::int32_t, DayCount> days;
    for (std::size_t k = 0; k < times.size(); ++k) {
        DayCount& day = days[times[k].get<std::int32_t>()];
        day.day = times[k].get<std::int32_t>();
        ++(statuses[k].get<double>() > 0 ? day.reached : day.censored);
    }
    std::vector<DayCount> list;
    for (const auto& [key, day] : days) list.push_back(day);
    return list;
}

void expect_same(double mine, const Json& theirs, const std::string& what) {
    if (theirs.is_null())
        EXPECT_TRUE(std::isnan(mine)) << what << " is " << mine;
    else
        EXPECT_NEAR(mine, theirs.get<double>(), 1e-10) << what;
}

TEST(CohortTimes, AgreesWithTheRPackageSurvival) {
    std::ifstream stream(CIFRA_SOURCE_DIR "/tests/oracle/flow_times.json");
    const Json oracle = Json::parse(stream);
    ASSERT_EQ(oracle.at("cases").size(), 9u);
    for (const auto& [name, one] : oracle.at("cases").items()) {
        const std::vector<SurvivalPoint> curve =
            kaplan_meier(days_of(one.at("time"), one.at("status")), one.at("level").get<double>());
        ASSERT_EQ(curve.size(), one.at("day").size()) << name;
        for (std::size_t k = 0; k < curve.size(); ++k) {
            const std::string what = name + ' ' + std::to_string(k);
            expect_same(curve[k].day, one.at("day")[k], what + " day");
            expect_same(curve[k].at_risk, one.at("at_risk")[k], what + " at risk");
            expect_same(curve[k].survival, one.at("survival")[k], what + " survival");
            expect_same(curve[k].se, one.at("se")[k], what + " se");
            expect_same(curve[k].lower, one.at("lower")[k], what + " lower");
            expect_same(curve[k].upper, one.at("upper")[k], what + " upper");
        }
        for (std::size_t k = 0; k < one.at("p").size(); ++k) {
            const TimeQuantile quantile = time_quantile(curve, one.at("p")[k].get<double>());
            const std::string what = name + " quantile " + std::to_string(k);
            expect_same(quantile.value, one.at("quantile")[k], what);
            expect_same(quantile.lower, one.at("quantile_lower")[k], what + " lower");
            expect_same(quantile.upper, one.at("quantile_upper")[k], what + " upper");
        }
    }
}

// Without censoring the curve is the share that has not reached the stage, and its variance S (1 - S) / n.
TEST(CohortTimes, WithoutCensoringItIsAShare) {
    const std::vector<DayCount> days = {{3, 2, 0}, {5, 1, 0}, {8, 3, 0}, {21, 2, 0}};
    const std::vector<SurvivalPoint> curve = kaplan_meier(days, 0.95);
    const double left[] = {6.0 / 8, 5.0 / 8, 2.0 / 8};
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(curve[k].survival, left[k], 1e-15);
        EXPECT_NEAR(curve[k].se, std::sqrt(left[k] * (1 - left[k]) / 8), 1e-15);
    }
    EXPECT_NEAR(curve[3].survival, 0, 1e-15);
    EXPECT_TRUE(kaplan_meier({}, 0.95).empty());
    EXPECT_TRUE(std::isnan(time_quantile({}, 0.5).value));
}

}  // namespace
}  // namespace cifra
