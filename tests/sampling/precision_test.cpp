#include "sampling/precision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/random.h"

namespace cifra {
namespace {

PrecisionTarget proportion(double p) {
    PrecisionTarget target;
    target.mean = p;
    return target;
}

PrecisionTarget with(PrecisionTarget target, Requirement requirement, double required) {
    target.requirement = requirement;
    target.required = required;
    return target;
}

PrecisionTarget change(const VarianceFunction& variance, double mean1, double mean2, double both = 0) {
    PrecisionTarget target;
    target.variance = variance;
    target.mean = mean1;
    target.change = Change{mean2, both > 0 ? 0.5 : 0, 2 * both, 0.80};
    return with(target, Requirement::power, 0.80);
}

// A table of worked values: deff 1.6, response rate 0.80, persons to issue for a CV of 10, 15, 20, 30 %.
TEST(Precision, WorkedTableOfIssuedPersons) {
    const double shares[] = {0.005, 0.01, 0.02, 0.05, 0.10, 0.25}, cvs[] = {0.10, 0.15, 0.20, 0.30};
    const std::uint64_t issued[6][4] = {{39800, 17689, 9950, 4423}, {19800, 8800, 4950, 2200}, {9800, 4356, 2450, 1089},
                                        {3800, 1689, 950, 423},     {1800, 800, 450, 200},     {600, 267, 150, 67}};
    for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 4; ++j) {
            PrecisionTarget target = with(proportion(shares[i]), Requirement::cv, cvs[j]);
            target.deff = 1.6;
            target.rates.response = 0.80;
            EXPECT_EQ(sample_size(target).issued_rounded, issued[i][j]) << shares[i] << " " << cvs[j];
        }
}

// Worked values: 5 % to 4 %, two-sided 5 %, power 80 %, deff 1.6; then half the panel kept, correlation 0.5.
TEST(Precision, WorkedValuesOfChange) {
    PrecisionTarget target = change(proportion_variance(), 0.05, 0.04);
    EXPECT_EQ(sample_size(target).completed_rounded, 6743u);
    target.deff = 1.6;
    EXPECT_EQ(sample_size(target).completed_rounded, 10788u);
    target.change->overlap = target.change->correlation = 0.5;
    EXPECT_EQ(sample_size(target).completed_rounded, 8106u);
}

struct Case {
    std::string quantity, requirement;
    double a = 0, b = 0, c = 0, deff = 1, population = 0, value = 0, confidence = 0.95, completed = 0;
};

std::vector<Case> oracle() {
    std::ifstream file(CIFRA_SOURCE_DIR "/tests/oracle/sampling_precision.csv");
    std::vector<Case> cases;
    std::string line;
    std::getline(file, line);
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::vector<std::string> cells;
        std::istringstream stream(line);
        for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
        const auto number = [&](std::size_t i) { return cells.at(i).empty() ? 0 : std::stod(cells[i]); };
        cases.push_back({cells.at(0), cells.at(6), number(1), number(2), number(3), number(4), number(5), number(7),
                         number(8), number(9)});
    }
    return cases;
}

double completed(const Case& each) {
    PrecisionTarget target = proportion(each.a);
    if (each.quantity == "change") target = change(proportion_variance(), each.a, each.b, 0.5 * each.c);
    if (each.quantity == "count") {
        target.variance = count_variance(each.c, each.b);
        target.mean = each.a * each.c;
    }
    target.deff = each.deff;
    target.confidence = each.confidence;
    if (each.population > 0) target.population = each.population;
    const Requirement requirement = each.requirement == "cv"       ? Requirement::cv
                                    : each.requirement == "margin" ? Requirement::margin
                                    : each.requirement == "power"  ? Requirement::power
                                                                   : Requirement::relative_error;
    return sample_size(with(target, requirement, each.value)).completed;
}

// R's root finder on the variance itself. It stops within about 1e-8 of the root.
TEST(Precision, AgreesWithTheRootOfTheVariance) {
    const std::vector<Case> cases = oracle();
    ASSERT_EQ(cases.size(), 42u);
    for (const Case& each : cases)
        EXPECT_NEAR(completed(each), each.completed, 1e-7 * each.completed)
            << each.quantity << " " << each.requirement << " " << each.a;
}

struct Line {
    std::string what;
    double a = 0, b = 0, c = 0, d = 0, e = 0, value = 0;
};

std::vector<Line> size_oracle(const std::string& what) {
    std::ifstream file(CIFRA_SOURCE_DIR "/tests/oracle/sampling_size.csv");
    std::vector<Line> lines;
    for (std::string text; std::getline(file, text);) {
        std::istringstream stream(text);
        Line line;
        std::getline(stream, line.what, ',');
        char comma = 0;
        if (line.what == what && stream >> line.a >> comma >> line.b >> comma >> line.c >> comma >> line.d >> comma >>
                                     line.e >> comma >> line.value)
            lines.push_back(line);
    }
    EXPECT_FALSE(lines.empty()) << what;
    return lines;
}

