#include "tests/coverage/population.h"

#include "engine/diagnostics.h"
#include "engine/yaml.h"

namespace cifra::coverage {

namespace {

constexpr std::uint32_t region_number = 4;  // R5

std::uint8_t domains_of(const CountryPsu& psu, const CountryPerson& person) {
    const bool woman = person.sex == 2;
    return static_cast<std::uint8_t>(1 + 2 * woman + 4 * (psu.region == region_number) +
                                     8 * (woman && person.age < 30));
}

void add_dwelling(const CountryHousehold& household, Population& population) {
    Dwelling dwelling;
    dwelling.first = static_cast<std::uint32_t>(population.adults.size());
    for (std::size_t c = 0; c < levels; ++c) dwelling.incidents[c] = household.crimes[household_crime[c]];
    for (std::uint32_t i = 0; i < household.persons; ++i) {
        const CountryPerson& person = population.country.persons[household.first + i];
        if (!person.adult()) continue;
        Adult adult;
        adult.domains = domains_of(population.country.psus[household.psu], person);
        for (std::size_t c = 0; c < levels; ++c) adult.incidents[c] = person.crimes[personal_crime[c]];
        population.adults.push_back(adult);
        ++dwelling.adults;
    }
    population.dwellings.push_back(dwelling);
}

// What the sample estimates: an incident of the household is split among its adults where one of them is asked, and is
// that of the first adult where all are.
void add_truth(const Population& population, bool one_adult, std::size_t domain, decltype(Population::truth)& truth) {
    double adults = 0;
    std::array<std::array<double, levels>, kinds> sums{};
    for (const Dwelling& dwelling : population.dwellings)
        for (std::uint8_t i = 0; i < dwelling.adults; ++i) {
            const Adult& adult = population.adults[dwelling.first + i];
            if (!(adult.domains >> domain & 1)) continue;
            adults += 1;
            const double part = one_adult ? 1.0 / dwelling.adults : i == dwelling.reference ? 1 : 0;
            for (std::size_t c = 0; c < levels; ++c) {
                sums[total][c] += adult.incidents[c];
                sums[rate][c] += adult.incidents[c] + part * dwelling.incidents[c];
                sums[share][c] += adult.incidents[c] > 0;
                sums[people][c] += 1;
            }
        }
    for (std::size_t k = 0; k < kinds; ++k)
        for (std::size_t c = 0; c < levels; ++c)
            truth[k][c][domain] = kind_scale[k] * sums[k][c] / (k == total || k == people ? 1 : adults);
}

}  // namespace

SyntheticPlan plan_of(const Scenario& scenario) {
    Diagnostics faults;
    SyntheticPlan plan = read_synthetic_plan(
        parse_yaml("regions: 6\npsu_scale: " + std::to_string(scenario.psu_scale) +
                       "\ndwellings_per_psu: 50\n"
                       "rates_per_1000: {sexual_offence: 6.8, robbery: 23, personal_theft: 133,"
                       " vehicle_theft: 7, burglary: 24, vandalism: 130}\n"
                       "waves: {names: [\"1\", \"2\"], trends: [{factor: 0.9}, {crime: robbery, factor: 1.2}]}",
                   "coverage", faults),
        faults);
    faults.throw_if_errors();
    plan.waves.sample = scenario.rotation;
    for (std::size_t r = 0; r < plan.regions.size(); ++r) {
        plan.waves.sample->psus_by_stratum[plan.regions[r].name + "-U"] = scenario.urban_psus[r];
        plan.waves.sample->psus_by_stratum[plan.regions[r].name + "-R"] = scenario.rural_psus[r];
    }
    return plan;
}

std::vector<Population> populations_of(const Scenario& scenario, std::uint64_t seed) {
    std::vector<Population> populations;
    for (Country& country : synthesize_waves(plan_of(scenario), seed)) {
        Population population;
        population.country = std::move(country);
        for (const CountryHousehold& household : population.country.households) add_dwelling(household, population);
        for (std::size_t d = 0; d < domains; ++d)
            add_truth(population, scenario.rotation.one_adult, d, population.truth);
        populations.push_back(std::move(population));
    }
    return populations;
}

}  // namespace cifra::coverage
