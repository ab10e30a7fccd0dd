// Dispositions against counts worked by hand, and the identities between the outcome rates.
#include "estimation/weighting/dispositions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "engine/diagnostics.h"

namespace cifra {
namespace {

using enum DispositionGroup;
using Groups = std::vector<DispositionGroup>;

DispositionCounts counts(double i, double p, double r, double nc, double o, double uh, double uo, double out) {
    DispositionCounts result;
    const double amounts[] = {i, p, r, nc, o, uh, uo, out};
    for (std::size_t g = 0; g < disposition_groups; ++g) result.add(static_cast<DispositionGroup>(g), amounts[g]);
    return result;
}

// D = 600 + 50 + 150 + 80 + 20 = 900, U = 100 + 40, ineligible 100.
const DispositionCounts worked = counts(600, 50, 150, 80, 20, 100, 40, 100);

TEST(Dispositions, CodesAreDistinctInOrderAndLabelled) {
    std::set<std::string_view> labels;
    for (std::size_t k = 0; k < dispositions().size(); ++k) {
        const Disposition& d = dispositions()[k];
        EXPECT_TRUE(k == 0 || dispositions()[k - 1].code < d.code) << d.code;
        EXPECT_FALSE(d.en.empty() || d.es.empty()) << d.code;
        EXPECT_TRUE(labels.insert(d.en).second) << d.en;
        EXPECT_EQ(find_disposition(d.code.substr(0, 3))->group, d.group) << d.code;
    }
}

TEST(Dispositions, ReadTheLongestKnownBeginningOfACode) {
    EXPECT_EQ(find_disposition("2.112b")->code, "2.112");
    EXPECT_EQ(find_disposition("2.10")->code, "2.1");
    EXPECT_EQ(find_disposition("2.119")->code, "2.11");
    EXPECT_EQ(find_disposition("3.90")->group, unknown_other);
    EXPECT_EQ(find_disposition("4.5")->group, ineligible);
    for (const char* unknown : {"", "2", "2.", "5.1", "1.3", " 1.1"}) EXPECT_EQ(find_disposition(unknown), nullptr);
}

TEST(Dispositions, AreCountedWithAndWithoutWeights) {
    const Groups groups = {complete, refusal, complete, unknown_unit};
    const double weights[] = {2, 3, 5, 7};
    EXPECT_EQ(count_dispositions(groups)[complete], 2);
    EXPECT_EQ(count_dispositions(groups, weights)[complete], 7);
    EXPECT_EQ(count_dispositions(groups, weights).eligible(), 10);
    EXPECT_EQ(count_dispositions(groups, weights).unknown(), 7);
    EXPECT_THROW(count_dispositions(groups, std::span(weights).first(3)), std::invalid_argument);
}

// e = 900 / 1000 = 0.9, E = 0.9 * 140 = 126: D + U = 1040, D + E = 1026, I + P + R + O = 820, I + P + R = 800.
TEST(OutcomeRates, OfAWorkedExample) {
    const OutcomeRates rates = outcome_rates(worked, proportional_eligibility(worked));
    const std::array<double, 6> response = {600 / 1040.0, 650 / 1040.0, 600 / 1026.0,
                                            650 / 1026.0, 600 / 900.0,  650 / 900.0};
    const std::array<double, 4> cooperation = {600 / 820.0, 650 / 820.0, 0.75, 0.8125};
    const std::array<double, 3> refusals = {150 / 1040.0, 150 / 1026.0, 150 / 900.0};
    const std::array<double, 3> contact = {820 / 1040.0, 820 / 1026.0, 820 / 900.0};
    for (std::size_t k = 0; k < 6; ++k) EXPECT_NEAR(rates.response[k], response[k], 1e-15) << "RR" << k + 1;
    for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(rates.cooperation[k], cooperation[k], 1e-15) << "COOP" << k + 1;
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(rates.refusal[k], refusals[k], 1e-15) << "REF" << k + 1;
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(rates.contact[k], contact[k], 1e-15) << "CON" << k + 1;
}

TEST(OutcomeRates, LieBetweenAllAndNoneOfTheUnknownBeingEligible) {
    const OutcomeRates all = outcome_rates(worked, {1, 1}), none = outcome_rates(worked, {0, 0});
    EXPECT_DOUBLE_EQ(all.response[2], all.response[0]);
    EXPECT_DOUBLE_EQ(all.contact[1], all.contact[0]);
    EXPECT_DOUBLE_EQ(none.response[3], none.response[5]);
    EXPECT_DOUBLE_EQ(none.refusal[1], none.refusal[2]);
    // Separate rates: D + 0.5 * 100 + 0.25 * 40 = 960.
    EXPECT_DOUBLE_EQ(outcome_rates(worked, {0.5, 0.25}).response[2], 0.625);
}

TEST(OutcomeRates, WithoutCasesAreMissingAndAnImpossibleRateIsRefused) {
    const OutcomeRates rates = outcome_rates({}, proportional_eligibility({}));
    EXPECT_TRUE(std::isnan(rates.response[0]) && std::isnan(rates.cooperation[3]) && std::isnan(rates.contact[2]));
    EXPECT_THROW(outcome_rates(worked, {1.2, 1}), Refusal);
    EXPECT_THROW(outcome_rates(worked, {0.5, std::nan("")}), Refusal);
}

std::vector<std::uint8_t> known_status(const Groups& groups) {
    std::vector<std::uint8_t> known;
    for (const auto group : groups) known.push_back(group != unknown_unit && group != unknown_other);
    return known;
}

// Cell A: 10 + 20 known, 30 unknown: factor 2. Cell B: 5 known, 1 unknown: factor 1.2.
TEST(UnknownEligibility, PassesTheWeightOnToKnownStatusWithinCells) {
    const Groups groups = {complete, ineligible, unknown_unit, refusal, unknown_other};
    const std::vector<double> weights = {10, 20, 30, 5, 1};
    const std::vector<std::uint8_t> every(5, 1);
    const auto cells = form_cells({"area"}, {Column::of_texts({"A", "A", "A", "B", "B"})}, every);
    const auto adjusted = adjust_unknown_eligibility("unknown", weights, known_status(groups), cells, {});
    EXPECT_EQ(adjusted.weights, (std::vector<double>{20, 40, 0, 6, 0}));
    const auto one = adjust_unknown_eligibility("unknown", weights, known_status(groups), cells, {3, 10});
    ASSERT_EQ(one.groups.size(), 1u);
    EXPECT_NEAR(std::accumulate(one.weights.begin(), one.weights.end(), 0.0), 66, 1e-12);
}

// The weighted eligible sum after the step is D + E with the proportional e of the cells.
TEST(UnknownEligibility, AgreesWithTheProportionalRateOfEligibility) {
    const Groups groups = {complete, noncontact, ineligible, unknown_unit, unknown_unit, unknown_other};
    const std::vector<double> weights = {3, 8, 4, 6, 2.5, 1.5};
    const auto cells = form_cells({}, {}, std::vector<std::uint8_t>(6, 1));
    const auto adjusted = adjust_unknown_eligibility("unknown", weights, known_status(groups), cells, {});
    const DispositionCounts before = count_dispositions(groups, weights);
    const double e = proportional_eligibility(before).unknown_unit;
    EXPECT_NEAR(adjusted.weights[0] + adjusted.weights[1], before.eligible() + e * before.unknown(), 1e-12);
}

TEST(UnknownEligibility, IsRefusedWhereNoStatusIsKnown) {
    const auto cells = form_cells({}, {}, std::vector<std::uint8_t>(2, 1));
    const std::vector<double> weights = {1, 2};
    EXPECT_THROW(adjust_unknown_eligibility("unknown", weights, std::vector<std::uint8_t>(2, 0), cells, {}), Refusal);
}

}  // namespace
}  // namespace cifra
