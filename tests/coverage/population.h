// The finite population of the experiment: two waves of a made-up country as arrays that a draw can be read from
// quickly, and their true values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sampling/synthetic_sample.h"

namespace cifra::coverage {

// Three crimes, of about 0.5 %, 2 % and 10 % prevalence; the same of households, for the rate with two weights.
inline constexpr std::size_t levels = 3;
inline constexpr std::array<std::size_t, levels> personal_crime = {11, 4, 5}, household_crime = {0, 2, 3};
inline constexpr std::array<const char*, levels> level_names = {"0.5 %", "2 %", "10 %"};

// total   Σ incidents against persons, weight of the person
// rate    1,000 × (Σ incidents against persons, weight of the person + Σ incidents against their household, weight of
//         the household) / Σ weights of the persons
// share   victims among adults, percent
// people  Σ weights of adults: not a crime, and PSU totals that are large beside their spread
enum Kind : std::size_t { total, rate, share, people };
inline constexpr std::size_t kinds = 4;
inline constexpr std::array<const char*, kinds> kind_names = {"total", "rate", "prevalence", "adults"};
inline constexpr std::array<double, kinds> kind_scale = {1, 1000, 100, 1};

// `people` has one level.
inline constexpr bool exists(std::size_t kind, std::size_t level) { return kind != people || level == 0; }

// All adults; women; a region (of its own strata); women under 30 (in nearly all PSUs, few in each).
inline constexpr std::size_t domains = 4, region_domain = 2;
inline constexpr std::array<const char*, domains> domain_names = {"all", "women", "region", "young women"};

struct Adult {
    std::array<std::uint8_t, levels> incidents{};
    std::uint8_t domains = 0;  // bit d: of domain d
};

struct Dwelling {
    std::uint32_t first = 0;
    std::uint8_t adults = 0, reference = 0;  // `reference`: position of line 1 among the adults
    std::array<std::uint8_t, levels> incidents{};
};

struct Population {
    Country country;
    std::vector<Dwelling> dwellings;  // as Country::households
    std::vector<Adult> adults;
    // [kind][level][domain], scaled as estimates are
    std::array<std::array<std::array<double, domains>, levels>, kinds> truth{};
};

struct Scenario {
    std::string name, text;
    std::array<std::uint64_t, 6> urban_psus{}, rural_psus{};  // sampled, by region
    RotationPlan rotation;
    bool fpc = false;      // two stages with their fractions; else PSUs as drawn with replacement
    double psu_scale = 4;  // of the country
    std::size_t draws = 10000;
};

SyntheticPlan plan_of(const Scenario& scenario);
std::vector<Population> populations_of(const Scenario& scenario, std::uint64_t seed);

}  // namespace cifra::coverage
