// Intervals against R: qt, qbeta, plogis (values from R 4.2.2, written by the calls in the comments), and their ranges.
#include "estimation/intervals.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cifra {
namespace {

IntervalInput proportion(double p, double variance, double df, double n, double cases) {
    return {.estimate = p,
            .variance = variance,
            .df = df,
            .n = n,
            .cases = cases,
            .scale = 1,
            .ceiling = 1,
            .range = ParameterRange::proportion,
            .level = 0.95,
            .kind = IntervalKind::automatic};
}

TEST(Intervals, QuantilesOfT) {
    EXPECT_NEAR(t_quantile(0.975, 14) / 2.144786687917804, 1, 1e-13);  // qt(.975, 14)
    EXPECT_NEAR(t_quantile(0.975, INFINITY) / 1.959963984540054, 1, 1e-12);
}

// n_eff at its cap, p = 3/60: binom.test(3, 60)$conf.int
TEST(Intervals, KornGraubardIsClopperPearsonUnderSimpleRandomSampling) {
    const double p = 0.05;
    const Interval made = interval(proportion(p, p * (1 - p) / 60, 59, 60, 3));
    EXPECT_EQ(made.kind, IntervalKind::korn_graubard);
    EXPECT_NEAR(made.lower / 0.01043232964, 1, 1e-9);
    EXPECT_NEAR(made.upper / 0.13924324672, 1, 1e-9);
}

TEST(Intervals, KornGraubardNeverTrustsMoreThanTheSample) {
    const Interval lucky = interval(proportion(0.05, 1e-9, 30, 60, 3)),
                   honest = interval(proportion(0.05, 0.05 * 0.95 / 60, 59, 60, 3));
    EXPECT_NEAR(lucky.lower, honest.lower, 1e-12);
    EXPECT_NEAR(lucky.upper, honest.upper, 1e-12);
}

TEST(Intervals, ZeroAndFullCellsHaveOneSidedLimits) {
    const Interval none = interval(proportion(0, 0, 20, 59, 0)), all = interval(proportion(1, 0, 20, 59, 59));
    EXPECT_EQ(none.kind, IntervalKind::one_sided);
    EXPECT_EQ(none.lower, 0);
    EXPECT_NEAR(none.upper, 1 - std::pow(0.05, 1.0 / 59), 1e-15);
    EXPECT_NEAR(all.lower, std::pow(0.05, 1.0 / 59), 1e-15);
    EXPECT_EQ(all.upper, 1);
}

TEST(Intervals, BoundedParametersStayInTheirRange) {
    for (const double p : {0.001, 0.02, 0.5, 0.97, 0.9999})
        for (const double cv : {0.01, 0.5, 3.0})
            for (const double cases : {3.0, 30.0}) {
                const Interval made = interval(proportion(p, std::pow(cv * p, 2), 3, 100, cases));
                EXPECT_GE(made.lower, 0);
                EXPECT_LE(made.upper, 1);
                EXPECT_LT(made.lower, made.upper);
            }
    IntervalInput total{.estimate = 10,
                        .variance = 400,
                        .df = 5,
                        .n = 50,
                        .cases = 2,
                        .scale = 1,
                        .ceiling = 100,
                        .range = ParameterRange::non_negative,
                        .level = 0.95,
                        .kind = IntervalKind::automatic};
    EXPECT_GT(interval(total).lower, 0);
    total.kind = IntervalKind::t;
    EXPECT_EQ(interval(total).lower, 0);
    EXPECT_GT(interval(total).upper, 50);
    total.range = ParameterRange::real;
    EXPECT_LT(interval(total).lower, 0);
}

TEST(Intervals, EveryKindKeepsTheRangeAndHoldsTheEstimate) {
    for (const std::string& name : interval_names())
        for (const double p : {1e-9, 0.001, 0.3, 0.97, 1 - 1e-9})
            for (const double cv : {1e-9, 0.01, 0.5, 3.0, 1e6})
                for (const double df : {0.5, 3.0, 1e6})
                    for (const double n : {2.0, 40.0, 1e7}) {
                        IntervalInput input = proportion(p, std::pow(cv * p, 2), df, n, n * p);
                        input.kind = interval_from_text(name);
                        const Interval made = interval(input);
                        if (made.kind == IntervalKind::none) continue;
                        EXPECT_GE(made.lower, 0) << name;
                        EXPECT_LE(made.upper, 1) << name;
                        EXPECT_LE(made.lower, p * (1 + 1e-9)) << name << ' ' << p << ' ' << cv << ' ' << df << ' ' << n;
                        EXPECT_GE(made.upper, p * (1 - 1e-9)) << name << ' ' << p << ' ' << cv << ' ' << df << ' ' << n;
                        EXPECT_LT(made.lower, made.upper) << name;
                    }
}

TEST(Intervals, PercentIsAHundredTimesTheShare) {
    for (const std::string& name : interval_names()) {
        IntervalInput share = proportion(0.2, 0.0009, 30, 500, 100), percent = proportion(20, 9, 30, 500, 100);
        percent.scale = 100;
        share.kind = percent.kind = interval_from_text(name);
        EXPECT_NEAR(interval(percent).lower, 100 * interval(share).lower, 1e-11) << name;
        EXPECT_NEAR(interval(percent).upper, 100 * interval(share).upper, 1e-11) << name;
    }
}

TEST(Intervals, ZeroAndFullCellsAreOneSidedWhateverIsAskedFor) {
    for (const std::string& name : interval_names())
        for (const double p : {0.0, 1.0, 1 - 1e-16}) {
            IntervalInput input = proportion(p, 0, 20, 59, 59 * p);
            input.kind = interval_from_text(name);
            EXPECT_EQ(interval(input).kind, IntervalKind::one_sided) << name;
        }
}

TEST(Intervals, NoneWithoutCause) {
    const double nan = std::nan("");
    EXPECT_EQ(interval(proportion(0.2, 0, 20, 59, 12)).kind, IntervalKind::none);
    EXPECT_EQ(interval(proportion(0.2, nan, 20, 59, 12)).kind, IntervalKind::none);
    EXPECT_EQ(interval(proportion(nan, 0.1, 20, 59, 12)).kind, IntervalKind::none);
    EXPECT_EQ(interval(proportion(0.2, 0.1, nan, 59, 12)).kind, IntervalKind::none);
    EXPECT_EQ(interval(proportion(-3, 0.1, 20, 59, 12)).kind, IntervalKind::none);
    EXPECT_EQ(interval(proportion(0.2, 0.1, 20, 1, 1)).kind, IntervalKind::t);
    IntervalInput certain = proportion(0.2, 0.1, 20, 59, 12);
    certain.level = 1;
    EXPECT_EQ(interval(certain).kind, IntervalKind::none);
}

TEST(Intervals, AKindThatDoesNotSuitGivesWay) {
    EXPECT_FALSE(suits(IntervalKind::wilson, ParameterRange::real));
    EXPECT_TRUE(suits(IntervalKind::gamma, ParameterRange::non_negative));
    IntervalInput mean = proportion(50, 4, 20, 59, 12);
    mean.range = ParameterRange::real;
    mean.kind = IntervalKind::wilson;
    EXPECT_EQ(interval(mean).kind, IntervalKind::t);
    mean.kind = IntervalKind::gamma;
    mean.estimate = -1;
    EXPECT_EQ(interval(mean).kind, IntervalKind::t);
}

TEST(Intervals, WithoutDegreesOfFreedomThereIsNone) {
    EXPECT_EQ(interval(proportion(0.2, 0.01, 0, 40, 8)).kind, IntervalKind::none);
    EXPECT_TRUE(std::isnan(interval(proportion(0.2, 0.01, 0, 40, 8)).lower));
}

}  // namespace
}  // namespace cifra
