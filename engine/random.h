// Counter-based random numbers: a number is a function of (seed, purpose, stage, unit, index) and of nothing else.
//
// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11) from Random123;
// key = seed; counter = (index, purpose and stage, hash of the unit's stable id). Adding a stratum or a unit disturbs
// no other number, any order and thread count gives the same, and uniform(seed, unit) is the unit's permanent random
// number.
#pragma once

#include <cstdint>
#include <string_view>

namespace cifra {

// What a number is for; a new use gets a new purpose, so that streams never overlap. Values are part of the format.
enum class Purpose : std::uint16_t {
    selection = 1,    // draw of units
    order = 2,        // random order before systematic selection
    household = 3,    // one person of the household
    synthetic = 4,    // the made-up country
    interview = 5,    // random respondent
    nonresponse = 6,  // simulated nonresponse
    imputation = 7,
    replicate = 8,
    test = 9
};

// 64-bit hash of a stable id (FNV-1a, finished with the mixer of SplitMix64). Part of the format: never changes.
std::uint64_t stable_hash(std::string_view id);

struct Draw {
    std::uint64_t seed = 0;
    Purpose purpose = Purpose::test;
    std::uint16_t stage = 0;
    std::uint64_t unit = 0;  // stable_hash of the unit's id
};

// Uniform on the open interval (0, 1): (k + 1/2) / 2^52, k the top 52 bits of the index-th 64-bit number of `draw`.
double uniform(const Draw& draw, std::uint32_t index);

// A sequence of numbers for one unit: a cursor over `index`.
class Stream {
public:
    explicit Stream(const Draw& draw) : draw_(draw) {}
    double uniform() { return cifra::uniform(draw_, index_++); }
    // Uniform on 0 .. n - 1; n >= 1. Bias below n / 2^52.
    std::uint64_t below(std::uint64_t n);
    bool bernoulli(double probability) { return uniform() < probability; }
    double normal();                     // inverse of the normal distribution function
    double exponential();                // mean 1
    double gamma(double shape);          // mean = shape, scale 1, by inversion
    std::uint64_t poisson(double mean);  // by inversion; mean <= 700
private:
    Draw draw_;
    std::uint32_t index_ = 0;
};

}  // namespace cifra
