// The made-up sample of tests/oracle/weighting_propensity.R.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "estimation/weighting/propensity.h"
#include "tests/estimation/oracle_table.h"

namespace cifra {

class PropensityOracle : public testing::Test {
protected:
    std::vector<double> numbers(const char* name) const { return oracle_.at(name).get<std::vector<double>>(); }
    Column texts(const char* name) const { return Column::of_texts(oracle_.at(name).get<std::vector<std::string>>()); }
    std::size_t size() const { return oracle_.at("w").size(); }
    std::vector<std::uint8_t> everybody() const { return std::vector<std::uint8_t>(size(), 1); }
    std::vector<std::uint8_t> responds() const { return oracle_.at("r").get<std::vector<std::uint8_t>>(); }

    PropensityProblem problem(bool with_age = true) const {
        std::vector<Predictor> predictors = {{"region", texts("region")}, {"area", texts("area")}};
        if (with_age) predictors.push_back({"age", Column::of_numbers(numbers("age"))});
        return prepare_propensity(predictors, everybody(), responds());
    }

private:
    nlohmann::json oracle_ = nlohmann::json::parse(
        file_text(std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle/weighting_propensity.json"));
};

inline void expect_close(const std::vector<double>& actual, const std::vector<double>& expected, double relative) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t k = 0; k < actual.size(); ++k)
        EXPECT_LE(std::abs(actual[k] - expected[k]), relative * std::abs(expected[k])) << "place " << k;
}

}  // namespace cifra
