// Quantiles: the rules' definitions, hostile samples, and tests/oracle/estimation_quantiles.json (R survey 4.1 on a
// made-up sample with ties, zero weights and domains).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "estimation/quantile_interval.h"
#include "estimation/variance.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/oracle_table.h"

namespace cifra::testing {
namespace {

SortedSample sample_of(const std::vector<double>& y, const std::vector<double>& w) { return sorted_sample(y, w); }

struct MadeUp {
    nlohmann::json oracle = nlohmann::json::parse(
        file_text(std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle/estimation_quantiles.json"));
    std::vector<double> y = oracle["y"], w = oracle["w"], h = oracle["h"], psu = oracle["psu"], g = oracle["g"];
    DeclaredDesign declared;

    MadeUp() {
        Table table;
        table.set("h", Column::of_numbers(h));
        table.set("psu", Column::of_numbers(psu));
        Diagnostics faults;
        declared = declare_design(table, {.strata = "h", .psu = {"psu"}, .fpc = {}, .certainty = {}}, faults);
    }

    bool inside(int domain, std::size_t row) const { return domain == 0 || g[row] == domain; }

    MeanAndVariance share_below(int domain, double threshold) const {
        double below = 0, all = 0;
        for (std::size_t i = 0; i < w.size(); ++i) {
            if (!inside(domain, i)) continue;
            all += w[i];
            if (y[i] <= threshold) below += w[i];
        }
        std::vector<double> z(w.size());
        for (std::size_t i = 0; i < w.size(); ++i)
            z[i] = inside(domain, i) ? w[i] * ((y[i] <= threshold) - below / all) / all : 0;
        const auto order = rows_by_unit(declared.unit_of_row, declared.design.units());
        return {below / all, variances(declared.design, {total_by_unit(declared.unit_of_row, order, z)})(0)};
    }

    void compare(const nlohmann::json& entry) const {
        const int domain = entry["domain"];
        std::vector<double> values, weights;
        for (std::size_t i = 0; i < y.size(); ++i)
            if (inside(domain, i)) {
                values.push_back(y[i]);
                weights.push_back(w[i]);
            }
        const SortedSample sample = sorted_sample(values, weights);
        QuantileOptions options;
        options.rule = quantile_rule_from_text(entry["rule"].get<std::string>());
        options.as_r = true;
        options.n = static_cast<double>(values.size());
        for (std::size_t i = 0; i < entry["p"].size(); ++i) {
            const double p = entry["p"][i];
            EXPECT_TRUE(close_to(weighted_quantile(sample, p, options.rule, true), entry["estimate"][i], 1e-9))
                << entry;
            if (!entry.contains("interval")) continue;
            options.interval = quantile_interval_from_text(entry["interval"].get<std::string>());
            options.df = entry["df"];
            const QuantileEstimate made =
                quantile_estimate(sample, p, options, [&](double at) { return share_below(domain, at); });
            for (const auto& [name, value] : {std::pair{"lower", made.lower}, {"upper", made.upper}, {"se", made.se}}) {
                if (entry[name][i].is_null()) {
                    EXPECT_TRUE(std::isnan(value)) << entry;
                    EXPECT_FALSE(made.notices.empty());
                } else {
                    EXPECT_TRUE(close_to(value, entry[name][i], 1e-9)) << name << p << entry;
                }
            }
        }
    }
};

TEST(Quantile, AgreesWithRSurveyOnTiesZeroWeightsAndDomains) {
    const MadeUp made_up;
    for (const auto& entry : made_up.oracle["cases"]) made_up.compare(entry);
    EXPECT_EQ(made_up.oracle["cases"].size(), 81u);
}

// Counts as weights: every row written out as often, and the textbook rules of Hyndman and Fan on them.
TEST(Quantile, IntegerWeightsAreRepetitionsForTheStepRules) {
    const std::vector<double> y = {5, 1, 9, 4, 4, 7}, w = {3, 1, 2, 4, 1, 5};
    std::vector<double> repeated;
    for (std::size_t i = 0; i < y.size(); ++i) repeated.insert(repeated.end(), static_cast<std::size_t>(w[i]), y[i]);
    const SortedSample weighted = sample_of(y, w), written = sample_of(repeated, std::vector<double>(16, 1.0));
    for (const QuantileRule rule : {QuantileRule::math, QuantileRule::school, QuantileRule::hf1, QuantileRule::hf2})
        for (double p = 0; p <= 1; p += 1.0 / 64)
            EXPECT_EQ(weighted_quantile(weighted, p, rule), weighted_quantile(written, p, rule)) << p;
}

TEST(Quantile, MathIsTheSmallestValueThatReachesP) {
    const SortedSample sample = sample_of({3, 1, 2}, {1, 1, 2});
    EXPECT_EQ(weighted_quantile(sample, 0, QuantileRule::math), 1);
    EXPECT_EQ(weighted_quantile(sample, 0.1, QuantileRule::math), 1);
    EXPECT_EQ(weighted_quantile(sample, 0.1, QuantileRule::math, true), 2);  // R
    EXPECT_EQ(weighted_quantile(sample, 0.25, QuantileRule::math), 1);
    EXPECT_EQ(weighted_quantile(sample, 0.26, QuantileRule::math), 2);
    EXPECT_EQ(weighted_quantile(sample, 1, QuantileRule::math), 3);
}

TEST(Quantile, RulesStayBetweenTheExtremesAndIncrease) {
    const SortedSample sample = sample_of({8, 2, 2, 5, 11, 3}, {1, 0, 2.5, 1e-6, 7, 0.3});
    for (const std::string& name : quantile_rule_names()) {
        const QuantileRule rule = quantile_rule_from_text(name);
        EXPECT_EQ(to_text(rule), name);
        double before = 2;
        for (double p = 0; p <= 1; p += 1.0 / 128) {
            const double value = weighted_quantile(sample, p, rule);
            EXPECT_GE(value, 2) << name;
            EXPECT_LE(value, 11) << name;
            if (rule != QuantileRule::shahvaish && rule != QuantileRule::hf3) {
                EXPECT_GE(value, before) << name << p;
            }
            before = value;
        }
    }
}

TEST(Quantile, SmallAndHostileSamples) {
    for (const std::string& name : quantile_rule_names()) {
        const QuantileRule rule = quantile_rule_from_text(name);
        EXPECT_TRUE(std::isnan(weighted_quantile(sample_of({}, {}), 0.5, rule))) << name;
        EXPECT_TRUE(std::isnan(weighted_quantile(sample_of({1, 2}, {0, 0}), 0.5, rule))) << name;
        EXPECT_TRUE(std::isnan(weighted_quantile(sample_of({1, 2}, {1, 1}), 1.5, rule))) << name;
        EXPECT_TRUE(std::isnan(weighted_quantile(sample_of({1, 2}, {1, 1}), std::nan(""), rule))) << name;
        for (const double p : {0.0, 0.5, 1.0}) {
            EXPECT_EQ(weighted_quantile(sample_of({7}, {3}), p, rule), 7) << name;
            EXPECT_EQ(weighted_quantile(sample_of({4, 4, 4}, {1e300, 1e-300, 2}), p, rule), 4) << name;
        }
    }
    EXPECT_THROW(sample_of({1, 2}, {1, -1}), Refusal);
    EXPECT_THROW(sample_of({1, NAN}, {1, 1}), Refusal);
    EXPECT_THROW(sample_of({1, 2}, {1e308, 1e308}), Refusal);
    EXPECT_THROW(sample_of({1, 2}, {1}), std::invalid_argument);
}

TEST(Quantile, UndefinedLimitsAreMissingOrClamped) {
    const SortedSample sample = sample_of({1, 2, 3, 4, 5}, {1, 1, 1, 1, 1});
    const ShareBelow wide = [](double at) { return MeanAndVariance{at / 5, 0.09}; };
    QuantileOptions options;
    options.df = 4;
    options.n = 5;
    const QuantileEstimate missing = quantile_estimate(sample, 0.5, options, wide);
    EXPECT_EQ(missing.value, 3);
    EXPECT_TRUE(std::isnan(missing.lower) && std::isnan(missing.upper) && std::isnan(missing.se));
    EXPECT_EQ(missing.notices.size(), 2u);
    options.clamp = true;
    const QuantileEstimate clamped = quantile_estimate(sample, 0.5, options, wide);
    EXPECT_EQ(clamped.lower, 1);
    EXPECT_EQ(clamped.upper, 5);
    options.df = 0;
    EXPECT_TRUE(std::isnan(quantile_estimate(sample, 0.5, options, wide).lower));
    options.df = 4;
    options.interval = QuantileInterval::score;
    for (const auto& all_equal : {std::vector<double>{6, 6, 6}, {6}})
        EXPECT_TRUE(std::isnan(
            quantile_estimate(sorted_sample(all_equal, std::vector<double>(all_equal.size(), 1)), 0.5, options, wide)
                .lower));
    options.interval = QuantileInterval::beta;
    const ShareBelow broken = [](double) { return MeanAndVariance{0.5, -1}; };
    EXPECT_FALSE(quantile_estimate(sample, 0.5, options, broken).notices.empty());
}

TEST(Quantile, AscendingKeepsTheOrderOfTies) {
    std::mt19937_64 random(5);
    for (const std::uint64_t distinct : {1, 7, 900, 1000000}) {
        std::vector<double> y;
        for (int i = 0; i < 5000; ++i) y.push_back((static_cast<double>(random() % distinct) - 3) * 0.37);
        y[4] = -0.0;
        y[17] = 0.0;
        std::vector<std::uint32_t> expected(y.size());
        std::iota(expected.begin(), expected.end(), 0U);
        std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) { return y[a] < y[b]; });
        EXPECT_EQ(ascending(y), expected) << distinct;
    }
}

}  // namespace
}  // namespace cifra::testing