// R's prop.test gives Wilson's limits; its root finder the size.
TEST(Precision, MarginsOfRareProportions) {
    for (const char* kind : {"wilson", "logit"})
        for (const Line& line : size_oracle(kind)) {
            PrecisionTarget target = with(proportion(line.a), Requirement::margin, line.b);
            target.interval = kind == std::string("wilson") ? MarginMethod::wilson : MarginMethod::logit;
            target.confidence = line.c;
            EXPECT_NEAR(sample_size(target).completed, line.value, 1e-6 * line.value)
                << kind << line.a << " " << line.b;
            target.deff = 1.7;
            target.population = 90000;
            EXPECT_NEAR(expected_precision(target, sample_size(target).issued).margin, line.b, 1e-12);
            target.requirement = Requirement::relative_error;
            target.required = line.b / line.a;
            EXPECT_NEAR(expected_precision(target, sample_size(target).issued).margin, line.b, 1e-12);
        }
}

// power.prop.test takes √(2 p̄ q̄) in place of √(p1 q1 + p2 q2) for the test's own quantile; it stops at 1e-4.
TEST(Precision, ChangeOfProportionsAgreesWithPowerPropTest) {
    for (const Line& line : size_oracle("prop_test")) {
        const double own =
            sample_size(with(change(proportion_variance(), line.a, line.b), Requirement::power, line.c)).completed;
        const double za = normal_quantile(1 - line.d / 2), zb = normal_quantile(line.c), middle = (line.a + line.b) / 2;
        const double s = std::sqrt(line.a * (1 - line.a) + line.b * (1 - line.b)),
                     s0 = std::sqrt(2 * middle * (1 - middle));
        EXPECT_NEAR(own * std::pow((za * s0 + zb * s) / ((za + zb) * s), 2), line.value, 0.01);
        EXPECT_NEAR(own, line.value, 1e-3 * line.value);
    }
}

// Student's quantiles ask for z²/4 more per group, up to terms of order 1/n (Guenther 1981).
TEST(Precision, ChangeOfMeansAgreesWithPowerTTest) {
    for (const Line& line : size_oracle("t_test")) {
        const PrecisionTarget target = change(constant_variance(line.b), 0, line.a);
        const double own = sample_size(with(target, Requirement::power, line.c)).completed;
        EXPECT_NEAR(own + std::pow(normal_quantile(1 - line.d / 2), 2) / 4, line.value, 0.01);
    }
}

TEST(Precision, CountsOfTheNegativeBinomial) {
    for (const Line& line : size_oracle("counts"))
        EXPECT_NEAR(negative_binomial_variance(line.b).at(line.a), line.value, 1e-12);
    for (const Line& line : size_oracle("count_change")) {
        const PrecisionTarget target = change(negative_binomial_variance(line.c), line.a, line.b, line.d);
        EXPECT_NEAR(sample_size(with(target, Requirement::power, line.e)).completed, line.value, 1e-7 * line.value);
    }
}

TEST(Precision, LeastDetectableChange) {
    for (const Line& line : size_oracle("detectable")) {
        PrecisionTarget target = change(proportion_variance(), line.a, line.a * (1 + 0.5 * line.c), line.d);
        EXPECT_NEAR(expected_precision(target, line.b).detectable_change, line.value, 1e-7);
        target.change->mean2 = line.a + line.c * expected_precision(target, line.b).detectable_change;
        EXPECT_NEAR(expected_precision(target, line.b).power, 0.8, 1e-9);
        EXPECT_NEAR(sample_size(target).completed, line.b, 1e-6 * line.b);
    }
    // Ten persons do not see a proportion of 1 % fall, however far.
    EXPECT_TRUE(std::isnan(expected_precision(change(proportion_variance(), 0.01, 0.005), 10).detectable_change));
}

// Two waves of a panel drawn many times, tested with the variance that each pair of samples shows.
TEST(Precision, PowerOfAPanelByMonteCarlo) {
    const double p1 = 0.3, p2 = 0.22, overlap = 0.5, correlation = 0.4;
    PrecisionTarget target = change(proportion_variance(), p1, p2);
    target.change->overlap = overlap;
    target.change->correlation = correlation;
    const auto n = sample_size(target).completed_rounded;
    const std::uint64_t common = n / 2;
    const double both = p1 * p2 + correlation * std::sqrt(p1 * (1 - p1) * p2 * (1 - p2));
    constexpr int draws = 4000;
    int seen = 0;
    for (int draw = 0; draw < draws; ++draw) {
        Stream stream({11, Purpose::test, 0, static_cast<std::uint64_t>(draw)});
        double first = 0, second = 0, twice = 0;
        for (std::uint64_t i = 0; i < n; ++i) {
            const bool yes = stream.bernoulli(p1);
            const double given = yes ? both / p1 : (p2 - both) / (1 - p1);
            const bool later = stream.bernoulli(i < common ? given : p2);
            first += yes;
            second += later;
            twice += i < common && yes && later;
        }
        const auto size = static_cast<double>(n), shared = static_cast<double>(common);
        const double a = first / size, b = second / size;
        const double variance =
            (a * (1 - a) + b * (1 - b)) / size - 2 * shared * (twice / shared - a * b) / (size * size);
        if (std::abs(a - b) > normal_quantile(0.975) * std::sqrt(variance)) ++seen;
    }
    // Three standard errors of the share seen, and 0.005 for the normal approximation at this size.
    EXPECT_NEAR(seen / double(draws), 0.80, 3 * std::sqrt(0.16 / draws) + 0.005);
}

