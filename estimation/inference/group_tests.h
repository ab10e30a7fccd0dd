// t tests and rank tests under a sample design: comparisons of means between domains.
//
//   one sample   mean of y (of a difference of two values: paired); t = (mean - null) / se on nu - 1 (R svyttest y ~ 0)
//   two groups   difference of the domain means, second minus first; t on nu - 1 (R svyttest y ~ g)
//   k groups     all means equal: Wald F on (k - 1, nu - k + 1)
// nu are the degrees of freedom of the design over the records compared. A rate with two weights (incidents over
// persons) is the mean of y = (incident weight times count) / (person weight) with the person's weight.
//
// Rank tests (Lumley and Scott 2013, Biometrika 100: 831-842): y is replaced by a score g(F) of its estimated
// population rank, and the means of the scores are compared as above, on nu - 1 (two groups) or (k - 1, nu - k + 1):
//   wilcoxon, KruskalWallis   g = F            vanderWaerden   g = normal quantile of F
//   median                    g = 1 where F > 1/2
// F at the middle of a record: (sum of weights before it + w/2) / sum of weights, in order of y. Tied values share the
// mean of theirs: `in_order` the unweighted mean over records ordered as in the file (R svyranktest; with unequal
// weights it depends on that order), `midpoint` (sum below + half the tied weight), which does not.
//
// Oracle: R survey 4.1.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "estimation/inference/inference_sample.h"
#include "estimation/inference/model_inference.h"

namespace cifra {

// Values are by position in sample.rows.
TestResult test_mean(const InferenceSample& sample, const Eigen::VectorXd& value, double null, double level = 0.95);

// Every group 0 .. groups - 1 is occupied. `name` is given to the result. Under replicates the means are made anew with
// each one's weights; `fixed` (ranks, which are estimated once): the sums of their scores alone, as R svyranktest.
TestResult test_group_means(const InferenceSample& sample, const Eigen::VectorXd& value,
                            const std::vector<std::uint32_t>& group, std::size_t groups, double level = 0.95,
                            const std::string& name = "t", bool fixed = false);

enum class RankTest { wilcoxon, kruskal_wallis, van_der_waerden, median };
const std::vector<std::string>& rank_test_names();
enum class RankTies { in_order, midpoint };
const std::vector<std::string>& rank_ties_names();

// Scores by position in sample.rows.
Eigen::VectorXd rank_scores(const InferenceSample& sample, const Eigen::VectorXd& value, RankTest test, RankTies ties);

}  // namespace cifra
