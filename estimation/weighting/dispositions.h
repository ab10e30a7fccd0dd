// Final dispositions of the fieldwork, the outcome rates made of them, and the weight of cases of unknown eligibility.
//
// Codes, groups and rates: AAPOR 2023, Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for
// Surveys, 10th edition. Every case belongs to one group:
//
//   I   complete interview (1.1)           NC  eligible, not contacted (2.2)
//   P   partial interview (1.2)            O   eligible, other reason (2.3)
//   R   refusal and break-off (2.1)        UH  unknown whether there is a household (3.1)
//   ineligible (4)                         UO  unknown for another reason (3.2, 3.3, 3.9)
//
// With D = I + P + R + NC + O, the cases known to be eligible, U = UH + UO, and E = e_UH UH + e_UO UO, the part of U
// that is estimated to be eligible:
//
//   RR1 I / (D + U)          COOP1 I / (I+P+R+O)        REF1 R / (D + U)      CON1 (I+P+R+O) / (D + U)
//   RR2 (I+P) / (D + U)      COOP2 (I+P) / (I+P+R+O)    REF2 R / (D + E)      CON2 (I+P+R+O) / (D + E)
//   RR3 I / (D + E)          COOP3 I / (I+P+R)          REF3 R / D            CON3 (I+P+R+O) / D
//   RR4 (I+P) / (D + E)      COOP4 (I+P) / (I+P+R)
//   RR5 I / D                RR6 (I+P) / D
//
// A rate lies between 0 and 1, and is NaN where its denominator is 0. Counts are numbers of cases, or sums of base
// weights: then the rates are those of the population. Cost: linear. Oracle: counts worked by hand and the identities
// between the rates.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "estimation/weighting/audit.h"
#include "estimation/weighting/cells.h"

namespace cifra {

enum class DispositionGroup : std::uint8_t {
    complete,       // I
    partial,        // P
    refusal,        // R
    noncontact,     // NC
    other,          // O
    unknown_unit,   // UH
    unknown_other,  // UO
    ineligible
};
inline constexpr std::size_t disposition_groups = 8;
std::string_view to_text(DispositionGroup group);  // "I", "P", "R", "NC", "O", "UH", "UO", "ineligible"

struct Disposition {
    std::string_view code;  // "2.112"
    DispositionGroup group;
    std::string_view en, es;
};

// In the order of the codes. A code that the standard writes with a final zero stands without it: 2.1 for 2.10.
std::span<const Disposition> dispositions();

// The disposition whose code is the longest that `code` begins with, so that finer codes of a producer ("2.112b",
// "2.10") are understood; nullptr where there is none ("2", "5.1", "").
const Disposition* find_disposition(std::string_view code);

class DispositionCounts {
public:
    void add(DispositionGroup group, double amount) { counts_[static_cast<std::size_t>(group)] += amount; }
    double operator[](DispositionGroup group) const { return counts_[static_cast<std::size_t>(group)]; }
    double interviews() const;  // I + P
    double eligible() const;    // D
    double unknown() const;     // U

private:
    std::array<double, disposition_groups> counts_{};
};

// `weights` empty: every case counts one. std::invalid_argument where the lengths differ.
DispositionCounts count_dispositions(std::span<const DispositionGroup> groups, std::span<const double> weights = {});

// e: the share of the cases of unknown eligibility that are eligible. 1 and 1: the conservative RR1; 0 and 0: RR5.
struct EligibilityRate {
    double unknown_unit = 1, unknown_other = 1;
};

// The same share as among the cases of known status, D / (D + ineligible), for both kinds (CASRO; AAPOR 2023; Smith
// 2009, A Revised Review of Methods to Estimate the Status of Cases with Unknown Eligibility). NaN where none is known.
EligibilityRate proportional_eligibility(const DispositionCounts& counts);

struct OutcomeRates {
    std::array<double, 6> response{};     // RR1 .. RR6
    std::array<double, 4> cooperation{};  // COOP1 .. COOP4
    std::array<double, 3> refusal{};      // REF1 .. REF3
    std::array<double, 3> contact{};      // CON1 .. CON3
};

// Throws Refusal where an e is needed and is not a number between 0 and 1.
OutcomeRates outcome_rates(const DispositionCounts& counts, const EligibilityRate& e);

// Cases of unknown eligibility hand their weight over to those of known status, eligible or not, of their cell
// (Valliant, Dever and Kreuter 2018, Practical Tools for Designing and Weighting Survey Samples, section 13.2):
//
//   w'_k = w_k Σ_c w / Σ_(known in c) w      known status;      w'_k = 0      unknown
//
// The sum of each cell is kept; what ineligible cases receive leaves with them in the next step, which is the rate e of
// the cell under `proportional_eligibility`. `cells` covers every row; small or heavy cells are joined (cells.h).
// Throws Refusal when no status is known at all.
AdjustedWeights adjust_unknown_eligibility(std::string step, std::span<const double> weights,
                                           std::span<const std::uint8_t> known, const AdjustmentCells& cells,
                                           const CollapseRule& rule);

}  // namespace cifra
