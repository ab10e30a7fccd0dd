// Bethel's allocation for two-stage samples: how many interviews and how many PSUs per stratum (the iteration of
// Istat's R2BEAT: Falorsi, Ballin, De Vitiis and Scepi 1998; Barcaroli, Fasulo, Guandalini and Terribili 2023, R
// package R2BEAT).
//
// A stratum samples its PSUs in proportion to size, b = `take` interviews in each, self-weighting with f = n_h/M_h
// (M_h the sum of the PSUs' sizes). A PSU that f would ask for b interviews or more, M_hi >= b/f, is
// self-representing (SR): it is in the sample and gives f M_hi. With W the share of SR PSUs in M_h,
//
//   deff_jh = W (1 + ρ_SR,jh (b_SR − 1)) + (1 − W) (1 + ρ_jh (b − 1))          (Kish 1965, sec. 5.4, by type of PSU)
//
// multiplies S² in Bethel's constraints; the allocation sets f anew, and so on until the SR PSUs are the same twice
// over, when nothing changes any more. Where that has not happened after ten rounds, an SR PSU stays SR from then
// on: the rounds end, at the latest when all are SR. b_SR is 1 (units of the second stage are single interviews):
// ρ_SR then has no weight; households of several interviews have b_SR > 1.
//
// Cost: one Bethel allocation a round, O(PSUs) besides. Oracle: R2BEAT's equations in R
// (tests/oracle/sampling_two_stage.R).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sampling/allocation/bethel.h"

namespace cifra {

struct TwoStageStratum {
    std::vector<double> psu_size;       // M_hi > 0
    double take = 1;                    // b >= 1, interviews per PSU that is not self-representing
    double self_representing_take = 1;  // b_SR >= 1, interviews per unit of the second stage in SR PSUs
};

struct TwoStageProblem {
    BethelProblem units;  // strata of interviews; its deff is set here
    std::vector<TwoStageStratum> strata;
    Eigen::MatrixXd rho, rho_self_representing;  // strata × indicators, in (−1/(b − 1), 1]
};

struct TwoStageStratumResult {
    std::uint64_t interviews = 0;        // n_h
    std::size_t self_representing = 0;   // PSUs
    double self_representing_share = 0;  // W
    std::uint64_t psus = 0;              // others: the least number that asks none for more than b on average, but at
                                         // least 2 where there are so many; they share (1 − W) n_h interviews
};

struct TwoStageAllocation {
    BethelAllocation interviews;
    Eigen::MatrixXd deff;  // under which the targets hold
    std::vector<TwoStageStratumResult> strata;
    int rounds = 0;
};

// Throws as bethel_allocation does, and std::invalid_argument where a PSU's size, a take or a ρ is out of range.
TwoStageAllocation two_stage_allocation(const TwoStageProblem& problem);

}  // namespace cifra
