#include "sampling/synthetic_sample.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/random.h"
#include "sampling/selection/equal.h"
#include "sampling/selection/inclusion.h"
#include "sampling/selection/unequal.h"
#include "sampling/synthetic_tables.h"
#include "sampling/synthetic_truth.h"

namespace cifra {

namespace {

// Stages of the streams of a rotating sample; they stay clear of those of `draw`.
enum Stage : std::uint16_t {
    list_stage = 900,
    start_stage = 901,
    place_stage = 902,
    adult_stage = 903,
    dwelling_stage = 910
};

std::vector<std::size_t> ordered_by(const std::vector<double>& numbers) {
    std::vector<std::size_t> order(numbers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
    return order;
}

double psu_number(std::uint64_t seed, std::uint16_t stage, std::uint64_t key) {
    return uniform({seed, Purpose::order, stage, key}, 0);
}

}  // namespace

RotatingSampler::RotatingSampler(const Country& country, const RotationPlan& plan, std::size_t waves)
    : country_(country), plan_(plan), waves_(waves) {
    for (std::uint32_t i = 0; i < country.psus.size(); ++i) {
        const CountryPsu& psu = country.psus[i];
        keys_.push_back(stable_hash(psu.id));
        if (strata_.empty() || strata_.back().name != psu.stratum)
            strata_.push_back({psu.stratum, stable_hash(psu.stratum), 0, 0, {}, {}});
        strata_.back().psus.push_back(i);
        strata_.back().sizes.push_back(psu.dwellings);
    }
    for (Stratum& stratum : strata_) {
        const auto asked = plan.psus_by_stratum.find(stratum.name);
        const std::uint64_t wanted = asked == plan.psus_by_stratum.end() ? plan.psus_per_stratum : asked->second;
        stratum.take = std::min<std::uint64_t>(wanted, stratum.psus.size());
        const double kept = std::round(plan.kept * static_cast<double>(stratum.take));
        stratum.replaced = stratum.take - static_cast<std::uint64_t>(kept);
    }
}

std::vector<std::vector<std::pair<std::uint32_t, double>>> RotatingSampler::rotate(const Stratum& stratum,
                                                                                   std::uint64_t seed) const {
    const std::size_t size = stratum.psus.size();
    const std::uint64_t together = std::min<std::uint64_t>(size, stratum.take + (waves_ - 1) * stratum.replaced);
    std::vector<double> numbers;
    for (const std::uint32_t psu : stratum.psus) numbers.push_back(psu_number(seed, list_stage, keys_[psu]));
    const double share = static_cast<double>(stratum.take) / static_cast<double>(together);
    std::vector<std::pair<std::uint32_t, double>> drawn;
    if (plan_.by_size) {
        const std::vector<std::size_t> order = ordered_by(numbers);
        std::vector<double> sizes;
        for (const std::size_t i : order) sizes.push_back(stratum.sizes[i]);
        const Inclusion inclusion = inclusion_by_size(sizes, together);
        Stream start({seed, Purpose::selection, start_stage, stratum.key});
        for (const std::size_t i : pps_systematic(inclusion.probability, start))
            drawn.emplace_back(stratum.psus[order[i]], share * inclusion.probability[i]);
    } else {
        const double probability = static_cast<double>(stratum.take) / static_cast<double>(size);
        for (const std::size_t i : smallest_numbers(numbers, together))
            drawn.emplace_back(stratum.psus[i], probability);
    }
    std::vector<double> places;
    for (const auto& [psu, probability] : drawn) places.push_back(psu_number(seed, place_stage, keys_[psu]));
    const std::vector<std::size_t> circle = ordered_by(places);
    std::vector<std::vector<std::pair<std::uint32_t, double>>> waves(waves_);
    for (std::size_t w = 0; w < waves_; ++w) {
        // A short stratum turns by what it has.
        const std::size_t first = std::min<std::uint64_t>(w * stratum.replaced, w * (together - stratum.take));
        for (std::size_t i = 0; i < stratum.take; ++i) waves[w].push_back(drawn[circle[(first + i) % together]]);
        std::sort(waves[w].begin(), waves[w].end());
    }
    return waves;
}

std::vector<std::uint32_t> RotatingSampler::dwellings(std::uint32_t psu, std::size_t wave, std::uint64_t seed) const {
    const CountryPsu& unit = country_.psus[psu];
    const std::size_t stage = dwelling_stage + (plan_.same_dwellings ? 0 : wave);
    Stream stream({seed, Purpose::selection, static_cast<std::uint16_t>(stage), keys_[psu]});
    std::vector<double> numbers(unit.dwellings);
    for (double& number : numbers) number = stream.uniform();
    std::vector<std::uint32_t> taken;
    for (const std::size_t i : smallest_numbers(numbers, std::min<std::uint64_t>(plan_.take, unit.dwellings)))
        taken.push_back(unit.first + static_cast<std::uint32_t>(i));
    return taken;
}

std::vector<WaveSample> RotatingSampler::draw(std::uint64_t seed) const {
    std::vector<WaveSample> samples(waves_);
    for (const Stratum& stratum : strata_) {
        const auto waves = rotate(stratum, seed);
        for (std::size_t w = 0; w < waves_; ++w) {
            SampledStratum sampled{stratum.name, static_cast<std::uint32_t>(stratum.psus.size()), {}};
            for (const auto& [psu, probability] : waves[w])
                sampled.psus.push_back({psu, probability, dwellings(psu, w, seed)});
            samples[w].push_back(std::move(sampled));
        }
    }
    return samples;
}

std::size_t RotatingSampler::adult(const CountryHousehold& household, std::size_t adults, std::uint64_t seed) const {
    const double u = uniform({seed, Purpose::household, adult_stage, keys_[household.psu]}, household.number);
    return std::min(static_cast<std::size_t>(u * static_cast<double>(adults)), adults - 1);
}

namespace {

// Rows of a file, put together cell by cell.
class Rows {
public:
    explicit Rows(std::vector<std::string> names)
        : names_(std::move(names)), texts_(names_.size()), numbers_(names_.size()) {}
    Rows& text(std::string cell) { return texts_[next()].push_back(std::move(cell)), *this; }
    Rows& number(double cell) { return numbers_[next()].push_back(cell), *this; }
    Table table() const {
        Table table;
        for (std::size_t c = 0; c < names_.size(); ++c)
            table.set(names_[c], numbers_[c].empty() ? Column::of_texts(texts_[c]) : Column::of_numbers(numbers_[c]));
        return table;
    }

private:
    std::size_t next() { return at_++ % names_.size(); }
    std::vector<std::string> names_;
    std::vector<std::vector<std::string>> texts_;
    std::vector<std::vector<double>> numbers_;
    std::size_t at_ = 0;
};

const char* age_group(std::uint8_t age) { return age < 30 ? "18-29" : age < 45 ? "30-44" : age < 60 ? "45-59" : "60+"; }

class SampleFiles {
public:
    SampleFiles(const Country& country, const RotatingSampler& sampler, bool one_adult, std::uint64_t seed)
        : country_(country), sampler_(sampler), one_adult_(one_adult), seed_(seed) {
        std::size_t next = 0;
        first_incident_.assign(country.households.size() + 1, 0);
        for (std::size_t h = 0; h < country.households.size(); ++h) {
            first_incident_[h] = next;
            while (next < country.incidents.size() && country.incidents[next].household == h) ++next;
        }
        first_incident_.back() = next;
    }

