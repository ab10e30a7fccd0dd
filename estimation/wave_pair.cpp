#include "estimation/wave_pair.h"

#include <map>
#include <set>
#include <string>

#include "estimation/variance.h"

namespace cifra {

namespace {

constexpr auto none = static_cast<std::uint32_t>(-1);

// (stratum, code) of every PSU of the first stage; empty where rows are the PSUs and have no code of their own.
std::map<std::pair<std::string, std::string>, std::uint32_t> psus_by_code(const SurveyData& data) {
    std::map<std::pair<std::string, std::string>, std::uint32_t> psus;
    const std::vector<std::uint32_t> psu_of = psu_of_unit(data.design);
    for (const auto& [codes, unit] : data.design.unit_of_codes) psus[{codes[0], codes[1]}] = psu_of[unit];
    return psus;
}

std::vector<double> sizes_of(const Stage& stage) {
    std::vector<double> sizes(stage.groups(), 0.0);
    for (const std::uint32_t group : stage.group) sizes[group] += 1;
    return sizes;
}

}  // namespace

WavePair::WavePair(const SurveyData& a, const SurveyData& b)
    : a_(a), b_(b), psu_of_unit_a_(psu_of_unit(a.design)), psu_of_unit_b_(psu_of_unit(b.design)) {
    const Stage &first_a = a.design.stages.front(), &first_b = b.design.stages.front();
    size_a_ = sizes_of(first_a);
    size_b_ = sizes_of(first_b);
    partner_.assign(first_b.units(), none);
    stratum_partner_.assign(first_b.groups(), none);
    std::vector<double> shared(first_b.groups(), 0.0);
    const auto in_a = psus_by_code(a);
    std::map<std::string, std::uint32_t> strata_of_a;
    for (const auto& [code, psu] : in_a) strata_of_a[code.first] = first_a.group[psu];
    for (const auto& [code, psu] : psus_by_code(b)) {
        const std::uint32_t stratum = first_b.group[psu];
        if (const auto same = strata_of_a.find(code.first); same != strata_of_a.end())
            stratum_partner_[stratum] = same->second;
        if (const auto found = in_a.find(code); found != in_a.end()) {
            partner_[psu] = found->second;
            shared[stratum] += 1;
            ++common_;
        }
    }
    factor_.assign(first_b.groups(), 0.0);
    for (std::size_t h = 0; h < factor_.size(); ++h) {
        if (shared[h] == 1) ++thin_;
        if (shared[h] < 2) continue;
        // f_a n_b / n_c = n_a n_b / (n_c N)
        const double drawn = first_a.fraction[stratum_partner_[h]] * size_b_[h] / shared[h];
        factor_[h] = shared[h] / (shared[h] - 1) * (1 - drawn);
    }
}

std::vector<double> WavePair::deviations(const SurveyData& data, const std::vector<std::uint32_t>& psu_of_unit,
                                         const std::vector<double>& sizes, const SparseColumn& z) const {
    const Stage& first = data.design.stages.front();
    std::vector<double> totals(first.units(), 0.0), means(first.groups(), 0.0);
    // What estimated controls add, behind the units of the design, waves do not share.
    for (std::size_t i = 0; i < z.unit.size() && z.unit[i] < psu_of_unit.size(); ++i)
        totals[psu_of_unit[z.unit[i]]] += z.total[i];
    for (std::size_t psu = 0; psu < totals.size(); ++psu) means[first.group[psu]] += totals[psu];
    for (std::size_t h = 0; h < means.size(); ++h) means[h] /= sizes[h];
    for (std::size_t psu = 0; psu < totals.size(); ++psu) totals[psu] -= means[first.group[psu]];
    return totals;
}

double WavePair::covariance(const SparseColumn& za, const SparseColumn& zb) const {
    const std::vector<double> a = deviations(a_, psu_of_unit_a_, size_a_, za),
                              b = deviations(b_, psu_of_unit_b_, size_b_, zb);
    double total = 0;
    for (std::size_t psu = 0; psu < b.size(); ++psu)
        if (partner_[psu] != none) total += factor_[b_.design.stages.front().group[psu]] * a[partner_[psu]] * b[psu];
    return total;
}

double WavePair::union_df(const std::vector<std::uint32_t>& active_a,
                          const std::vector<std::uint32_t>& active_b) const {
    const Stage &first_a = a_.design.stages.front(), &first_b = b_.design.stages.front();
    std::set<std::uint32_t> psus(active_a.begin(), active_a.end()), strata;
    for (const std::uint32_t psu : active_a) strata.insert(first_a.group[psu]);
    const auto units_a = static_cast<std::uint32_t>(first_a.units()),
               groups_a = static_cast<std::uint32_t>(first_a.groups());
    for (const std::uint32_t psu : active_b) {
        psus.insert(partner_[psu] != none ? partner_[psu] : units_a + psu);
        const std::uint32_t stratum = first_b.group[psu];
        strata.insert(stratum_partner_[stratum] != none ? stratum_partner_[stratum] : groups_a + stratum);
    }
    return static_cast<double>(psus.size()) - static_cast<double>(strata.size());
}

}  // namespace cifra
