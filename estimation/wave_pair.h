// The PSUs two waves of a survey share, and the covariance they bring.
//
//   cov = sum over common strata h of  n_c / (n_c - 1) sum over common PSUs of  e_1i e_2i,   e_ti = z_ti - zbar_th
//
// each wave's totals centred on its own stratum mean with its own n_h, n_c the PSUs of stratum h in both waves; n_c < 2
// brings none. A PSU that is not in a wave is never taken as zero there: stacking waves with zeros gave 17 to 31 times
// the true variance where PSUs rotate. With an fpc the stratum's part is multiplied by 1 - n_1 n_2 / (n_c N), which is
// 1 - f under full overlap (Tam 1984, The American Statistician 38: 288-289). PSUs are the same when stratum and code
// are; a stratum that is new in a wave is independent of the other (Kish 1965, section 12.4; Berger and Priam 2016 for
// other overlaps).
#pragma once

#include <cstdint>
#include <vector>

#include "estimation/survey_data.h"
#include "estimation/totals.h"

namespace cifra {

class WavePair {
public:
    WavePair(const SurveyData& a, const SurveyData& b);

    double covariance(const SparseColumn& za, const SparseColumn& zb) const;

    // PSUs minus strata of the union of two sets of PSUs, common ones counted once.
    double union_df(const std::vector<std::uint32_t>& active_a, const std::vector<std::uint32_t>& active_b) const;

    std::size_t common_psus() const { return common_; }
    std::size_t thin_strata() const { return thin_; }  // common strata with a single common PSU

private:
    std::vector<double> deviations(const SurveyData& data, const std::vector<std::uint32_t>& psu_of_unit,
                                   const std::vector<double>& sizes, const SparseColumn& z) const;

    const SurveyData& a_;
    const SurveyData& b_;
    std::vector<std::uint32_t> psu_of_unit_a_, psu_of_unit_b_;
    std::vector<std::uint32_t> partner_;          // of each PSU of b: its PSU in a, or none
    std::vector<std::uint32_t> stratum_partner_;  // of each stratum of b: that of a, or none
    std::vector<double> size_a_, size_b_;         // PSUs by stratum
    std::vector<double> factor_;                  // by stratum of b
    std::size_t common_ = 0, thin_ = 0;
};

}  // namespace cifra
