#include "sampling/precision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace cifra {
namespace {

PrecisionTarget proportion(double p) {
    PrecisionTarget target;
    target.relvariance = proportion_relvariance(p);
    target.mean = p;
    return target;
}

// A table of worked values: deff 1.6, response rate 0.80, persons to issue for a CV of 10, 15, 20, 30 %.
TEST(Precision, WorkedTableOfIssuedPersons) {
    const double shares[] = {0.005, 0.01, 0.02, 0.05, 0.10, 0.25}, cvs[] = {0.10, 0.15, 0.20, 0.30};
    const std::uint64_t issued[6][4] = {{39800, 17689, 9950, 4423}, {19800, 8800, 4950, 2200}, {9800, 4356, 2450, 1089},
                                        {3800, 1689, 950, 423},     {1800, 800, 450, 200},     {600, 267, 150, 67}};
    for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 4; ++j) {
            PrecisionTarget target = proportion(shares[i]);
            target.cv = cvs[j];
            target.deff = 1.6;
            target.rates.response = 0.80;
            EXPECT_EQ(sample_size(target).issued_rounded, issued[i][j]) << shares[i] << " " << cvs[j];
        }
}

// Worked values: 5 % to 4 %, two-sided 5 %, power 80 %, deff 1.6; then half the panel kept, correlation 0.5.
TEST(Precision, WorkedValuesOfChange) {
    ChangeTarget target{
        .p1 = 0.05, .p2 = 0.04, .alpha = 0.05, .power = 0.80, .overlap = 0, .correlation = 0, .deff = 1.6, .rates = {}};
    EXPECT_EQ(sample_size(target).completed_rounded, 10788u);
    target.overlap = target.correlation = 0.5;
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
    if (each.quantity == "change")
        return sample_size(ChangeTarget{each.a, each.b, 1 - each.confidence, each.value, 0.5, each.c, each.deff, {}})
            .completed;
    PrecisionTarget target;
    if (each.quantity == "proportion")
        target = proportion(each.a);
    else {
        target.relvariance = count_relvariance(each.a, each.b);
        target.mean = each.a * each.c;
    }
    target.deff = each.deff;
    target.confidence = each.confidence;
    if (each.population > 0) target.population = each.population;
    (each.requirement == "cv"       ? target.cv
     : each.requirement == "margin" ? target.margin
                                    : target.relative_error) = each.value;
    return sample_size(target).completed;
}

// R's root finder on the variance itself. It stops within about 1e-8 of the root.
TEST(Precision, AgreesWithTheRootOfTheVariance) {
    const std::vector<Case> cases = oracle();
    ASSERT_EQ(cases.size(), 42u);
    for (const Case& each : cases)
        EXPECT_NEAR(completed(each), each.completed, 1e-7 * each.completed)
            << each.quantity << " " << each.requirement << " " << each.a;
}

TEST(Precision, ExpectedCvInvertsTheSize) {
    PrecisionTarget target = proportion(0.07);
    target.deff = 1.7;
    target.population = 50000;
    target.rates = {0.9, 0.8};
    target.cv = 0.08;
    EXPECT_NEAR(expected_cv(target, sample_size(target).issued), 0.08, 1e-14);
    EXPECT_EQ(expected_cv(target, 50000 / 0.72 + 1), 0);
}

TEST(Precision, ShareAmongIncidentsCountsPersons) {
    PrecisionTarget target = proportion(0.12);
    target.margin = 0.03;
    const double incidents = sample_size(target).completed;
    EXPECT_NEAR(incidents, 1.959963984540054 * 1.959963984540054 * 0.12 * 0.88 / 0.0009, 1e-9);
    target.units_per_person = 0.3;
    EXPECT_DOUBLE_EQ(sample_size(target).issued, incidents / 0.3);
    EXPECT_DOUBLE_EQ(sample_size(target).completed, incidents);
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
    PrecisionTarget target = proportion(0.1);
    EXPECT_THROW(sample_size(target), std::invalid_argument);  // no requirement
    target.cv = target.margin = 0.1;
    EXPECT_THROW(sample_size(target), std::invalid_argument);  // two
    target.margin.reset();
    target.rates.response = 0;
    EXPECT_THROW(sample_size(target), std::invalid_argument);
    EXPECT_THROW(proportion_relvariance(0), std::invalid_argument);
    EXPECT_THROW(proportion_relvariance(1), std::invalid_argument);
    ChangeTarget none;
    none.p1 = none.p2 = 0.1;
    EXPECT_THROW(sample_size(none), std::invalid_argument);
}

}  // namespace
}  // namespace cifra
