// The variance of estimates under weights that a chain made: all its sweeps (chain_step.h) as one.
//
// Step s turns a into a - X_s M_s H_s'a, the last step first. Steps 1 .. S together are z = a - X B with X = [X_S ..
// X_1] and B = M H'a, H = [H_S .. H_1], where
//
//   B_s = M_s (H_s'a - Σ_{t > s} H_s'X_t B_t)
//
// so M is block triangular, and the residuals of variance/residuals.h hold for a whole chain as for one calibration.
// Rows of a level have the H of their unit of the chain; X stands by unit of the design, nonrespondents among them.
// Steps that no sweep describes (propensities, trimming, factors) count as fixed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "estimation/variance/residuals.h"
#include "estimation/weighting/chain.h"

namespace cifra {

// Where the chain's units are in a survey.
struct ChainPlaces {
    std::size_t level = no_level;              // the one its weights belong to
    std::span<const std::size_t> unit_of_row;  // of the chain, of each of its rows; npos: of weight 0, not of the chain
    std::span<const std::uint32_t> design_unit;  // of each dwelling of the chain
    std::size_t design_units = 0;
};

// Of the weights of persons or of dwellings. `of_response`: eligibility and nonresponse count as estimated, else as
// fixed. Memory O(rows x controls + columns²). A chain without such steps has no columns.
Residuals chain_residuals(const WeightingChain& chain, bool of_persons, bool of_response, const ChainPlaces& places);

}  // namespace cifra
