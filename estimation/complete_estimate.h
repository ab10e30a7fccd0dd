// The last step of an estimate: once its values and linearized columns are there, its covariance, degrees of freedom
// and the bounds of intervals follow from the design alone.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "estimation/estimate.h"
#include "estimation/indicators.h"

namespace cifra {

// Degrees of freedom of totals. A total has no denominator: its variance comes from all PSUs with respondents of the
// strata in which the domain was sampled, those without a member being zeros of the total.
class TotalUniverse {
public:
    explicit TotalUniverse(const std::vector<std::uint32_t>& stratum_of_psu) : stratum_of_(&stratum_of_psu) {}

    void add_psu(std::uint32_t psu) { active_.insert(psu); }  // with a respondent of weight above 0
    // `n` respondents of the cell in the PSU, with their weight.
    void add(const std::string& cell, std::uint32_t psu, double n, double weight);

    // Cells that exist below the design's level only count the whole design.
    std::vector<std::uint32_t> psus(const std::string& cell) const;
    // Rows of the design's level in the cell and their weight; nothing for cells that exist below it only.
    std::pair<double, double> size(const std::string& cell) const;

private:
    const std::vector<std::uint32_t>* stratum_of_;
    std::map<std::string, std::pair<double, double>> sizes_;
    std::set<std::uint32_t> active_;
    std::map<std::string, std::set<std::uint32_t>> strata_;
};

// What an estimate takes from the survey beside its columns.
struct SurveyFrame {
    const SurveyDesign* design = nullptr;
    VarianceSource source;
    std::string weight_set;
    std::vector<std::uint32_t> psu_of_unit;
};

// What only some statistics need.
struct Supplements {
    const TotalUniverse* universe = nullptr;      // of totals
    std::map<std::string, double> largest_above;  // counts: the largest weight of a unit above the records, by cell
};

// Fills covariance (its diagonal alone unless `full`), df, active and the sizes of empty totals. `active_units`: units
// with a row of each universe.
void complete_estimate(const SurveyFrame& frame, const Indicator& indicator, const Supplements& supplements, bool full,
                       const std::vector<std::vector<std::uint32_t>>& active_units, Estimate& result);

// SE is missing without degrees of freedom, and where an estimate at the bound of its range shows no variance.
void withhold_unknown_variance(Estimate& result);

}  // namespace cifra
