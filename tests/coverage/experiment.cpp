#include "tests/coverage/experiment.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "estimation/variance.h"
#include "estimation/wave_pair.h"

namespace cifra::coverage {

namespace {

void add(SparseColumn& column, std::uint32_t unit, double value) {
    if (column.unit.empty() || column.unit.back() != unit) {
        column.unit.push_back(unit);
        column.total.push_back(0);
    }
    column.total.back() += value;
}

struct DomainSums {
    SparseColumn weight;
    std::array<std::array<SparseColumn, levels>, kinds> sums;
    std::array<std::array<double, levels>, kinds> cases{};
    double n = 0, w = 0, largest = 0;
    std::array<double, levels> total_weight{}, total_largest{};  // of the incidents counted by `total`
    std::vector<std::uint32_t> active;                           // PSUs
};

using Sums = std::array<DomainSums, domains>;

// An adult interviewed, where the sums of its domains grow.
struct Interview {
    const Adult* adult = nullptr;
    const Dwelling* dwelling = nullptr;
    double weight = 1, household_weight = 1;
    bool speaks_for_household = false;
    std::uint32_t unit = 0, psu = 0;
};

void add_counts(const Interview& interview, DomainSums& sums) {
    const double w = interview.weight;
    for (std::size_t c = 0; c < levels; ++c) {
        const double own = interview.adult->incidents[c];
        const double homes = interview.speaks_for_household ? interview.dwelling->incidents[c] : 0;
        if (own > 0) {
            add(sums.sums[total][c], interview.unit, w * own);
            add(sums.sums[share][c], interview.unit, w);
            sums.total_weight[c] += w * own;
            sums.total_largest[c] = std::max(sums.total_largest[c], w);
        }
        if (own + homes > 0) add(sums.sums[rate][c], interview.unit, w * own + interview.household_weight * homes);
        sums.cases[total][c] += own;
        sums.cases[rate][c] += own + homes;
        sums.cases[share][c] += own > 0;
    }
}

void add_interview(const Interview& interview, Sums& sums) {
    for (std::size_t d = 0; d < domains; ++d) {
        if (!(interview.adult->domains >> d & 1)) continue;
        DomainSums& domain = sums[d];
        add(domain.weight, interview.unit, interview.weight);
        domain.n += 1;
        domain.w += interview.weight;
        domain.largest = std::max(domain.largest, interview.weight);
        if (domain.active.empty() || domain.active.back() != interview.psu) domain.active.push_back(interview.psu);
        add_counts(interview, domain);
    }
}

// Strata and PSUs of the sample, and its dwellings where the second stage counts.
SurveyDesign design_of(const WaveSample& sample, const Country& country, bool fpc) {
    SurveyDesign design;
    design.stages.resize(fpc ? 2 : 1);
    design.without_replacement = fpc;
    for (const SampledStratum& stratum : sample) {
        const auto h = static_cast<std::uint32_t>(design.strata.size());
        design.strata.push_back(stratum.name);
        design.stages[0].fraction.push_back(fpc ? static_cast<double>(stratum.psus.size()) / stratum.population : 0);
        for (const SampledPsu& psu : stratum.psus) {
            const auto unit = static_cast<std::uint32_t>(design.stages[0].group.size());
            const CountryPsu& of = country.psus[psu.psu];
            design.unit_of_codes[{stratum.name, of.id}] =
                fpc ? static_cast<std::uint32_t>(design.stages[1].units()) : unit;
            design.stages[0].group.push_back(h);
            if (!fpc) continue;
            design.stages[1].fraction.push_back(static_cast<double>(psu.dwellings.size()) / of.dwellings);
            design.stages[1].group.insert(design.stages[1].group.end(), psu.dwellings.size(), unit);
        }
    }
    return design;
}

// The PSUs that carry a total: of the strata of the region, or all of them.
std::vector<std::uint32_t> psus_of_total(const WaveSample& sample, std::size_t domain) {
    std::vector<std::uint32_t> psus;
    std::uint32_t unit = 0;
    for (const SampledStratum& stratum : sample)
        for (std::size_t i = 0; i < stratum.psus.size(); ++i, ++unit)
            if (domain != region_domain || stratum.name.starts_with("R5-")) psus.push_back(unit);
    return psus;
}

Cell cell_of(const DomainSums& sums, std::size_t kind, std::size_t level) {
    Cell cell;
    cell.scale = kind_scale[kind];
    cell.cases = sums.cases[kind][level];
    const SparseColumn& numerator = sums.sums[kind == people ? std::size_t{total} : kind][level];
    const double a = sum(numerator);
    cell.largest_weight = sums.largest;
    if (kind == people) {
        cell.is_count = true;
        cell.value = sums.w;
        cell.z = sums.weight;
        cell.n = cell.cases = sums.n;
        cell.ceiling = sums.w;
        cell.largest_share = sums.w > 0 ? sums.largest / sums.w : missing_number;
        return cell;
    }
    if (kind == total) {
        cell.is_count = true;
        cell.value = a;
        cell.z = numerator;
        cell.n = cell.cases;
        cell.ceiling = sums.total_weight[level];
        cell.largest_share =
            sums.total_weight[level] > 0 ? sums.total_largest[level] / sums.total_weight[level] : missing_number;
        return cell;
    }
    cell.range = kind == share ? ParameterRange::proportion : ParameterRange::non_negative;
    cell.n = sums.n;
    cell.ceiling = cell.scale;  // of a rate: the whole of it
    cell.active = sums.active;
    if (!(sums.w > 0)) return cell;
    cell.largest_share = sums.largest / sums.w;
    const double b = sum(sums.weight), ratio = a / b;
    cell.value = cell.scale * ratio;
    cell.z = combine(cell.scale / b, numerator, -cell.scale * ratio / b, sums.weight);
    return cell;
}

}  // namespace

bool Cell::has_se() const {
    const bool bound = value == 0 || (range == ParameterRange::proportion && value == scale);
    return df > 0 && !bound && variance >= 0 && std::isfinite(value);
}

IntervalInput input_of(const Cell& cell, IntervalKind kind) {
    return {.estimate = cell.value,
            .variance = cell.has_se() ? cell.variance : missing_number,
            .df = cell.df,
            .n = cell.n,
            .cases = cell.cases,
            .scale = cell.scale,
            .ceiling = cell.ceiling,
            .range = cell.range,
            .kind = kind,
            .largest_weight = cell.scale * (cell.is_count ? cell.largest_weight : cell.largest_share)};
}

Experiment::Experiment(const Scenario& scenario, std::uint64_t seed)
    : scenario_(scenario),
      seed_(seed),
      populations_(populations_of(scenario, seed)),
      sampler_(populations_[0].country, *populations_[0].country.plan.waves.sample, 2) {}

WaveEstimates Experiment::estimate_wave(const Population& population, const WaveSample& sample,
                                        std::uint64_t seed) const {
    WaveEstimates wave;
    wave.data.design = design_of(sample, population.country, scenario_.fpc);
    const bool one = scenario_.rotation.one_adult;
    Sums sums;
    std::uint32_t unit = 0, psu_unit = 0;
    for (const SampledStratum& stratum : sample)
        for (const SampledPsu& psu : stratum.psus) {
            const double weight = population.country.psus[psu.psu].dwellings /
                                  (psu.probability * static_cast<double>(psu.dwellings.size()));
            for (const std::uint32_t index : psu.dwellings) {
                const Dwelling& dwelling = population.dwellings[index];
                const std::uint32_t at = scenario_.fpc ? unit : psu_unit;
                ++unit;
                if (dwelling.adults == 0) continue;
                const std::size_t chosen =
                    one ? sampler_.adult(population.country.households[index], dwelling.adults, seed) : 0;
                for (std::size_t i = 0; i < dwelling.adults; ++i) {
                    if (one && i != chosen) continue;
                    const double of_person = one ? weight * dwelling.adults : weight;
                    add_interview({&population.adults[dwelling.first + i], &dwelling, of_person, weight,
                                   one || i == dwelling.reference, at, psu_unit},
                                  sums);
                }
            }
            wave.psus.push_back(psu.psu);
            ++psu_unit;
        }
    std::vector<SparseColumn> columns;
    for (std::size_t k = 0; k < kinds; ++k)
        for (std::size_t c = 0; c < levels; ++c)
            for (std::size_t d = 0; d < domains; ++d) {
                Cell& cell = wave.cells[k][c][d] = cell_of(sums[d], k, c);
                if (k == total || k == people) cell.active = psus_of_total(sample, d);
                columns.push_back(cell.z);
            }
    const Eigen::VectorXd all = variances(wave.data.design, columns);
    Eigen::Index next = 0;
    for (auto& of_kind : wave.cells)
        for (auto& of_level : of_kind)
            for (Cell& cell : of_level) {
                cell.variance = all(next++);
                cell.df = degrees_of_freedom(wave.data.design, cell.active);
            }
    return wave;
}

std::array<WaveEstimates, 2> Experiment::draw(std::uint64_t draw) const {
    const std::uint64_t seed = seed_of(draw);
    const std::vector<WaveSample> samples = sampler_.draw(seed);
    return {estimate_wave(populations_[0], samples[0], seed), estimate_wave(populations_[1], samples[1], seed)};
}

struct ChangeTools::Pair : WavePair {
    using WavePair::WavePair;
};

ChangeTools::ChangeTools(const std::array<WaveEstimates, 2>& waves)
    : designs_{&waves[0].data.design, &waves[1].data.design},
      pair_(std::make_shared<const Pair>(waves[0].data, waves[1].data)) {
    std::map<std::uint32_t, std::uint32_t> stratum;  // of each PSU of the union, by its number in the country
    for (const WaveEstimates& wave : waves)
        for (std::size_t i = 0; i < wave.psus.size(); ++i) stratum[wave.psus[i]] = wave.data.design.stages[0].group[i];
    union_design_.strata = waves[0].data.design.strata;
    union_design_.stages.resize(1);
    union_design_.stages[0].fraction.assign(union_design_.strata.size(), 0.0);
    std::map<std::uint32_t, std::uint32_t> place;
    for (const auto& [psu, group] : stratum) {
        place[psu] = static_cast<std::uint32_t>(place.size());
        union_design_.stages[0].group.push_back(group);
    }
    for (std::size_t w = 0; w < 2; ++w)
        for (const std::uint32_t psu : waves[w].psus) place_[w].push_back(place.at(psu));
}

double ChangeTools::covariance(const Cell& a, const Cell& b) const { return pair_->covariance(a.z, b.z); }

std::vector<double> ChangeTools::deviations(std::size_t wave, const SparseColumn& z) const {
    const SurveyDesign& design = *designs_[wave];
    const std::vector<std::uint32_t> psu_of = psu_of_unit(design);
    const std::vector<std::uint32_t>& group = design.stages[0].group;
    std::vector<double> totals(group.size(), 0.0), means(design.strata.size(), 0.0), sizes(design.strata.size(), 0.0);
    for (std::size_t i = 0; i < z.unit.size(); ++i) totals[psu_of[z.unit[i]]] += z.total[i];
    for (std::size_t i = 0; i < group.size(); ++i) {
        means[group[i]] += totals[i];
        sizes[group[i]] += 1;
    }
    std::vector<double> result(union_design_.units(), missing_number);
    for (std::size_t i = 0; i < group.size(); ++i)
        result[place_[wave][i]] = totals[i] - means[group[i]] / sizes[group[i]];
    return result;
}

double ChangeTools::covariance_of_overlap(const Cell& a, const Cell& b) const {
    const std::vector<double> from = deviations(0, a.z), to = deviations(1, b.z);
    const std::vector<std::uint32_t>& group = union_design_.stages[0].group;
    const std::size_t strata = union_design_.strata.size();
    std::vector<double> products(strata, 0.0), common(strata, 0.0), drawn(strata, 0.0);
    for (std::size_t i = 0; i < group.size(); ++i) {
        drawn[group[i]] += !std::isnan(to[i]);
        if (std::isnan(from[i]) || std::isnan(to[i])) continue;
        products[group[i]] += from[i] * to[i];
        common[group[i]] += 1;
    }
    double covariance = 0;
    for (std::size_t h = 0; h < strata; ++h) {
        if (common[h] < 2) continue;
        const double open = 1 - designs_[0]->stages[0].fraction[h] * drawn[h] / common[h];
        covariance += common[h] / (common[h] - 1) * open * products[h];
    }
    return covariance;
}

double ChangeTools::union_df(const Cell& a, const Cell& b) const { return pair_->union_df(a.active, b.active); }

double ChangeTools::stacked_variance(const Cell& a, const Cell& b, double ga, double gb) const {
    std::vector<double> sums(union_design_.units(), 0.0);
    for (std::size_t i = 0; i < a.z.unit.size(); ++i) sums[place_[0][a.z.unit[i]]] += ga * a.z.total[i];
    for (std::size_t i = 0; i < b.z.unit.size(); ++i) sums[place_[1][b.z.unit[i]]] += gb * b.z.total[i];
    SparseColumn column;
    for (std::uint32_t unit = 0; unit < sums.size(); ++unit)
        if (sums[unit] != 0) add(column, unit, sums[unit]);
    return variances(union_design_, {column})(0);
}

Change change_of(const std::array<WaveEstimates, 2>& waves, const ChangeTools& tools, const CellPlace& place, double df,
                 Overlap overlap) {
    const Cell &from = waves[0].at(place), &to = waves[1].at(place);
    const double covariance = overlap == Overlap::common_psus   ? tools.covariance(from, to)
                              : overlap == Overlap::overlap_fpc ? tools.covariance_of_overlap(from, to)
                                                                : 0;
    // V of g_to × to + g_from × from.
    const auto variance = [&](double g_to, double g_from) {
        if (overlap == Overlap::stacked) return tools.stacked_variance(from, to, g_from, g_to);
        return g_to * g_to * to.variance + g_from * g_from * from.variance + 2 * g_to * g_from * covariance;
    };
    Change change;
    change.difference = to.value - from.value;
    change.variance = variance(1, -1);
    change.df = df;
    if (!from.has_se() || !to.has_se()) return change;
    const double n = from.n + to.n;
    const auto known = [](double v) { return v >= 0 ? v : missing_number; };
    fill_row(change.of_difference, Measure::difference, {change.difference, known(change.variance), df, n},
             missing_number, 0.95, 0.8);
    if (overlap != Overlap::common_psus) return change;
    const double a = to.value, b = from.value;
    fill_row(change.of_percent, Measure::percent,
             {100 * (a / b - 1), known(variance(100 / b, -100 * a / (b * b))), df, n}, variance(1 / a, -1 / b), 0.95,
             0.8);
    return change;
}

}  // namespace cifra::coverage
