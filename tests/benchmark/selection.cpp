// benchmark_selection METHOD N n: one sample of n of N units by one selector of sampling/selection, whose size it
// prints. METHOD `frame` only makes the probabilities. peers/selection.R makes the same frame. The methods of
// sampling/strata make n strata of the N units by their probabilities, all made distinct.
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "sampling/selection/brewer.h"
#include "sampling/selection/chromy.h"
#include "sampling/selection/elimination.h"
#include "sampling/selection/equal.h"
#include "sampling/selection/high_entropy.h"
#include "sampling/selection/inclusion.h"
#include "sampling/selection/joint.h"
#include "sampling/selection/pivotal.h"
#include "sampling/selection/random_groups.h"
#include "sampling/selection/unequal.h"
#include "sampling/strata/k_means.h"
#include "sampling/strata/lavallee_hidiroglou.h"
#include "sampling/strata/limits.h"

namespace {

using Method = std::function<std::size_t(const std::vector<double>& pi, std::size_t n, cifra::Stream& stream)>;

Method by(cifra::Selection select) {
    return [select](const auto& pi, std::size_t, auto& stream) { return select(pi, stream).size(); };
}

using Joint = Eigen::MatrixXd (*)(std::span<const double>, std::span<const std::size_t>);

// The pairs of a sample.
Method pairs(cifra::Selection select, Joint joint) {
    return [=](const auto& pi, std::size_t, auto& stream) {
        return static_cast<std::size_t>(joint(pi, select(pi, stream)).rows());
    };
}

std::vector<double> distinct(std::vector<double> sizes) {
    for (std::size_t k = 0; k < sizes.size(); ++k) sizes[k] *= 1 + 1e-3 * static_cast<double>(k) / 1e6;
    return sizes;
}

Eigen::MatrixXd two_variables(const std::vector<double>& sizes) {
    const std::vector<double> x = distinct(sizes);
    Eigen::MatrixXd variables(static_cast<Eigen::Index>(x.size()), 2);
    for (Eigen::Index k = 0; k < variables.rows(); ++k)
        variables.row(k) << x[static_cast<std::size_t>(k)], static_cast<double>(k * 31 % 1009);
    return variables;
}

const std::map<std::string, Method>& methods() {
    using namespace cifra;
    static const std::map<std::string, Method> methods = {
        {"frame", [](const auto& pi, std::size_t, auto&) { return pi.size(); }},
        {"simple_random", [](const auto& pi, std::size_t n, auto& s) { return simple_random(pi.size(), n, s).size(); }},
        {"random_groups", [](const auto& pi, std::size_t n, auto& s) { return random_groups(pi, n, s).size(); }},
        {"poisson", by(poisson)},
        {"pps_systematic", by(pps_systematic)},
        {"random_systematic", by(random_systematic)},
        {"brewer", by(brewer)},
        {"sampford", by(sampford)},
        {"conditional_poisson", by(conditional_poisson)},
        {"pareto", by(pareto)},
        {"elimination", by(elimination)},
        {"midzuno", by(midzuno)},
        {"ordered_pivotal", by(ordered_pivotal)},
        {"random_pivotal", by(random_pivotal)},
        {"chromy", by(chromy)},
        {"pairs_sampford", pairs(pareto, joint_sampford)},
        {"pairs_pareto", pairs(pareto, joint_pareto)},
        {"pairs_elimination", pairs(pareto, joint_elimination)},
        {"pairs_systematic", pairs(pareto, joint_pps_systematic)},
        {"cumulative_root", [](const auto& pi, std::size_t n,
                               auto&) { return cumulative_root_strata(distinct(pi), n, 1000).strata.size(); }},
        {"geometric",
         [](const auto& pi, std::size_t n, auto&) { return geometric_strata(distinct(pi), n).strata.size(); }},
        {"lavallee_hidiroglou",
         [](const auto& pi, std::size_t n, auto& s) {
             return lavallee_hidiroglou(distinct(pi), {.strata = n, .cv = 0.01}, s).strata.strata.size();
         }},
        {"k_means",
         [](const auto& pi, std::size_t n, auto& s) { return k_means_strata(two_variables(pi), n, s).units.size(); }}};
    return methods;
}

}  // namespace

int main(int count, char** words) {
    if (count != 4 || !methods().contains(words[1])) {
        fmt::print(stderr, "benchmark_selection METHOD N n\n");
        return 2;
    }
    const std::size_t units = std::stoull(words[2]), n = std::stoull(words[3]);
    std::vector<double> sizes;
    for (std::size_t k = 0; k < units; ++k)
        sizes.push_back(std::exp(3 * static_cast<double>(k * 7919 % 10007) / 10007));
    cifra::Stream stream({.seed = 1, .purpose = cifra::Purpose::selection, .stage = 0, .unit = 0});
    fmt::print("{}\n", methods().at(words[1])(cifra::inclusion_by_size(sizes, n).probability, n, stream));
}