    void add(const SampledStratum& stratum, const SampledPsu& sampled, std::uint32_t index) {
        const CountryPsu& psu = country_.psus[sampled.psu];
        const CountryHousehold& household = country_.households[index];
        const double weight =
            static_cast<double>(psu.dwellings) / (sampled.probability * static_cast<double>(sampled.dwellings.size()));
        const std::string id = household_id(country_, household);
        households_.text(id).text(stratum.name).text(psu.id).number(stratum.population).number(psu.dwellings);
        households_.text(country_.plan.regions[psu.region].name).text(psu.urban ? "U" : "R");
        households_.text(household.persons > 0 ? "1" : "2").number(weight);
        if (household.persons > 0) add_persons(index, id, weight);
    }

    std::vector<std::pair<std::string, Table>> tables() const {
        return {{"households.csv", households_.table()},
                {"persons.csv", persons_.table()},
                {"incidents.csv", incidents_.table()}};
    }

private:
    void add_persons(std::uint32_t index, const std::string& id, double weight) {
        const CountryHousehold& household = country_.households[index];
        std::vector<std::uint8_t> adults;
        for (std::uint32_t i = 0; i < household.persons; ++i)
            if (country_.persons[household.first + i].adult()) adults.push_back(static_cast<std::uint8_t>(i + 1));
        const auto all = static_cast<double>(adults.size());
        if (one_adult_) adults = {adults[sampler_.adult(household, adults.size(), seed_)]};
        const double person_weight = one_adult_ ? weight * all : weight;
        for (const std::uint8_t line : adults) {
            const CountryPerson& person = country_.persons[household.first + line - 1u];
            persons_.text(id).number(line).text(person.sex == 1 ? "1" : "2").number(person.age);
            persons_.text(age_group(person.age)).number(all).number(person_weight);
        }
        for (std::size_t i = first_incident_[index]; i < first_incident_[index + 1]; ++i) {
            const CountryIncident& incident = country_.incidents[i];
            const bool of_household = incident.crime < household_crime_count;
            const bool heard = std::find(adults.begin(), adults.end(), incident.line) != adults.end();
            if (of_household) add_incident(incident, id, adults.front(), weight);
            if (!of_household && heard) add_incident(incident, id, incident.line, person_weight);
        }
    }

