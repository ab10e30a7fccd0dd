// The cheapest sample that meets a coefficient of variation for every indicator in every domain (Bethel 1989, Survey
// Methodology 15: 47-57; Chromy 1987; several partitions into domains as in Falorsi, Ballin, De Vitiis and Scepi 1998,
// Statistica Applicata 10).
//
// Strata h with N_h units, means M_jh and standard deviations S_jh (divisor N_h − 1) of indicators j; simple random
// sampling of n_h in each. Every partition (the country; regions; age groups) puts each stratum in one of its
// domains d; the estimated total of indicator j in d has
//
//   V_jd = Σ_{h in d} deff_jh N_h² S_jh² (1/n_h − 1/N_h)      and must keep √V_jd <= cv_jd · |Σ_{h in d} N_h M_jh|
//
// so that a stratum taken whole adds nothing. deff is 1 unless given. Units of M and S are free, each indicator its
// own.
//
// Constraints hold within 1e-9 of their limit V* + Σ deff N S², V* = (cv Y)²; of a CV that is relatively 5e-10 times
// limit/V*. Solved in real numbers to a certified gap (program.h), then in whole ones. Domains that share no stratum
// are solved apart. Targets that the minima meet cost nothing; strata fixed by their bounds leave the problem first.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cifra {

struct BethelStratum {
    double size = 0;            // N_h, units
    double cost = 1;            // c_h > 0, of one unit sampled
    std::uint64_t minimum = 2;  // 1 <= minimum <= maximum <= N_h; equal bounds fix n_h, both at N_h take all
    std::uint64_t maximum = 0;
};

struct DomainPartition {
    std::string name;
    std::vector<std::string> domains;
    std::vector<std::uint32_t> domain;  // of every stratum, an index into `domains`
    Eigen::MatrixXd cv;                 // domains × indicators; infinity: no target
};

struct BethelProblem {
    std::vector<BethelStratum> strata;
    std::vector<std::string> indicators;
    Eigen::MatrixXd mean, deviation;  // strata × indicators
    Eigen::MatrixXd deff;             // strata × indicators, > 0; empty: 1
    std::vector<DomainPartition> partitions;
};

// A CV target and what comes of it.
struct BethelTarget {
    std::size_t partition = 0, domain = 0, indicator = 0;
    double cv_target = 0;
    double cv_real = 0;         // under the real-valued optimum
    double cv = 0;              // under the whole-number allocation
    double cost_by_log_cv = 0;  // d cost / d log(CV target) of the real optimum, <= 0; 0: the target is slack
};

struct BethelAllocation {
    std::vector<double> real;
    std::vector<std::uint64_t> n;
    double cost_real = 0, cost = 0;
    double lower_bound = 0;  // no allocation that meets the targets costs less: (cost − lower_bound)/lower_bound is the
        // gap, (cost_real − lower_bound)/cost_real the certificate of the real optimum (program.h)
    bool exact = false;  // proved cheapest among whole numbers (always tried where at most 8 strata are joined)
    std::vector<BethelTarget> targets;  // partition by partition, domain by domain, indicator by indicator
};

struct UnattainableTarget {
    std::size_t partition = 0, domain = 0, indicator = 0;
    double cv_target = 0;
    double least_cv = 0;  // with every stratum at its maximum; infinite where the total is 0 and varies
};

// The targets that no allocation within the maxima can meet. O(strata · partitions · indicators).
std::vector<UnattainableTarget> unattainable_targets(const BethelProblem& problem);

// Throws Refusal naming every unattainable target with its least CV, std::invalid_argument where sizes of the parts
// disagree or a value is out of range. 12 indicators in 100 separate domains of 20 strata: about 10 ms; with a second
// partition across them all: tens of milliseconds. Memory O(strata · partitions · indicators + K²), K the targets that
// bind. Oracles: R nloptr on the same problems, R2BEAT and SamplingStrata's published allocations, full enumeration of
// small problems (tests/sampling/allocation/bethel_test.cpp).
BethelAllocation bethel_allocation(const BethelProblem& problem);

}  // namespace cifra
