#include "sampling/rotation/coordination.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "engine/random.h"

namespace cifra {

namespace {

constexpr std::uint16_t permanent_stage = 10;

void check_start(double start) {
    if (!(start >= 0 && start < 1)) throw std::invalid_argument("a start lies in [0, 1)");
}

void check_lengths(std::size_t a, std::size_t b) {
    if (a != b) throw std::invalid_argument("spans of different lengths");
}

// Length of [0, a) ∩ [shift, shift + b) on the circle.
double common_arc(double a, double b, double shift) {
    const double first = std::max(0.0, std::min(a, shift + b) - shift);
    const double wrapped = std::max(0.0, std::min(a, shift + b - 1));
    return first + wrapped;
}

}  // namespace

std::vector<double> permanent_numbers(std::span<const std::string> ids, std::uint64_t seed) {
    std::vector<double> numbers;
    numbers.reserve(ids.size());
    for (const std::string& id : ids)
        numbers.push_back(uniform({seed, Purpose::order, permanent_stage, stable_hash(id)}, 0));
    return numbers;
}

std::vector<double> shifted_numbers(std::span<const double> numbers, double start) {
    check_start(start);
    std::vector<double> shifted(numbers.begin(), numbers.end());
    for (double& number : shifted) number = number < start ? number - start + 1 : number - start;
    return shifted;
}

std::vector<std::size_t> poisson_by_numbers(std::span<const double> probability, std::span<const double> numbers) {
    check_lengths(probability.size(), numbers.size());
    std::vector<std::size_t> taken;
    for (std::size_t k = 0; k < numbers.size(); ++k)
        if (numbers[k] < probability[k]) taken.push_back(k);
    return taken;
}

std::size_t overlap(std::span<const std::size_t> a, std::span<const std::size_t> b) {
    std::vector<std::size_t> common;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
    return common.size();
}

double expected_overlap(std::span<const double> probability_a, double start_a, std::span<const double> probability_b,
                        double start_b) {
    check_start(start_a);
    check_start(start_b);
    check_lengths(probability_a.size(), probability_b.size());
    const double shift = start_b < start_a ? start_b - start_a + 1 : start_b - start_a;
    double sum = 0;
    for (std::size_t k = 0; k < probability_a.size(); ++k) sum += common_arc(probability_a[k], probability_b[k], shift);
    return sum;
}

}  // namespace cifra
