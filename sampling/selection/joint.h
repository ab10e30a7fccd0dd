// Joint inclusion probabilities π_kl: which function is right for which selector.
//
// | selector | exact | else |
// | --- | --- | --- |
// | simple_random, smallest_numbers | joint_simple_random | |
// | systematic | joint_systematic | |
// | bernoulli, poisson | joint_poisson | |
// | pps_systematic, the list in its order | joint_pps_systematic | |
// | random_systematic | | joint_hartley_rao, joint_overton |
// | conditional_poisson | joint_conditional_poisson | |
// | sampford | joint_sampford | |
// | pareto | joint_pareto | joint_hajek |
// | elimination, midzuno | joint_elimination, joint_midzuno | |
// | brewer | joint_sampford where n = 2 | joint_brewer_donadio, joint_hajek |
// | random_pivotal | | joint_hajek |
// | ordered_pivotal, chromy | none: some π_kl are 0 | variance of neighbours or with replacement |
// | random_groups | not needed: its variance stands in random_groups.h | |
//
// All take the π of the whole frame and the units wanted, mostly a drawn sample, and give a matrix of units × units
// with π_k in the diagonal; all units of the frame give the whole matrix, O(N²). Where one of the units is certain,
// π_kl is the other's π. Of designs of fixed size, Σ_l π_kl = (n − 1) π_k over l ≠ k: exactly for the exact ones.
// Probabilities that are none, or have no whole sum: std::invalid_argument.
//
// Systematic (Madow 1949; Tillé 2006, sec. 7.1): unit k is taken for starts on an arc of a circle of length 1, from
// C_{k−1} to C_k; π_kl is the length that two arcs share. Exact: conditional Poisson, Sampford, Pareto by fixed_size.h,
// elimination by the product over steps, which telescopes (elimination.h). Oracles: R sampling::UPsystematicpi2,
// UPmaxentropypi2, UPsampfordpi2, UPtillepi2, UPmidzunopi2; sums over all samples.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>

namespace cifra {

// n (n − 1) / (N (N − 1)), of any two units. n <= N and N >= 2, else std::invalid_argument.
double joint_simple_random(std::uint64_t population, std::uint64_t n);

// Whole numbers over N: equal to what counting over all starts gives. O(n²) for n units.
Eigen::MatrixXd joint_systematic(std::uint64_t population, std::uint64_t n, std::span<const std::size_t> units);

// The sum may be any number. O(n²).
Eigen::MatrixXd joint_poisson(std::span<const double> probability, std::span<const std::size_t> units);

// O(N + n²).
Eigen::MatrixXd joint_pps_systematic(std::span<const double> probability, std::span<const std::size_t> units);

// O(N + n²), some 40 times over (fixed_size.h).
Eigen::MatrixXd joint_conditional_poisson(std::span<const double> probability, std::span<const std::size_t> units);
Eigen::MatrixXd joint_sampford(std::span<const double> probability, std::span<const std::size_t> units);

// Also the true π_k in the diagonal, which differ a little from those aimed at.
Eigen::MatrixXd joint_pareto(std::span<const double> probability, std::span<const std::size_t> units);

// O(N log N + n²).
Eigen::MatrixXd joint_elimination(std::span<const double> probability, std::span<const std::size_t> units);
Eigen::MatrixXd joint_midzuno(std::span<const double> probability, std::span<const std::size_t> units);

// π_k π_l [1 − (1 − π_k)(1 − π_l) / Σ_U π (1 − π)] (Hájek 1964), for designs of high entropy. O(N + n²).
Eigen::MatrixXd joint_hajek(std::span<const double> probability, std::span<const std::size_t> units);

// π_k π_l (c_k + c_l)/2, c_k = (n − 1) / (n − (2n − 1)/(n − 1) π_k + Σ_U π²/(n − 1)) (Brewer and Donadio 2003, Survey
// Methodology 29: 189-196, eq. 18), n >= 2 open units to be taken. O(N + n²).
Eigen::MatrixXd joint_brewer_donadio(std::span<const double> probability, std::span<const std::size_t> units);

// (n − 1)/n π_k π_l + (n − 1)/n² (π_k² π_l + π_k π_l²) − (n − 1)/n³ π_k π_l Σ_U π² (Hartley and Rao 1962, Annals of
// Mathematical Statistics 33: 350-374, to their second order), for systematic sampling in random order. O(N +
// n²).
Eigen::MatrixXd joint_hartley_rao(std::span<const double> probability, std::span<const std::size_t> units);

// π_k π_l (n − 1) / (n − (π_k + π_l)/2) (Overton 1985), for the same. O(N + n²).
Eigen::MatrixXd joint_overton(std::span<const double> probability, std::span<const std::size_t> units);

}  // namespace cifra
