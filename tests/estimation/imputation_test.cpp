// Donors: the chances of the two-stage draw against enumeration, limits and collapsing by hand, nearest neighbours
// against a slow search, and the coverage of pooled means by Monte Carlo.
#include "estimation/imputation.h"

#include <gtest/gtest.h>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "engine/random.h"
#include "estimation/imputation_pool.h"

namespace cifra {
namespace {

constexpr std::size_t none = Column::npos;

DonorRequest request_of(const std::vector<std::uint8_t>& missing, std::uint32_t draw = 0, bool bootstrap = true) {
    DonorRequest request;
    request.universe.assign(missing.size(), 1);
    request.missing = missing;
    for (std::size_t row = 0; row < missing.size(); ++row)
        request.unit.push_back(stable_hash("r" + std::to_string(row)));
    request.bootstrap = bootstrap;
    request.seed = 2026;
    request.draw = draw;
    return request;
}

DonorClasses everybody(std::size_t rows) { return {{std::vector<std::uint32_t>(rows, 0)}, 1}; }

// ---- hot deck

TEST(HotDeck, DonorsComeFromTheClassAndAreComplete) {
    const std::vector<std::uint8_t> missing = {0, 1, 0, 1, 0, 1, 0, 1};
    DonorRequest request = request_of(missing);
    request.universe[6] = 0;
    const DonorClasses classes{{{0, 0, 0, 0, 1, 1, 1, 2}}, 1};
    for (request.draw = 0; request.draw < 50; ++request.draw) {
        const Donors donors = hot_deck(request, classes);
        for (const std::size_t row : {1, 3}) EXPECT_TRUE(donors.of_row[row] == 0 || donors.of_row[row] == 2);
        EXPECT_EQ(donors.of_row[5], 4u);    // the other of its class takes no part
        EXPECT_EQ(donors.of_row[7], none);  // alone in its class
        EXPECT_EQ(donors.of_row[0], none);
        EXPECT_EQ(donors.recipients, 4u);
        EXPECT_EQ(donors.unfilled, 1u);
    }
}

TEST(HotDeck, ClassesCollapseInOrder) {
    const std::vector<std::uint8_t> missing = {0, 1, 1, 0, 0, 1};
    DonorRequest request = request_of(missing);
    const DonorClasses classes{{{0, 0, 1, 2, 3, 4}, {0, 0, 1, 1, 2, 3}, {0, 0, 0, 0, 0, 0}}, 1};
    const Donors donors = hot_deck(request, classes);
    EXPECT_EQ(donors.of_row[1], 0u);
    EXPECT_EQ(donors.of_row[2], 3u);  // at the second level
    EXPECT_NE(donors.of_row[5], none);
    EXPECT_EQ(donors.served, (std::vector<std::size_t>{1, 1, 1}));
    // Two donors wanted in a class: the first recipient goes on to the last level too.
    const Donors wide = hot_deck(request, {classes.levels, 2});
    EXPECT_EQ(wide.served, (std::vector<std::size_t>{0, 0, 3}));
    EXPECT_EQ(wide.unfilled, 0u);
}

TEST(HotDeck, TheLimitHoldsWhereItCan) {
    std::vector<std::uint8_t> missing(30, 1);
    for (std::size_t row = 0; row < 10; ++row) missing[row] = 0;
    for (const bool bootstrap : {false, true}) {
        DonorRequest request = request_of(missing, 3, bootstrap);
        request.limit = 2;
        const Donors exact = hot_deck(request, everybody(30));
        std::map<std::size_t, std::size_t> uses;
        for (std::size_t row = 10; row < 30; ++row) ++uses[exact.of_row[row]];
        const std::size_t most = std::max_element(uses.begin(), uses.end(), [](const auto& a, const auto& b) {
                                     return a.second < b.second;
                                 })->second;
        EXPECT_EQ(exact.most_used, most);
        if (!bootstrap) {
            EXPECT_EQ(uses.size(), 10u);  // every donor twice
            EXPECT_EQ(most, 2u);
            EXPECT_EQ(exact.over_limit, 0u);
        } else {  // the bootstrap leaves some donors out: the rest is counted
            EXPECT_GT(exact.over_limit, 0u);
        }
        request.limit = 1;
        EXPECT_GE(hot_deck(request, everybody(30)).over_limit, 10u);
        request.limit = 0;
        EXPECT_EQ(hot_deck(request, everybody(30)).over_limit, 0u);
    }
}

TEST(HotDeck, ALimitSendsRecipientsToTheNextClass) {
    // Class 0 has one donor for three recipients, class 1 four donors for none.
    const std::vector<std::uint8_t> missing = {0, 1, 1, 1, 0, 0, 0, 0};
    DonorRequest request = request_of(missing, 0, false);
    request.limit = 2;
    const Donors donors = hot_deck(request, {{{0, 0, 0, 0, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 0, 0}}, 1});
    EXPECT_EQ(donors.served, (std::vector<std::size_t>{0, 3}));
    EXPECT_LE(donors.most_used, 2u);
    EXPECT_EQ(donors.over_limit, 0u);
}

// The same records in another order, and with more records in another class, get the same donors.
TEST(HotDeck, OrderOfRowsAndOtherClassesDoNotMatter) {
    const std::size_t n = 200;
    std::vector<std::uint8_t> missing(n);
    std::vector<std::uint32_t> classes(n);
    for (std::size_t row = 0; row < n; ++row) missing[row] = row % 3 == 0, classes[row] = row % 4;
    for (const std::size_t limit : {0, 3}) {
        DonorRequest request = request_of(missing, 5);
        request.limit = limit;
        for (std::size_t row = 0; row < n; ++row) request.weight.push_back(1 + static_cast<double>(row % 7));
        const Donors straight = hot_deck(request, {{classes}, 1});
        std::vector<std::size_t> order(n);
        std::iota(order.begin(), order.end(), 0);
        std::reverse(order.begin(), order.end());
        std::rotate(order.begin(), order.begin() + 77, order.end());
        DonorRequest turned = request;
        std::vector<std::uint32_t> turned_classes(n);
        for (std::size_t i = 0; i < n; ++i) {
            turned.missing[i] = request.missing[order[i]];
            turned.unit[i] = request.unit[order[i]];
            turned.weight[i] = request.weight[order[i]];
            turned_classes[i] = classes[order[i]] + 10;
        }
        const Donors other = hot_deck(turned, {{turned_classes}, 1});
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t donor = other.of_row[i];
            EXPECT_EQ(donor == none ? none : order[donor], straight.of_row[order[i]]);
        }
        DonorRequest without = request;
        for (std::size_t row = 0; row < n; ++row) without.universe[row] = classes[row] != 3;
        const Donors fewer = hot_deck(without, {{classes}, 1});
        for (std::size_t row = 0; row < n; ++row)
            if (classes[row] != 3) {
                EXPECT_EQ(fewer.of_row[row], straight.of_row[row]);
            }
    }
}

// Chances of donors: equal or by weight, with and without the bootstrap; 40,000 draws, four Monte Carlo errors.
TEST(HotDeck, ChancesAreThoseOfTheWeights) {
    const std::vector<std::uint8_t> missing = {0, 0, 0, 0, 1};
    const std::vector<double> weight = {1, 2, 5, 0, 9};
    constexpr std::uint32_t draws = 40000;
    for (const bool bootstrap : {false, true})
        for (const bool weighted : {false, true}) {
            DonorRequest request = request_of(missing, 0, bootstrap);
            if (weighted) request.weight = weight;
            std::vector<double> share(5, 0);
            for (request.draw = 0; request.draw < draws; ++request.draw)
                share[hot_deck(request, everybody(5)).of_row[4]] += 1.0 / draws;
            for (std::size_t row = 0; row < 4; ++row) {
                const double p = weighted ? weight[row] / 8 : 0.25;
                EXPECT_NEAR(share[row], p, 4 * std::sqrt(p * (1 - p) / draws) + 1e-12) << bootstrap << weighted << row;
            }
        }
}

// Mean of r imputed values from n respondents: variance s2 / r without the bootstrap, s2 (n - 1) / (n r) + s2 / n with
// it (s2 over n), by the law of total variance.
TEST(HotDeck, TheBootstrapHoldsTheUncertaintyOfTheRespondents) {
    const std::vector<double> y = {1, 4, 2, 8, 5, 7};
    const double n = 6, r = 12, s2 = [&] {
        double mean = 0, sum = 0;
        for (const double value : y) mean += value / n;
        for (const double value : y) sum += (value - mean) * (value - mean);
        return sum / n;
    }();
    std::vector<std::uint8_t> missing(18, 1);
    std::fill(missing.begin(), missing.begin() + 6, std::uint8_t{0});
    constexpr std::uint32_t draws = 20000;
    for (const bool bootstrap : {false, true}) {
        DonorRequest request = request_of(missing, 0, bootstrap);
        double sum = 0, squares = 0;
        for (request.draw = 0; request.draw < draws; ++request.draw) {
            const Donors donors = hot_deck(request, everybody(18));
            double mean = 0;
            for (std::size_t row = 6; row < 18; ++row) mean += y[donors.of_row[row]] / r;
            sum += mean;
            squares += mean * mean;
        }
        const double variance = squares / draws - (sum / draws) * (sum / draws);
        const double expected = bootstrap ? s2 * (n - 1) / (n * r) + s2 / n : s2 / r;
        EXPECT_NEAR(variance / expected, 1, 4 * std::sqrt(2.0 / draws)) << bootstrap;
    }
}

TEST(HotDeck, EmptyAndWrongInput) {
    EXPECT_EQ(hot_deck(request_of({}), everybody(0)).recipients, 0u);
    EXPECT_EQ(hot_deck(request_of({0, 0}), everybody(2)).recipients, 0u);
    const Donors nobody = hot_deck(request_of({1, 1}), everybody(2));
    EXPECT_EQ(nobody.unfilled, 2u);
    EXPECT_EQ(nobody.of_row, (std::vector<std::size_t>{none, none}));
    DonorRequest twice = request_of({0, 1});
    twice.unit[1] = twice.unit[0];
    EXPECT_THROW(hot_deck(twice, everybody(2)), std::invalid_argument);
    DonorRequest bad = request_of({0, 1});
    bad.weight = {std::nan(""), 1};
    EXPECT_THROW(hot_deck(bad, everybody(2)), std::invalid_argument);
    bad.weight = {1};
    EXPECT_THROW(hot_deck(bad, everybody(2)), std::invalid_argument);
    EXPECT_THROW(hot_deck(request_of({0, 1}), everybody(3)), std::invalid_argument);
}

// ---- predictive means

struct Regression {
    DonorRequest request;
    PredictiveMean model;
};

Regression made_up(std::size_t n, bool bootstrap, std::uint32_t draw = 0) {
    std::vector<std::uint8_t> missing(n);
    Regression made{
        {}, {Eigen::MatrixXd(static_cast<Eigen::Index>(n), 2), Eigen::VectorXd(static_cast<Eigen::Index>(n)), 5}};
    for (std::size_t row = 0; row < n; ++row) {
        const auto at = static_cast<Eigen::Index>(row);
        Stream stream({11, Purpose::test, 0, row});
        made.model.predictors(at, 0) = stream.normal();
        made.model.predictors(at, 1) = 100 * stream.uniform();
        made.model.value(at) =
            3 + 2 * made.model.predictors(at, 0) - 0.05 * made.model.predictors(at, 1) + stream.normal();
        missing[row] = stream.uniform() < 0.4;
    }
    made.request = request_of(missing, draw, bootstrap);
    for (std::size_t row = 0; row < n; ++row) made.request.weight.push_back(0.5 + static_cast<double>(row % 5));
    return made;
}

// The k nearest respondents by sorting all distances of a weighted least-squares fit by QR of the rows.
TEST(PredictiveMean, NeighboursAreTheNearestOnes) {
    for (const std::size_t k : {1, 4}) {
        Regression made = made_up(120, false);
        made.model.neighbours = k;
        const Donors donors = predictive_mean(made.request, made.model);
        Eigen::MatrixXd x = Eigen::MatrixXd::Zero(120, 3);
        Eigen::VectorXd y = Eigen::VectorXd::Zero(120), beta;
        for (Eigen::Index row = 0; row < 120; ++row) {
            const auto at = static_cast<std::size_t>(row);
            if (made.request.missing[at]) continue;
            const double root = std::sqrt(made.request.weight[at]);
            x.row(row) << root, root * made.model.predictors(row, 0), root * made.model.predictors(row, 1);
            y(row) = root * made.model.value(row);
        }
        beta = x.householderQr().solve(y);
        const auto predicted = [&](std::size_t row) {
            const auto at = static_cast<Eigen::Index>(row);
            return beta(0) + beta(1) * made.model.predictors(at, 0) + beta(2) * made.model.predictors(at, 1);
        };
        for (std::size_t row = 0; row < 120; ++row) {
            if (!made.request.missing[row]) continue;
            std::vector<std::pair<double, std::size_t>> distances;
            for (std::size_t donor = 0; donor < 120; ++donor)
                if (!made.request.missing[donor])
                    distances.emplace_back(std::abs(predicted(donor) - predicted(row)), donor);
            std::sort(distances.begin(), distances.end());
            const bool near = std::any_of(distances.begin(), distances.begin() + static_cast<std::ptrdiff_t>(k),
                                          [&](const auto& one) { return one.second == donors.of_row[row]; });
            EXPECT_TRUE(near) << row;
        }
    }
}

// Equal predictions: every respondent of the recipient's group has the same chance, whatever k.
TEST(PredictiveMean, TiesActAsAClass) {
    const std::vector<std::uint8_t> missing = {0, 0, 0, 0, 0, 0, 0, 0, 1};
    DonorRequest request = request_of(missing, 0, false);
    PredictiveMean model{Eigen::MatrixXd(9, 1), Eigen::VectorXd(9), 2};
    model.predictors.col(0) << 0, 0, 0, 0, 1, 1, 1, 1, 1;
    model.value << 1, 2, 3, 4, 15, 16, 17, 18, 0;
    std::map<std::size_t, std::size_t> uses;
    for (request.draw = 0; request.draw < 4000; ++request.draw) ++uses[predictive_mean(request, model).of_row[8]];
    ASSERT_EQ(uses.size(), 4u);
    for (const auto& [donor, times] : uses) {
        EXPECT_GE(donor, 4u);
        EXPECT_NEAR(static_cast<double>(times), 1000, 4 * std::sqrt(4000 * 0.25 * 0.75));
    }
}

TEST(PredictiveMean, ColumnsThatDependOnOthersChangeNothing) {
    Regression made = made_up(80, true, 7);
    const Donors plain = predictive_mean(made.request, made.model);
    Eigen::MatrixXd wider(80, 4);
    wider << made.model.predictors, made.model.predictors.col(0) + made.model.predictors.col(1),
        Eigen::VectorXd::Constant(80, 3);
    made.model.predictors = wider;
    EXPECT_EQ(predictive_mean(made.request, made.model).of_row, plain.of_row);
    made.model.predictors = Eigen::MatrixXd(80, 0);  // an intercept alone: any donor
    EXPECT_EQ(predictive_mean(made.request, made.model).unfilled, 0u);
}

TEST(PredictiveMean, OrderOfRowsDoesNotMatterAndTheLimitHolds) {
    const Regression made = made_up(150, true, 2);
    Regression turned = made;
    std::vector<std::size_t> order(150);
    std::iota(order.begin(), order.end(), 0);
    std::reverse(order.begin(), order.end());
    for (std::size_t i = 0; i < 150; ++i) {
        const auto at = static_cast<Eigen::Index>(i), from = static_cast<Eigen::Index>(order[i]);
        turned.model.predictors.row(at) = made.model.predictors.row(from);
        turned.model.value(at) = made.model.value(from);
        turned.request.missing[i] = made.request.missing[order[i]];
        turned.request.unit[i] = made.request.unit[order[i]];
        turned.request.weight[i] = made.request.weight[order[i]];
    }
    for (const std::size_t limit : {0, 1}) {
        Regression a = made, b = turned;
        a.request.limit = b.request.limit = limit;
        const Donors one = predictive_mean(a.request, a.model), other = predictive_mean(b.request, b.model);
        for (std::size_t i = 0; i < 150; ++i) {
            const std::size_t donor = other.of_row[i];
            EXPECT_EQ(donor == none ? none : order[donor], one.of_row[order[i]]);
        }
        if (limit == 1) {
            EXPECT_EQ(one.most_used, 1u);
            EXPECT_EQ(one.over_limit, 0u);
        }
    }
}

TEST(PredictiveMean, WrongInputIsRefused) {
    Regression made = made_up(20, true);
    made.model.predictors(3, 1) = std::nan("");
    EXPECT_THROW(predictive_mean(made.request, made.model), std::invalid_argument);
    made = made_up(20, true);
    made.model.neighbours = 0;
    EXPECT_THROW(predictive_mean(made.request, made.model), std::invalid_argument);
    made = made_up(20, true);
    std::fill(made.request.missing.begin(), made.request.missing.end(), std::uint8_t{1});
    EXPECT_EQ(predictive_mean(made.request, made.model).unfilled, 20u);
}

// ---- coverage

struct Coverage {
    double covered = 0, complete_cases = 0;  // share of samples whose interval holds the truth
    double variance_ratio = 0, bias = 0;     // mean of T over the variance of the mean; bias over its error
};

enum class How { hot_deck, predictive_mean, continuous };

// Samples of n = 120 of y = class + noise; values go missing more often in the higher class (MAR given the class).
// Truth 1: two classes of equal size with means 0 and 2, noise 1. `continuous`: y = 1 + x + noise, x normal, missing
// more often where x is above 0.
Coverage simulate(How how, bool proper, std::uint32_t samples) {
    constexpr std::size_t n = 120;
    constexpr std::size_t draws = 8;
    Coverage result;
    double sum = 0, squares = 0, total = 0, bias = 0;
    for (std::uint32_t sample = 0; sample < samples; ++sample) {
        std::vector<std::uint8_t> missing(n);
        std::vector<std::uint32_t> classes(n);
        Eigen::VectorXd y(n);
        Eigen::MatrixXd predictors(n, 1);
        double observed = 0, observed_squares = 0, count = 0;
        for (std::size_t row = 0; row < n; ++row) {
            Stream stream({sample, Purpose::test, 1, row});
            const double x = how == How::continuous ? stream.normal() : stream.uniform() - 0.5;
            classes[row] = x > 0;
            predictors(static_cast<Eigen::Index>(row), 0) = how == How::continuous ? x : classes[row];
            y(static_cast<Eigen::Index>(row)) = (how == How::continuous ? 1 + x : 2.0 * classes[row]) + stream.normal();
            missing[row] = stream.uniform() < (classes[row] ? 0.6 : 0.2);
            if (missing[row]) continue;
            observed += y(static_cast<Eigen::Index>(row));
            observed_squares += y(static_cast<Eigen::Index>(row)) * y(static_cast<Eigen::Index>(row));
            ++count;
        }
        DonorRequest request = request_of(missing, 0, proper);
        request.seed = 77 + sample;
        std::vector<Estimate> estimates;
        for (request.draw = 0; request.draw < draws; ++request.draw) {
            const PredictiveMean model{predictors, y, 5};
            const Donors donors =
                how == How::hot_deck ? hot_deck(request, {{classes}, 1}) : predictive_mean(request, model);
            Eigen::VectorXd completed = y;
            for (std::size_t row = 0; row < n; ++row)
                if (missing[row])
                    completed(static_cast<Eigen::Index>(row)) = y(static_cast<Eigen::Index>(donors.of_row[row]));
            Estimate estimate;
            estimate.names = {""};
            estimate.values = Eigen::VectorXd::Constant(1, completed.mean());
            estimate.covariance =
                Eigen::MatrixXd::Constant(1, 1, (completed.array() - completed.mean()).square().sum() / (n - 1) / n);
            estimate.df = {n - 1};
            estimate.n = estimate.cases = estimate.deff = estimate.ceiling = estimate.missing_share = {1};
            estimates.push_back(estimate);
        }
        const Pooled pooled = pool(estimates);
        const Interval interval = confint(pooled.estimate, 0.95, IntervalKind::t)[0];
        result.covered += interval.lower <= 1 && 1 <= interval.upper ? 1.0 / samples : 0;
        const double mean = observed / count;
        const double error = std::sqrt((observed_squares - count * mean * mean) / (count - 1) / count);
        result.complete_cases += std::abs(mean - 1) <= 1.98 * error ? 1.0 / samples : 0;
        const double value = pooled.estimate.values(0);
        sum += value, squares += value * value, total += pooled.estimate.covariance(0, 0), bias += value - 1;
    }
    const double variance = squares / samples - (sum / samples) * (sum / samples);
    result.variance_ratio = total / samples / variance;
    result.bias = bias / samples / std::sqrt(variance / samples);
    return result;
}

// 1,500 samples: Monte Carlo error of a coverage of 95 % is 0.56 points, of the variance ratio 3.7 %.
TEST(ImputationSlow, PooledMeansCoverUnderMissingAtRandom) {
    for (const How how : {How::hot_deck, How::predictive_mean, How::continuous}) {
        const Coverage proper = simulate(how, true, 1500);
        EXPECT_GT(proper.covered, 0.93);
        EXPECT_LT(proper.covered, 0.97);
        EXPECT_NEAR(proper.variance_ratio, 1, 4 * 0.037);
        // Neighbours of recipients at the rim lie to one side: a bias of 0.15 standard errors at this size.
        EXPECT_LT(std::abs(proper.bias), how == How::continuous ? 0.25 * std::sqrt(1500) : 4);
        EXPECT_LT(proper.complete_cases, 0.7);  // what imputation is there to mend
    }
    const Coverage improper = simulate(How::hot_deck, false, 1500);
    EXPECT_LT(improper.variance_ratio, 0.9);  // a hot deck alone is not proper
}

}  // namespace
}  // namespace cifra
