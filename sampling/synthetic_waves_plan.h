// The waves of a made-up country: the key `waves:` of the section `synthetic:`.
//
//   synthetic:
//     waves:
//       names: ["2025", "2026"]         # two or more, in time; the first is the country as it is without `waves`
//       trends:                         # factors of the expected incidents from one wave to the next
//         - {factor: 0.95}                                    # of all; factors that fit multiply
//         - {crime: robbery, region: R1, wave: "2026", factor: 1.3}
//       psu_correlation: 0.9            # of the logarithm of the risk between successive waves: of a PSU,
//       household_correlation: 0.8      # of a household that stays,
//       person_correlation: 0.7         # of an adult who stays
//       moves: 0.12                     # share of dwellings whose household is replaced between waves
//       sample:                         # writes each wave's microdata; without it only the countries
//         psus_per_stratum: 8           # or a map naming every stratum; a smaller stratum gives all
//         kept: 0.5                     # share of the PSUs that stay from one wave to the next, rounded to whole PSUs
//         take: 8                       # dwellings per PSU
//         selection: pps                # of PSUs: pps to their dwellings, or srs
//         adults: one                   # one adult a household, or all
//         dwellings: same               # of the PSUs kept: the same ones, or new
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"

namespace cifra {

// A factor of the rates of one crime (or all), in one region (or all), on the way to one wave (or every wave).
struct SyntheticTrend {
    std::optional<std::size_t> crime, region, wave;
    double factor = 1;
};

struct RotationPlan {
    std::uint64_t psus_per_stratum = 8;
    std::map<std::string, std::uint64_t> psus_by_stratum{};  // where given: by name, all of them
    double kept = 0.5;
    std::uint64_t take = 8;
    bool by_size = true;  // PSUs; false: simple random sampling
    bool one_adult = true;
    bool same_dwellings = true;
};

struct SyntheticWaves {
    std::vector<std::string> names;  // empty: one wave without a name
    std::vector<SyntheticTrend> trends;
    double psu_correlation = 0.9, household_correlation = 0.8, person_correlation = 0.7;
    double moves = 0.12;
    std::optional<RotationPlan> sample;
};

// `crimes` and `regions`: the names that trends may use; strata are region + "-U" and "-R".
SyntheticWaves read_synthetic_waves(const YamlValue& value, const std::vector<std::string>& crimes,
                                    const std::vector<std::string>& regions, Diagnostics& faults);

// A number of the plan that must lie in low .. high (fault out-of-range).
double number_within(Fields& fields, const char* key, double fallback, double low, double high, Diagnostics& faults);

}  // namespace cifra