    void add_incident(const CountryIncident& incident, const std::string& id, std::uint8_t line, double weight) {
        incidents_.text(id).number(line).text(std::string(crime_ids()[incident.crime]));
        incidents_.text(incident.crime < household_crime_count ? "household" : "person");
        incidents_.text(incident.known() ? "1" : "2").text(incident.dark() ? "2" : "1").number(weight);
    }

    const Country& country_;
    const RotatingSampler& sampler_;
    bool one_adult_;
    std::uint64_t seed_;
    std::vector<std::size_t> first_incident_;
    Rows households_{{"household", "stratum", "psu", "N_psu", "N_dwelling", "region", "area", "occupied", "weight"}};
    Rows persons_{{"household", "line", "sex", "age", "age_group", "adults", "weight"}};
    Rows incidents_{{"household", "line", "crime", "unit", "reported", "file_opened", "weight"}};
};

}  // namespace

std::vector<std::pair<std::string, Table>> sample_tables(const Country& country, const RotatingSampler& sampler,
                                                         const WaveSample& sample, bool one_adult, std::uint64_t seed) {
    SampleFiles files(country, sampler, one_adult, seed);
    for (const SampledStratum& stratum : sample)
        for (const SampledPsu& psu : stratum.psus)
            for (const std::uint32_t household : psu.dwellings) files.add(stratum, psu, household);
    return files.tables();
}

std::vector<std::pair<std::string, Table>> wave_tables(const std::vector<Country>& waves, std::uint64_t seed) {
    std::vector<std::pair<std::string, Table>> tables;
    const SyntheticWaves& plan = waves.front().plan.waves;
    for (std::size_t w = 1; w < waves.size(); ++w)
        for (auto& [name, table] : country_tables(waves[w]))
            tables.emplace_back("waves/" + plan.names[w] + "/country/" + name, std::move(table));
    tables.emplace_back("waves/truth_changes.csv", truth_changes_table(waves));
    if (!plan.sample) return tables;
    const RotatingSampler sampler(waves.front(), *plan.sample, waves.size());
    const std::vector<WaveSample> samples = sampler.draw(seed);
    for (std::size_t w = 0; w < waves.size(); ++w)
        for (auto& [name, table] : sample_tables(waves[w], sampler, samples[w], plan.sample->one_adult, seed))
            tables.emplace_back("waves/" + plan.names[w] + "/" + name, std::move(table));
    return tables;
}

}  // namespace cifra
