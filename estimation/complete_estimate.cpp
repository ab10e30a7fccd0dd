#include "estimation/complete_estimate.h"

#include <cmath>

#include "estimation/variance.h"

namespace cifra {

void TotalUniverse::add(const std::string& cell, std::uint32_t psu, double n, double weight) {
    strata_[cell].insert((*stratum_of_)[psu]);
    sizes_[cell].first += n;
    sizes_[cell].second += weight;
}

std::vector<std::uint32_t> TotalUniverse::psus(const std::string& cell) const {
    const auto strata = strata_.find(cell);
    if (strata == strata_.end()) return {active_.begin(), active_.end()};
    std::vector<std::uint32_t> psus;
    for (const std::uint32_t psu : active_)
        if (strata->second.contains((*stratum_of_)[psu])) psus.push_back(psu);
    return psus;
}

std::pair<double, double> TotalUniverse::size(const std::string& cell) const {
    const auto size = sizes_.find(cell);
    return size == sizes_.end() ? std::make_pair(0.0, 0.0) : size->second;
}

namespace {

std::vector<std::uint32_t> distinct_psus(const std::vector<std::uint32_t>& units,
                                         const std::vector<std::uint32_t>& psu_of) {
    std::vector<std::uint32_t> psus;
    for (const std::uint32_t unit : units)
        if (psus.empty() || psus.back() != psu_of[unit]) psus.push_back(psu_of[unit]);
    return psus;
}

void set_covariance(const VarianceSource& source, bool full, Estimate& result) {
    const Eigen::Map<const Eigen::VectorXd> external(result.external_error.data(), result.values.size());
    if (full) {
        result.covariance = covariance(source, result.linearized);
        result.covariance += external * external.transpose();
    } else {
        result.variances = variances(source, result.linearized);
        result.variances += external.cwiseAbs2();
    }
}

// Of a count: a unit above the records may weigh more than any record.
void raise_largest(const std::map<std::string, double>& above, Estimate& result) {
    for (std::size_t c = 0; c < result.size(); ++c) {
        const auto found = above.contains(result.names[c]) ? above.find(result.names[c]) : above.find("");
        if (found != above.end() && result.largest_case[c] > 0)
            result.largest_case[c] = std::max(result.largest_case[c], result.scale * found->second);
    }
}

}  // namespace

void complete_estimate(const SurveyFrame& frame, const Indicator& indicator, const Supplements& supplements, bool full,
                       const std::vector<std::vector<std::uint32_t>>& active_units, Estimate& result) {
    const SurveyDesign& design = *frame.design;
    result.range = indicator.range();
    result.weight_set = frame.weight_set;
    result.stratum_of_psu = design.stages.front().group;
    result.notices.insert(result.notices.end(), design.notices.begin(), design.notices.end());
    set_covariance(frame.source, full, result);
    raise_largest(supplements.largest_above, result);
    const TotalUniverse* universe = supplements.universe;
    for (std::size_t c = 0; c < result.size(); ++c) {
        // A count of nothing: its upper limit is a share of the units that could have had a case.
        if (universe && result.n[c] == 0) {
            const auto [units, weight] = universe->size(result.names[c]);
            result.n[c] = units;
            result.ceiling[c] = weight * result.scale;
        }
        result.active.push_back(universe ? universe->psus(result.names[c])
                                         : distinct_psus(active_units[c], frame.psu_of_unit));
        const double df = design.satterthwaite && !frame.source.replicated()
                              ? satterthwaite_df(design, result.linearized[c])
                              : degrees_of_freedom(design, result.active.back());
        const bool stated = frame.source.replicated() && !frame.source.replicates->made;
        result.df.push_back(stated ? (active_units[c].empty() ? 0 : frame.source.replicates->df) : df);
    }
}

// SE is missing without degrees of freedom, and where an estimate at the bound of its range shows no variance.
void withhold_unknown_variance(Estimate& result) {
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        const double value = result.values(at);
        const bool bound = result.range != ParameterRange::real &&
                           (value == 0 || (result.range == ParameterRange::proportion && value == result.scale));
        if (result.df[i] > 0 && !bound && variance_of(result, i) >= 0 && std::isfinite(value)) continue;
        withhold_variance(result, i);
    }
}

}  // namespace cifra
