#include "sampling/survey_cost.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace cifra {
namespace {

double price(double take, double psu, double interview, double icc) {
    return (psu / take + interview) * (1 + (take - 1) * icc);
}

// R's optimize on the cost at equal variance; it finds a flat minimum to half the digits.
TEST(SurveyCost, OptimalTakeAgreesWithASearch) {
    std::ifstream file(CIFRA_SOURCE_DIR "/tests/oracle/sampling_size.csv");
    int found = 0;
    for (std::string text; std::getline(file, text);) {
        if (!text.starts_with("take,")) continue;
        std::istringstream stream(text.substr(5));
        double values[6] = {};
        char comma = 0;
        for (double& value : values) stream >> value >> comma;
        EXPECT_NEAR(optimal_take(values[0], values[1], values[2]), values[5], 1e-5 * values[5]);
        ++found;
    }
    EXPECT_EQ(found, 6);
}

TEST(SurveyCost, WholeTakeByEnumeration) {
    for (const double psu : {0.0, 1.0, 30.0, 250.0, 900.0, 5000.0})
        for (const double interview : {5.0, 40.0, 121.0})
            for (const double icc : {0.001, 0.02, 0.07, 0.3, 1.0}) {
                const auto take = static_cast<double>(optimal_whole_take(psu, interview, icc));
                for (double other = 1; other <= 2000; ++other) {
                    const double best = price(take, psu, interview, icc), rival = price(other, psu, interview, icc);
                    EXPECT_LE(best, rival) << psu << " " << interview << " " << icc << " " << other;
                }
            }
    EXPECT_THROW(optimal_whole_take(100, 10, 0), std::invalid_argument);
    EXPECT_THROW(optimal_whole_take(100, 0, 0.1), std::invalid_argument);
}

// Every number of dwellings up to beyond the budget, one by one.
TEST(SurveyCost, BudgetByEnumeration) {
    const FieldworkRates rates{0.9, 0.95, 0.8};
    for (const UnitCosts& costs : {UnitCosts{300, 45, 6}, UnitCosts{0, 45, 0}, UnitCosts{75, 0, 9}})
        for (const double budget : {5.0, 400.0, 12345.0, 60000.0}) {
            std::uint64_t most = 0;
            for (std::uint64_t issued = 1; issued <= 12000; ++issued)
                if (field_cost(costs, rates, 11, issued) <= budget) most = issued;
            EXPECT_EQ(affordable_issued(costs, rates, 11, budget), most) << budget;
        }
    EXPECT_EQ(field_cost({300, 45, 6}, rates, 11, 1000), 300 * 63 + 45 * 684 + 6 * 1000);
    EXPECT_THROW(affordable_issued({}, rates, 11, 100), std::invalid_argument);
}

}  // namespace
}  // namespace cifra
