#include "engine/random.h"

#include <Random123/philox.h>

#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <stdexcept>

namespace cifra {

std::uint64_t stable_hash(std::string_view id) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char byte : id) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
    hash ^= hash >> 30;
    hash *= 0xbf58476d1ce4e5b9ULL;
    hash ^= hash >> 27;
    hash *= 0x94d049bb133111ebULL;
    return hash ^ (hash >> 31);
}

double uniform(const Draw& draw, std::uint32_t index) {
    const r123::Philox4x32::ctr_type counter = {{index, (static_cast<std::uint32_t>(draw.purpose) << 16) | draw.stage,
                                                 static_cast<std::uint32_t>(draw.unit),
                                                 static_cast<std::uint32_t>(draw.unit >> 32)}};
    const r123::Philox4x32::key_type key = {
        {static_cast<std::uint32_t>(draw.seed), static_cast<std::uint32_t>(draw.seed >> 32)}};
    const auto words = r123::Philox4x32()(counter, key);
    const std::uint64_t bits = (static_cast<std::uint64_t>(words[1]) << 32) | words[0];
    return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

std::uint64_t Stream::below(std::uint64_t n) {
    if (n == 0) throw std::invalid_argument("below(0)");
    const auto k = static_cast<std::uint64_t>(uniform() * static_cast<double>(n));
    return k < n ? k : n - 1;
}

double Stream::normal() { return boost::math::quantile(boost::math::normal(), uniform()); }

double Stream::exponential() { return -std::log(uniform()); }

double Stream::gamma(double shape) {
    return boost::math::quantile(boost::math::gamma_distribution<>(shape), uniform());
}

std::uint64_t Stream::poisson(double mean) {
    if (!(mean >= 0 && mean <= 700)) throw std::invalid_argument("poisson: mean outside 0 .. 700");
    double probability = std::exp(-mean);
    double below = probability;
    const double u = uniform();
    std::uint64_t k = 0;
    while (u > below && probability > 0) {
        ++k;
        probability *= mean / static_cast<double>(k);
        below += probability;
    }
    return k;
}

}  // namespace cifra
