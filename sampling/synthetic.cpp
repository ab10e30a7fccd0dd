#include "sampling/synthetic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/random.h"
#include "sampling/synthetic_crime.h"

namespace cifra {

namespace {

// Stages of the streams; a person has the stage of its line added, a later wave `of_wave`.
enum Stage : std::uint16_t {
    psu_stage = 1,
    household_stage = 2,
    fieldwork_stage = 3,
    move_stage = 4,
    person_stage = 100,
    crime_stage = 200,
    of_wave = 1000
};

constexpr std::array<double, 3> psu_spread = {0.45, 0.35, 0.15};
constexpr double household_spread = 0.55;

Stream stream_of(std::uint64_t seed, int stage, std::uint64_t unit) {
    return Stream({seed, Purpose::synthetic, static_cast<std::uint16_t>(stage), unit});
}

double lognormal(Stream& stream, double spread) { return std::exp(spread * stream.normal() - spread * spread / 2); }

CountryPsu make_psu(const SyntheticPlan& plan, std::uint32_t region, bool urban, std::uint32_t number,
                    std::uint64_t seed) {
    CountryPsu psu;
    psu.stratum = fmt::format("{}-{}", plan.regions[region].name, urban ? 'U' : 'R');
    psu.id = fmt::format("{}-{:03}", psu.stratum, number);
    psu.region = region;
    psu.urban = urban;
    Stream stream = stream_of(seed, psu_stage, stable_hash(psu.id));
    const double size = plan.dwellings_per_psu * lognormal(stream, 0.3) * (urban ? 1.05 : 0.93);
    psu.dwellings = static_cast<std::uint32_t>(std::clamp(std::round(size), 5.0, 9999.0));
    for (std::size_t f = 0; f < psu.factor.size(); ++f) psu.factor[f] = lognormal(stream, psu_spread[f]);
    psu.trend.fill(1);
    return psu;
}

std::uint32_t household_size(Stream& stream, bool urban) {
    constexpr double urban_shares[] = {0.17, 0.25, 0.22, 0.19, 0.10, 0.04, 0.02},
                     rural_shares[] = {0.13, 0.21, 0.20, 0.19, 0.14, 0.07, 0.04};
    double u = stream.uniform();
    std::uint32_t size = 1;
    for (const double share : urban ? urban_shares : rural_shares) {
        if (u < share) break;
        u -= share;
        ++size;
    }
    return size;
}

std::uint8_t to_age(double age) { return static_cast<std::uint8_t>(std::clamp(std::floor(age), 0.0, 99.0)); }

void place_in_family(CountryPerson& person, const CountryPerson& reference, Stream& stream) {
    const double role = stream.uniform(), spread = stream.uniform();
    const bool second = person.line == 2;
    if (second && role < 0.68) {
        person.relationship = 2;
        person.sex = static_cast<std::uint8_t>(3 - reference.sex);
        person.age = std::max<std::uint8_t>(18, to_age(reference.age + 5 * stream.normal()));
    } else if (role < 0.80 && reference.age >= 20) {
        person.relationship = 3;
        person.age = to_age(reference.age - 20 - 20 * spread);
    } else if (role < 0.86 && reference.age < 65) {
        person.relationship = 4;
        person.age = to_age(reference.age + 20 + 15 * spread);
    } else if (role < 0.96) {
        person.relationship = 5;
        person.age = to_age(85 * spread);
    } else {
        person.relationship = 6;
        person.age = to_age(18 + 45 * spread);
    }
}

std::uint8_t education(const CountryPerson& person, bool urban, Stream& stream) {
    const double level = 3.4 + (urban ? 0.5 : -0.5) - 0.025 * (person.age - 40) + 1.2 * stream.normal();
    const double most = person.age < 6 ? 1 : person.age < 12 ? 2 : person.age < 16 ? 3 : person.age < 20 ? 4 : 6;
    return static_cast<std::uint8_t>(std::clamp(std::round(level), 1.0, most));
}

CountryPerson make_person(const CountryPsu& psu, const CountryPerson* reference, std::uint32_t household,
                          std::uint8_t line, Stream stream) {
    CountryPerson person;
    person.household = household;
    person.line = line;
    person.sex = stream.bernoulli(reference ? 0.46 : 0.58) ? 1 : 2;
    person.age = to_age(20 + 31 * (stream.uniform() + stream.uniform()));
    if (reference) place_in_family(person, *reference, stream);
    person.education = education(person, psu.urban, stream);
    return person;
}

// The worse the PSU, the sex and what happened, the less safe: 1 very safe .. 4 very unsafe.
std::uint8_t walking_at_night(const CountryPsu& psu, const CountryPerson& person, Stream& stream) {
    const bool victim = std::accumulate(person.crimes.begin(), person.crimes.end(), 0) > 0;
    const double unsafe = 2.2 + (psu.urban ? 0.3 : -0.3) + (person.sex == 2 ? 0.25 : -0.25) + (victim ? 0.5 : 0) +
                          0.4 * std::log(psu.factor[0]) + 0.8 * stream.normal();
    return static_cast<std::uint8_t>(std::clamp(std::round(unsafe), 1.0, 4.0));
}

bool any_victim(const CountryHousehold& household, const std::vector<CountryPerson>& persons) {
    const auto suffered = [](const CrimeCounts& crimes) {
        return std::any_of(crimes.begin(), crimes.end(), [](auto n) { return n > 0; });
    };
    const auto first = persons.begin() + household.first;
    return suffered(household.crimes) ||
           std::any_of(first, first + household.persons,
                       [&](const CountryPerson& person) { return suffered(person.crimes); });
}

Outcome fieldwork_outcome(const SyntheticPlan& plan, const CountryPsu& psu, const CountryHousehold& household,
                          bool victim, Stream& stream) {
    const Nonresponse& shares = plan.nonresponse;
    const double no_contact = shares.no_contact * (psu.urban ? 1.2 : 0.7) * (household.persons == 1 ? 1.8 : 0.85);
    const double refusal =
        (shares.refusal * (psu.urban ? 1.25 : 0.6) + plan.regions[psu.region].refusal) * (victim ? 0.8 : 1.05);
    if (stream.bernoulli(no_contact)) return Outcome::no_contact;
    return stream.bernoulli(std::clamp(refusal, 0.0, 0.9)) ? Outcome::refusal : Outcome::complete;
}

bool person_responds(const SyntheticPlan& plan, const CountryPerson& person, Stream& stream) {
    const double refusal =
        plan.nonresponse.person_refusal * (person.sex == 1 ? 1.25 : 0.75) * (person.age < 30 ? 1.5 : 0.9);
    return !stream.bernoulli(refusal);
}

// The chances of one wave.
struct Chances {
    std::uint64_t seed = 0;
    std::uint32_t wave = 0;
    Stream stream(int stage, std::uint64_t unit) const {
        return stream_of(seed, stage + of_wave * static_cast<int>(wave), unit);
    }
};

void add_persons(Country& country, const CountryPsu& psu, std::uint32_t index, std::uint32_t size,
                 const Chances& chances, std::uint64_t unit) {
    CountryHousehold& household = country.households[index];
    household.first = static_cast<std::uint32_t>(country.persons.size());
    household.persons = size;
    for (std::uint32_t line = 1; line <= size; ++line) {
        CountryPerson reference;
        if (line > 1) reference = country.persons[household.first];
        country.persons.push_back(make_person(psu, line > 1 ? &reference : nullptr, index,
                                              static_cast<std::uint8_t>(line),
                                              chances.stream(person_stage + static_cast<int>(line), unit)));
    }
}

void live_through_the_year(Country& country, const CountryPsu& psu, std::uint32_t index, const Chances& chances,
                           std::uint64_t unit) {
    CountryHousehold& household = country.households[index];
    add_household_crimes(country.plan, psu, household, index, chances.stream(crime_stage, unit), country.incidents);
    for (std::uint32_t i = 0; i < household.persons; ++i) {
        CountryPerson& person = country.persons[household.first + i];
        if (!person.adult()) continue;
        add_personal_crimes(country.plan, psu, household, person, chances.stream(crime_stage + person.line, unit),
                            country.incidents);
    }
    Stream field = chances.stream(fieldwork_stage, unit);
    household.outcome = fieldwork_outcome(country.plan, psu, household, any_victim(household, country.persons), field);
    for (std::uint32_t i = 0; i < household.persons; ++i) {
        CountryPerson& person = country.persons[household.first + i];
        person.safe_walking_night = walking_at_night(psu, person, field);
        person.responds = person_responds(country.plan, person, field);
    }
}

void add_household(Country& country, std::uint32_t psu_index, std::uint32_t number, const Chances& chances) {
    const CountryPsu& psu = country.psus[psu_index];
    const auto index = static_cast<std::uint32_t>(country.households.size());
    CountryHousehold household;
    household.psu = psu_index;
    household.number = number;
    household.entered = chances.wave;
    const std::uint64_t unit = stable_hash(household_id(country, household));
    Stream stream = chances.stream(household_stage, unit);
    const bool vacant = stream.bernoulli(std::min(0.95, country.plan.nonresponse.vacant * (psu.urban ? 0.85 : 1.25)));
    household.vehicle = stream.bernoulli(psu.urban ? 0.52 : 0.44);
    household.tenure = stream.bernoulli(0.68) ? 1 : stream.bernoulli(0.7) ? 2 : stream.bernoulli(0.7) ? 3 : 4;
    household.factor = lognormal(stream, household_spread);
    const std::uint32_t size = household_size(stream, psu.urban);
    country.households.push_back(household);
    if (vacant) {
        country.households[index].outcome = Outcome::ineligible;
        return;
    }
    add_persons(country, psu, index, size, chances, unit);
    live_through_the_year(country, psu, index, chances, unit);
}

// A lognormal factor whose normal score is correlated with that of the wave before.
double moved_factor(double factor, double spread, double correlation, Stream& stream) {
    const double before = (std::log(factor) + spread * spread / 2) / spread;
    const double score = correlation * before + std::sqrt(1 - correlation * correlation) * stream.normal();
    return std::exp(spread * score - spread * spread / 2);
}

CountryPsu moved_psu(const SyntheticPlan& plan, CountryPsu psu, const Chances& chances) {
    Stream stream = chances.stream(psu_stage, stable_hash(psu.id));
    for (std::size_t f = 0; f < psu.factor.size(); ++f)
        psu.factor[f] = moved_factor(psu.factor[f], psu_spread[f], plan.waves.psu_correlation, stream);
    for (const SyntheticTrend& trend : plan.waves.trends) {
        if (trend.wave.value_or(chances.wave) != chances.wave || trend.region.value_or(psu.region) != psu.region)
            continue;
        for (std::size_t c = 0; c < crime_count; ++c)
            if (trend.crime.value_or(c) == c) psu.trend[c] *= trend.factor;
    }
    return psu;
}

// A year later: the same household, or another one in its dwelling.
void carry_household(const Country& before, const CountryHousehold& old, Country& country, const Chances& chances) {
    const std::uint64_t unit = stable_hash(household_id(before, old));
    if (chances.stream(move_stage, unit).bernoulli(country.plan.waves.moves)) {
        add_household(country, old.psu, old.number, chances);
        return;
    }
    const auto index = static_cast<std::uint32_t>(country.households.size());
    CountryHousehold household = old;
    Stream stream = chances.stream(household_stage, unit);
    household.factor = moved_factor(old.factor, household_spread, country.plan.waves.household_correlation, stream);
    household.first = static_cast<std::uint32_t>(country.persons.size());
    country.households.push_back(household);
    for (std::uint32_t i = 0; i < old.persons; ++i) {
        CountryPerson person = before.persons[old.first + i];
        person.household = index;
        person.age = std::min<std::uint8_t>(99, static_cast<std::uint8_t>(person.age + 1));
        country.persons.push_back(person);
    }
    if (old.persons > 0) live_through_the_year(country, country.psus[old.psu], index, chances, unit);
}

}  // namespace

std::string household_id(const Country& country, const CountryHousehold& household) {
    return fmt::format("{}-{:04}", country.psus[household.psu].id, household.number);
}

Country synthesize_country(const SyntheticPlan& plan, std::uint64_t seed) {
    Country country;
    country.plan = plan;
    for (std::uint32_t region = 0; region < plan.regions.size(); ++region)
        for (const bool urban : {true, false}) {
            const std::uint32_t psus = urban ? plan.regions[region].urban_psus : plan.regions[region].rural_psus;
            for (std::uint32_t number = 1; number <= psus; ++number)
                country.psus.push_back(make_psu(plan, region, urban, number, seed));
        }
    for (std::uint32_t psu = 0; psu < country.psus.size(); ++psu) {
        country.psus[psu].first = static_cast<std::uint32_t>(country.households.size());
        for (std::uint32_t number = 1; number <= country.psus[psu].dwellings; ++number)
            add_household(country, psu, number, {seed, 0});
    }
    return country;
}

Country next_wave(const Country& before, std::uint64_t seed) {
    Country country;
    country.plan = before.plan;
    country.wave = before.wave + 1;
    const Chances chances{seed, country.wave};
    for (const CountryPsu& psu : before.psus) country.psus.push_back(moved_psu(country.plan, psu, chances));
    country.households.reserve(before.households.size());
    country.persons.reserve(before.persons.size());
    for (const CountryHousehold& household : before.households) carry_household(before, household, country, chances);
    return country;
}

std::vector<Country> synthesize_waves(const SyntheticPlan& plan, std::uint64_t seed) {
    std::vector<Country> waves;
    waves.push_back(synthesize_country(plan, seed));
    while (waves.size() < plan.waves.names.size()) waves.push_back(next_wave(waves.back(), seed));
    return waves;
}

}  // namespace cifra
