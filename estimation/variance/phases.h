// Two-phase samples (double sampling): a first-phase sample of PSUs or elements by strata, and a stratified simple
// random subsample of its elements, the second phase, in which the variable is measured.
//
// Notation: x_k the variable weighted by both phases, 1/(π_1k p_k); h strata and i PSUs of the first phase, n_h PSUs in
// it, f_h their fraction; g strata of the second phase, N_g first-phase elements, m_g of them taken, p_g = m_g / N_g,
// e_g = (1 - p_g)/(m_g - 1).
//
// full (default)  V = ΣΣ over the second phase of D_kl (1 - E_kl) x_k x_l + E_kl x_k x_l, D and E the weighted
//     covariances of the inclusions of phase 1 and 2 (Särndal, Swensson and Wretman 1992, eq. 9.3.7), with
//     D = 1 - f_h inside a PSU, -(1 - f_h)/(n_h - 1) between PSUs of a stratum; E = 1 - p_g, -e_g. Evaluated from sums
//     by (h, g), (i, g), h and i, so in O(m) a pair of columns. R survey twophase(method = "full").
// approx          V = Σ_h (1 - f_h) n_h/(n_h - 1) Σ_i (p_i x_i - x̄_h)²/p_i
//                   + Σ_g (1 - p_g) m_g/(m_g - 1) Σ_k (x_k - x̄_g)²,
//     x̄_h = Σ x_i / n_h, p_i the share of the PSUs of a second-phase stratum that have an element in the second phase.
//     Where PSUs hold several elements x_k in the second sum is multiplied by √f_h. R survey twophase(method =
//     "approx").
//
// First phase with replacement: f_h = 0. R survey's "full" then takes D = 1 on the diagonal and 0 elsewhere (no
// centring): `uncentred`. Oracle: tests/oracle/two_phase.R; an O(m²) double sum in tests/support.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/totals.h"

namespace cifra {

struct SurveyDesign;
struct DeclaredDesign;

// As declared. Columns by name.
struct PhaseColumns {
    std::string in;      // 1: in the second phase; 0: in the first only
    std::string strata;  // of the second phase; empty: one
    std::string fpc;     // N_g (above 1) or p_g (at most 1); empty: the first-phase elements counted
    bool approx = false;
    bool uncentred = false;
    bool used() const { return !in.empty(); }
};

struct SecondPhase {
    bool approx = false, uncentred = false;
    std::vector<std::string> strata;     // names, in text order
    std::vector<std::uint32_t> stratum;  // of each unit: its second-phase stratum
    std::vector<double> sampled;         // of each second-phase stratum: m_g
    std::vector<double> fraction;        // p_g
    std::vector<double> psu_share;       // of each PSU: p_i of the approximation, 1 where it has no unit
    bool clustered = false;              // some PSU holds several units
};

// Adds the second phase to a one-stage design: its units become the last stage; rows in the first phase only get
// no_unit. Faults: phase2-in (not 0 or 1, missing; nobody in), phase2-strata (missing), phase2-empty (a stratum of
// the second phase none of whose elements was taken), phase2-fpc (missing, below m_g or not constant).
void add_second_phase(DeclaredDesign& declared, const Table& drawn, const PhaseColumns& columns, Diagnostics& faults);

// The covariance of the columns' sums, diagonal alone if asked. Throws Refusal where a stratum of either phase has one
// unit and f < 1, unless the policy is certainty or remove.
Eigen::MatrixXd two_phase_covariance(const SurveyDesign& design, const std::vector<SparseColumn>& columns,
                                     bool diagonal);

}  // namespace cifra
