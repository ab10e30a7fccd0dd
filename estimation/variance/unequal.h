// First stages with unequal probabilities without replacement, and systematic ones. With z_i the total of PSU i
// weighted by 1 / π_i, n the PSUs drawn in the stratum, and strata independent:
//
//   horvitz_thompson    Σ_i (1 - π_i) z_i²  +  Σ_{i≠j} (π_ij - π_i π_j)/π_ij  z_i z_j
//   sen_yates_grundy    -½ Σ_{i≠j} (π_ij - π_i π_j)/π_ij  (z_i - z_j)²                    n fixed
//                       (Särndal, Swensson and Wretman 1992, eq. 2.8.8 and 2.8.14; Sen 1953, Yates and Grundy 1953)
//   hartley_rao         the same with (π_ij - π_i π_j)/π_ij = (π_i + π_j - 1 - P)/(n - 1), P = Σ_U π_k² / n, or its
//                       estimate Σ_s π_k / n (Hartley and Rao 1962)
//   overton             the same with ((π_i + π_j)/2 - 1)/(n - 1) (Overton 1985)
//   hajek_deville       Σ c_i (z_i - A)², A = Σ c_i z_i / Σ c_i, c_i = (1 - π_i) m/(m - 1), m the PSUs with π_i < 1
//                       (Hájek 1964; Deville 1999; Tillé 2006, chapter 7)
//   deville             the same with c_i = (1 - π_i) / (1 - Σ_j a_j²), a_j = (1 - π_j)/Σ_k (1 - π_k) (Deville 1999)
//   brewer              Σ (1/c_i - π_i) (z_i - z̄)², c_i = (n - 1)/(n - π_i), so n/(n - 1) (1 - π_i): z̄ the plain mean
//                       (Brewer 2002; Brewer and Donadio 2003, eq. 10; R survey pps = "brewer")
//   poisson             Σ (1 - π_i) z_i²
//   rao_hartley_cochran (Σ N_g² - N)/(N² - Σ N_g²) Σ_g P_g (z_g/P_g - Σ z)²: one PSU from each of n random groups, with
//                       probability x/X_g, which is the π_i declared; the group has N_g PSUs of size X_g,
//                       P_g = X_g/Σ X_g, N = Σ N_g; z_g/P_g = y_g/p_g. Unbiased, never negative (Rao, Hartley
//                       and Cochran 1962; Cochran 1977, section 9A.12)
//
// Later stages add π_i times the variance inside PSU i (of random groups: Rao 1975, Sankhyā C 37: 133-139, as
// 1/π_i is the factor of the PSU's total). `form` picks the Horvitz-Thompson form of hartley_rao and
// overton (R survey's default for them); cifra's is the Sen-Yates-Grundy form. All are quadratic forms, so that
// covariances come by polarization. Cost O(n) a stratum and pair of columns; O(n²) with joint probabilities.
// Oracle: R survey 4.1 svydesign(pps = ...), the election data of its vignette; a double sum in tests/support.
//
// Systematic selection (`SuccessiveDesign`), z in order of selection:
//   successive_difference           (1 - f) n / (2 (n - 1)) Σ_{i=2..n} (z_i - z_{i-1})²   (Wolter 2007, eq. 8.2.4)
//   successive_difference_circular  (1 - f) ½ Σ_{i=1..n} (z_i - z_{i-1})², z_0 = z_n      (Fay and Train 1995)
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

struct SurveyDesign;

enum class UnequalMethod : std::uint8_t {
    none,
    hajek_deville,
    deville,
    brewer,
    hartley_rao,
    overton,
    sen_yates_grundy,
    horvitz_thompson,
    poisson,
    rao_hartley_cochran
};
const std::vector<std::string>& unequal_names();
UnequalMethod unequal_from_text(std::string_view name);

// As declared. Columns by name.
struct UnequalColumns {
    UnequalMethod method = UnequalMethod::none;
    std::string probability{};      // of the PSU: 0 < π <= 1
    bool horvitz_thompson = false;  // form of hartley_rao and overton
    std::string population_p2{};    // Σ_U π² of the stratum, a column or a number; empty: estimated (hartley_rao)
    std::string group_units{}, group_size{};  // rao_hartley_cochran: N_g, X_g of the PSU's group
};

struct UnequalDesign {
    UnequalMethod method = UnequalMethod::none;
    bool horvitz_thompson = false;
    std::vector<double> probability;  // of each PSU
    std::vector<double> mean_p2;      // of each stratum: P of hartley_rao
    std::vector<double> share;        // of each PSU: P_g of rao_hartley_cochran
    std::vector<double> spread;       // of each stratum: its factor of the sum
    // Of each stratum, the form Q of V = z'Qz: (π_ij - π_i π_j)/π_ij and on the diagonal 1 - π_i (horvitz_thompson), or
    // minus the rest of the row (sen_yates_grundy).
    std::vector<Eigen::MatrixXd> delta;
    bool used() const { return method != UnequalMethod::none; }
    bool needs_joint() const {
        return method == UnequalMethod::sen_yates_grundy || method == UnequalMethod::horvitz_thompson;
    }
};

struct SuccessiveColumns {
    bool used = false, circular = false;
    std::string order;  // number: order of selection within the stratum
};

struct SuccessiveDesign {
    bool used = false, circular = false;
    std::vector<std::uint32_t> rank;  // of each PSU: its place in the order of its stratum, from 0
};

// The probability of each PSU and, for hartley_rao, P; for rao_hartley_cochran the groups. `psu_of_row` names the
// PSU of each row of `drawn`.
// Faults: probability-value (missing, not a number, 0 or less, above 1), probability-varies, p2-value, group-value
// (N_g no whole number from 1, X_g not above 0), group-varies.
void read_probabilities(SurveyDesign& design, std::span<const std::uint32_t> psu_of_row, const Table& drawn,
                        const UnequalColumns& columns, Diagnostics& faults);

// The order of selection. Faults: order-value (missing or no number), order-varies, order-tie (in a stratum).
void read_order(SurveyDesign& design, std::span<const std::uint32_t> psu_of_row, const Table& drawn,
                const SuccessiveColumns& columns, Diagnostics& faults);

// A file of joint inclusion probabilities. Matrix: a header and one row and column a PSU, PSUs in the order in which
// they first stand in the file of the design's level. List: `first`, `second` (PSU codes), `value` and, where codes
// repeat in several strata, `stratum`; a pair once, in either order, pairs of one stratum only. What the file holds:
// π_ij; π_ij - π_i π_j (R survey's ppscov()); or that over π_ij (ppscov(weighted = TRUE)).
enum class JointKind : std::uint8_t { probability, covariance, weighted_covariance };
struct JointFile {
    std::string first, second, value, stratum;  // columns of a list; all empty: a matrix
    JointKind kind = JointKind::probability;
    double tolerance = 0;  // |(π_ij - π_i π_j)/π_ij| below it counts as 0; R survey's ppsmat() uses 1e-4
};

// Faults, each counted or placed: joint-shape (not n × n), joint-value (not a number in (0, min(π_i, π_j)]),
// joint-asymmetric, joint-diagonal (not π_i), joint-strata (PSUs of two strata whose π_ij is not π_i π_j),
// joint-pair (a pair missing or twice different, an unknown PSU). Relative tolerance 1e-6.
void read_joint(SurveyDesign& design, std::span<const std::uint32_t> psu_of_row, const std::vector<std::string>& codes,
                const Table& joint, const JointFile& file, Diagnostics& faults);

}  // namespace cifra