TEST(Precision, WhatASizeGivesInvertsTheSize) {
    PrecisionTarget target = with(proportion(0.07), Requirement::cv, 0.08);
    target.deff = 1.7;
    target.population = 50000;
    target.rates = {0.9, 0.95, 0.8};
    const SampleSize size = sample_size(target);
    EXPECT_NEAR(expected_precision(target, size.issued).cv, 0.08, 1e-14);
    EXPECT_DOUBLE_EQ(size.contacted, size.completed / 0.8);
    EXPECT_DOUBLE_EQ(size.issued, size.contacted / (0.9 * 0.95));
    EXPECT_EQ(expected_precision(target, 50000 / 0.684 + 1).cv, 0);
    const SampleSize given = sample_size(with(target, Requirement::issued, 1000));
    EXPECT_EQ(given.issued_rounded, 1000u);
    EXPECT_EQ(given.completed_rounded, 684u);
    EXPECT_EQ(given.contacted_rounded, 855u);
}

TEST(Precision, ShareAmongIncidentsCountsPersons) {
    PrecisionTarget target = with(proportion(0.12), Requirement::margin, 0.03);
    const double incidents = sample_size(target).completed;
    EXPECT_NEAR(incidents, 1.959963984540054 * 1.959963984540054 * 0.12 * 0.88 / 0.0009, 1e-9);
    target.units_per_person = 0.3;
    EXPECT_DOUBLE_EQ(sample_size(target).issued, incidents / 0.3);
    EXPECT_DOUBLE_EQ(sample_size(target).completed, incidents);
}

// PSUs of two persons who suffer 0, 1 or 3 incidents each; incidents are reported or not with the given correlations.
// The linearized ratio's variance per PSU, summed over all outcomes, against that of as many independent incidents.
TEST(Precision, DesignEffectOfASharePersonByPerson) {
    const double chances[] = {0.7, 0.2, 0.1}, counts[] = {0, 1, 3};
    const double icc = 0.05, victim_icc = 0.4, p = 0.3;
    double variance = 0, incidents = 0;
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) {
            const double chance = chances[i] * chances[j], a = counts[i], b = counts[j];
            const double pairs = (a * (a - 1) + b * (b - 1)) * victim_icc + 2 * a * b * icc;
            variance += chance * p * (1 - p) * (a + b + pairs);
            incidents += chance * (a + b);
        }
    const double mean_count = 0.5 / 0.3, second = (0.2 * 1 + 0.1 * 9) / 0.3;
    const double count_cv = std::sqrt(second - mean_count * mean_count) / mean_count;
    const TakeEffect effect = incident_take_effect(icc, 0.5, mean_count, count_cv, victim_icc);
    EXPECT_NEAR(effect.at(2), variance / (incidents * p * (1 - p)), 1e-12);
    EXPECT_NEAR(incident_take_effect(icc, 1, 1, 0, 0).at(8), design_effect(8, icc, 0), 1e-15);
}

TEST(Precision, RoundsUpButNotOverNoise) {
    EXPECT_EQ(round_up(39800.00000000001), 39800u);
    EXPECT_EQ(round_up(39799.99999999999), 39800u);
    EXPECT_EQ(round_up(39800.001), 39801u);
    EXPECT_EQ(round_up(0.2), 1u);
    EXPECT_EQ(round_up(0), 0u);
}

TEST(Precision, DesignEffectByKish) {
    EXPECT_DOUBLE_EQ(design_effect(10, 0.05, 0), 1.45);
    EXPECT_DOUBLE_EQ(design_effect(1, 0.05, 0.5), 1.25);
}

TEST(Precision, RefusesWhatHasNoMeaning) {
    const PrecisionTarget good = with(proportion(0.1), Requirement::cv, 0.1);
    const auto refused = [](const PrecisionTarget& target) {
        EXPECT_THROW(sample_size(target), std::invalid_argument);
    };
    EXPECT_NO_THROW(sample_size(good));
    refused(with(proportion(0), Requirement::cv, 0.1));
    refused(with(proportion(1), Requirement::cv, 0.1));
    refused(with(good, Requirement::cv, 0));
    refused(with(good, Requirement::power, 0.8));
    refused(with(good, Requirement::issued, 0));
    PrecisionTarget target = good;
    target.rates.contact = 0;
    refused(target);
    target = with(good, Requirement::margin, 0.5);
    target.interval = MarginMethod::wilson;
    refused(target);
    target.variance = negative_binomial_variance(1);
    refused(target);
    refused(change(proportion_variance(), 0.1, 0.1));
    target = change(proportion_variance(), 0.1, 0.2);
    target.change->overlap = target.change->correlation = 1;
    refused(target);
    EXPECT_THROW(count_variance(0.5, 1), std::invalid_argument);
}

}  // namespace
}  // namespace cifra
