#include "estimation/inference/group_tests.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

#include "estimation/inference/distributions.h"
#include "estimation/intervals.h"

namespace cifra {

namespace {

struct GroupMeans {
    Eigen::VectorXd means;
    Eigen::MatrixXd covariance;
};

// Sums of weights by group, of `value` or of 1.
Eigen::VectorXd sums_by(const std::vector<std::uint32_t>& group, std::size_t groups, const Eigen::VectorXd& weight) {
    Eigen::VectorXd sums = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(groups));
    for (std::size_t i = 0; i < group.size(); ++i) sums(group[i]) += weight(static_cast<Eigen::Index>(i));
    return sums;
}

// Ranks are estimated once, so `fixed` values keep their scores under replicates (R svyranktest); means do not.
GroupMeans group_means(const InferenceSample& sample, const Eigen::VectorXd& value,
                       const std::vector<std::uint32_t>& group, std::size_t groups, bool fixed) {
    const auto means = [&](const Eigen::VectorXd& w) -> Eigen::VectorXd {
        return sums_by(group, groups, w.cwiseProduct(value)).cwiseQuotient(sums_by(group, groups, w));
    };
    const Eigen::VectorXd weight = full_weights(sample), sums = sums_by(group, groups, weight);
    GroupMeans result{means(weight), {}};
    if (sample.replicated() && !fixed) {
        result.covariance = covariance(sample.source(), replicate_columns(sample, result.means, means));
        return result;
    }
    result.covariance = score_covariance(sample, groups, [&](std::size_t i, Eigen::VectorXd& z) {
        const auto g = static_cast<Eigen::Index>(group[i]), at = static_cast<Eigen::Index>(i);
        z(g) += weight(at) * (value(at) - result.means(g)) / sums(g);
    });
    return result;
}

// An estimate compared with `null` on a t distribution.
TestResult t_result(const std::string& name, double estimate, double variance, double null, double df, double level) {
    TestResult result = no_result(name, "");
    result.notices.clear();
    result.estimate = estimate;
    if (!(df > 0)) return result.notices.emplace_back("no degrees of freedom"), result;
    result.df2 = df;
    result.se = std::sqrt(variance);
    if (!(result.se > 0)) {
        result.se = missing_number;
        result.notices.emplace_back("the estimate has no variance");
        return result;
    }
    result.statistic = (estimate - null) / result.se;
    result.df1 = 1;
    result.p = t_two_sided(result.statistic, df);
    const double reach = t_quantile(1 - (1 - level) / 2, df) * result.se;
    result.lower = estimate - reach;
    result.upper = estimate + reach;
    return result;
}

double score_of(RankTest test, double share) {
    if (test == RankTest::van_der_waerden) return boost::math::quantile(boost::math::normal(), share);
    if (test == RankTest::median) return share > 0.5 ? 1 : 0;
    return share;
}

}  // namespace

TestResult test_mean(const InferenceSample& sample, const Eigen::VectorXd& value, double null, double level) {
    if (sample.rows.empty()) return no_result("t", "no record");
    const GroupMeans one = group_means(sample, value, std::vector<std::uint32_t>(sample.rows.size(), 0), 1, false);
    return t_result("t", one.means(0), one.covariance(0, 0), null, design_df(sample) - 1, level);
}

TestResult test_group_means(const InferenceSample& sample, const Eigen::VectorXd& value,
                            const std::vector<std::uint32_t>& group, std::size_t groups, double level,
                            const std::string& name, bool fixed) {
    if (sample.rows.empty()) return no_result(name, "no record");
    if (groups < 2) return no_result(name, "there is one group only");
    const GroupMeans all = group_means(sample, value, group, groups, fixed);
    const double df = design_df(sample) - static_cast<double>(groups) + 1;
    const auto k = static_cast<Eigen::Index>(groups) - 1;
    Eigen::MatrixXd differences(k, k + 1);
    differences << -Eigen::VectorXd::Ones(k), Eigen::MatrixXd::Identity(k, k);
    const Eigen::VectorXd gaps = differences * all.means;
    const Eigen::MatrixXd v = differences * all.covariance * differences.transpose();
    return k == 1 ? t_result(name, gaps(0), v(0, 0), 0, df, level) : wald_test(name, gaps, v, df);
}

const std::vector<std::string>& rank_test_names() {
    static const std::vector<std::string> names = {"wilcoxon", "KruskalWallis", "vanderWaerden", "median"};
    return names;
}

const std::vector<std::string>& rank_ties_names() {
    static const std::vector<std::string> names = {"in_order", "midpoint"};
    return names;
}

Eigen::VectorXd rank_scores(const InferenceSample& sample, const Eigen::VectorXd& value, RankTest test, RankTies ties) {
    std::vector<std::size_t> order(sample.rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto y = [&](std::size_t i) { return value(static_cast<Eigen::Index>(i)); };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return y(a) != y(b) ? y(a) < y(b) : sample.rows[a] < sample.rows[b];
    });
    const double total = sum_of_weights(sample);
    Eigen::VectorXd scores(value.size());
    double below = 0;
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        double tied = 0, middles = 0;
        for (; end < order.size() && y(order[end]) == y(order[begin]); ++end) {
            const double w = sample.weight[sample.rows[order[end]]];
            middles += tied + w / 2;
            tied += w;
        }
        const double middle = ties == RankTies::midpoint ? tied / 2 : middles / static_cast<double>(end - begin);
        const double score = score_of(test, (below + middle) / total);
        for (std::size_t i = begin; i < end; ++i) scores(static_cast<Eigen::Index>(order[i])) = score;
        below += tied;
    }
    return scores;
}

}  // namespace cifra
