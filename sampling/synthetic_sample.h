// Samples of a made-up country's waves in which PSUs rotate, and their microdata.
//
//   PSUs         per stratum m = min(N, n + (W - 1) r) are drawn for all W waves together, r = n - round(kept n), put
//                in random order, and wave w takes the places w r .. w r + n - 1 (round the circle where m is short).
//                So each wave is a random n of the m:   pi_1 = (n / m) pi*,  pi* = m x / Σ x (systematic in random
//                order, Madow 1949) or m / N (SRS by permanent random numbers); with no PSU certain, pi_1 is n x / Σ x
//                or n / N. Two successive waves share n - r PSUs, more where the stratum is short.
//   dwellings    min(take, M) of M by SRS (permanent random numbers), the same in each wave of a PSU kept, or new ones
//   adults       all, or one: the (1 + floor(u E))-th of E, u the dwelling's; weight times E
//
// (Ohlsson 1995, in Business Survey Methods, ch. 9, for the rotation by permanent numbers; Särndal, Swensson and
// Wretman 1992, sec. 4.3.) All answer: coverage of intervals is studied apart from nonresponse. Chance: functions of
// the seed and of the ids of stratum, PSU and dwelling's number.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/table.h"
#include "sampling/synthetic.h"

namespace cifra {

struct SampledPsu {
    std::uint32_t psu = 0;  // in Country::psus
    double probability = 0;
    std::vector<std::uint32_t> dwellings;  // in Country::households, increasing
};

struct SampledStratum {
    std::string name;
    std::uint32_t population = 0;  // PSUs
    std::vector<SampledPsu> psus;  // by position in Country::psus
};

using WaveSample = std::vector<SampledStratum>;

// Draws again and again from the same PSUs and dwellings, which all waves share. The country outlives the sampler.
class RotatingSampler {
public:
    RotatingSampler(const Country& country, const RotationPlan& plan, std::size_t waves);
    // One sample a wave; strata in the order of the country's PSUs.
    std::vector<WaveSample> draw(std::uint64_t seed) const;
    // Which adult of a dwelling, 0 .. adults - 1, in a draw.
    std::size_t adult(const CountryHousehold& household, std::size_t adults, std::uint64_t seed) const;

private:
    struct Stratum {
        std::string name;
        std::uint64_t key = 0, take = 0, replaced = 0;
        std::vector<std::uint32_t> psus;
        std::vector<double> sizes;
    };
    std::vector<std::vector<std::pair<std::uint32_t, double>>> rotate(const Stratum& stratum, std::uint64_t seed) const;
    std::vector<std::uint32_t> dwellings(std::uint32_t psu, std::size_t wave, std::uint64_t seed) const;

    const Country& country_;
    RotationPlan plan_;
    std::size_t waves_;
    std::vector<Stratum> strata_;
    std::vector<std::uint64_t> keys_;  // of PSUs
};

// The microdata of a wave's sample, ready for estimation:
//   households.csv  household, stratum, psu, N_psu, N_dwelling, region, area, occupied (1 yes, 2 no), weight: every
//                   drawn dwelling, so that no PSU is lost
//   persons.csv     household, line, sex, age, age_group, adults, weight: the adults interviewed
//   incidents.csv   household, line, crime, unit (household, person), reported, file_opened, weight (of the household
//                   or the person): crimes against the household carry the line of the adult interviewed first
std::vector<std::pair<std::string, Table>> sample_tables(const Country& country, const RotatingSampler& sampler,
                                                         const WaveSample& sample, bool one_adult, std::uint64_t seed);

// What `synthesize` writes beside the first wave's country where the plan has waves: waves/NAME/country/*.csv of the
// later ones, waves/truth_changes.csv and, where it has a sample, waves/NAME/{households,persons,incidents}.csv of all.
// A design file names households.csv; the estimation's `waves: {NAME: {design: ..., folder: out/waves/NAME}}` finds
// each wave's.
std::vector<std::pair<std::string, Table>> wave_tables(const std::vector<Country>& waves, std::uint64_t seed);

}  // namespace cifra
