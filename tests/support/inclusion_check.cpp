#include "tests/support/inclusion_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>

namespace cifra::testing {

namespace {

constexpr double level = 1e-4;

class Judge {
public:
    Judge(std::size_t draws, std::size_t comparisons)
        : draws_(draws), limit_(level / static_cast<double>(comparisons)) {}

    void compare(double probability, std::size_t count, const std::string& what) {
        const double tail = binomial_tail(draws_, probability, count);
        if (tail < verdict.smallest_tail) verdict.smallest_tail = tail;
        if (tail >= limit_ || !verdict.passes) return;
        verdict.passes = false;
        verdict.failure = fmt::format("{}: taken {} times in {} draws, expected {:.1f}, tail {:.2g} below {:.2g}", what,
                                      count, draws_, probability * static_cast<double>(draws_), tail, limit_);
    }

    InclusionVerdict verdict;

private:
    std::size_t draws_;
    double limit_;
};

}  // namespace

double binomial_tail(std::size_t draws, double probability, std::size_t count) {
    if (probability <= 1e-12) return count == 0 ? 1 : 0;
    if (probability >= 1 - 1e-12) return count == draws ? 1 : 0;
    const boost::math::binomial law(static_cast<double>(draws), probability);
    const auto x = static_cast<double>(count);
    const double below = boost::math::cdf(law, x);
    const double above = count == 0 ? 1 : boost::math::cdf(boost::math::complement(law, x - 1));
    return std::min(1.0, 2 * std::min(below, above));
}

InclusionVerdict check_inclusion(std::span<const double> probability, std::size_t draws, const Sampler& sampler,
                                 const Matrix& joint) {
    const std::size_t units = probability.size();
    std::vector<std::size_t> counts(units), pairs(units * units);
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
        const std::vector<std::size_t> taken = sampler(draw);
        for (const std::size_t k : taken) ++counts.at(k);
        if (!joint.empty())
            for (const std::size_t k : taken)
                for (const std::size_t l : taken) ++pairs[k * units + l];
    }
    Judge judge(draws, units + (joint.empty() ? 0 : units * (units - 1) / 2));
    for (std::size_t k = 0; k < units; ++k) judge.compare(probability[k], counts[k], fmt::format("unit {}", k));
    if (!joint.empty())
        for (std::size_t k = 0; k < units; ++k)
            for (std::size_t l = k + 1; l < units; ++l)
                judge.compare(joint[k][l], pairs[k * units + l], fmt::format("pair {}, {}", k, l));
    return judge.verdict;
}

}  // namespace cifra::testing
