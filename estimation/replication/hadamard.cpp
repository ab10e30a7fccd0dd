#include "estimation/replication/hadamard.h"

#include <utility>

namespace cifra {

namespace {

struct PrimePower {
    std::uint32_t prime = 0, degree = 0;
};

std::optional<PrimePower> prime_power(std::size_t q) {
    if (q < 2) return std::nullopt;
    std::size_t prime = q;
    for (std::size_t d = 2; d * d <= q; ++d)
        if (q % d == 0) {
            prime = d;
            break;
        }
    PrimePower power{static_cast<std::uint32_t>(prime), 0};
    for (; q % prime == 0; q /= prime) ++power.degree;
    return q == 1 ? std::optional(power) : std::nullopt;
}

// x times the element, modulo the polynomial x^degree - (digits of `feedback`).
std::uint32_t times_x(std::uint32_t element, std::uint32_t feedback, std::uint32_t prime, std::uint32_t top_place) {
    const std::uint64_t top = element / top_place;
    std::uint32_t shifted = element % top_place * prime, product = 0;
    for (std::uint32_t place = 1; place <= top_place; place *= prime) {
        const std::uint64_t digit = shifted / place % prime + top * (feedback / place % prime);
        product += static_cast<std::uint32_t>(digit % prime) * place;
    }
    return product;
}

}  // namespace

// Even powers of an element that generates all the others are the squares; x is tried modulo one polynomial after
// another until it is such an element.
QuadraticCharacter::QuadraticCharacter(std::uint32_t prime, std::uint32_t degree) : prime_(prime) {
    std::uint32_t size = 1;
    for (std::uint32_t k = 0; k < degree; ++k) size *= prime;
    const std::uint32_t top_place = size / prime;
    for (std::uint32_t feedback = 1; feedback < size; ++feedback) {
        character_.assign(size, 0);
        std::uint32_t element = 1, period = 0;
        while (element != 0 && character_[element] == 0) {
            character_[element] = period++ % 2 == 0 ? 1 : -1;
            element = times_x(element, feedback, prime, top_place);
        }
        if (period == size - 1) return;
    }
}

int QuadraticCharacter::of_difference(std::uint32_t a, std::uint32_t b) const {
    std::uint32_t difference = 0;
    for (std::uint32_t place = 1; place < size(); place *= prime_)
        difference += (a / place % prime_ + prime_ - b / place % prime_) % prime_ * place;
    return character_[difference];
}

std::size_t Hadamard::Block::order() const {
    if (kind == Kind::sylvester) return 2;
    return kind == Kind::paley_one ? field->size() + 1 : 2 * (field->size() + 1);
}

int Hadamard::Block::sign(std::size_t row, std::size_t column) const {
    const auto chi = [&](std::size_t i, std::size_t j) {
        return field->of_difference(static_cast<std::uint32_t>(i - 1), static_cast<std::uint32_t>(j - 1));
    };
    if (kind == Kind::sylvester) return row == 1 && column == 1 ? -1 : 1;
    if (kind == Kind::paley_one) {
        if (row == column || row == 0) return 1;
        return column == 0 ? -1 : chi(row, column);
    }
    // The symmetric conference matrix of order q + 1, each element of which becomes a 2 x 2 block.
    const std::size_t i = row / 2, j = column / 2;
    const bool low = row % 2 == 1, right = column % 2 == 1;
    if (i == j) return low || right ? -1 : 1;
    return (i == 0 || j == 0 ? 1 : chi(i, j)) * (low && right ? -1 : 1);
}

std::optional<std::vector<Hadamard::Block>> Hadamard::blocks_of(std::size_t order) {
    if (order == 1) return std::vector<Block>{};
    if (order == 2) return std::vector<Block>{{Block::Kind::sylvester, std::nullopt}};
    if (order % 4 != 0) return std::nullopt;
    if (const auto q = prime_power(order - 1))
        return std::vector<Block>{{Block::Kind::paley_one, QuadraticCharacter(q->prime, q->degree)}};
    if (const auto q = prime_power(order / 2 - 1); q && (order / 2 - 1) % 4 == 1)
        return std::vector<Block>{{Block::Kind::paley_two, QuadraticCharacter(q->prime, q->degree)}};
    for (std::size_t d = 2; d * d <= order; ++d) {
        if (order % d != 0) continue;
        auto left = blocks_of(d);
        const auto right = left ? blocks_of(order / d) : std::nullopt;
        if (!right) continue;
        left->insert(left->end(), right->begin(), right->end());
        return left;
    }
    return std::nullopt;
}

Hadamard Hadamard::at_least(std::size_t rows) {
    Hadamard result;
    for (result.order_ = rows == 0 ? 1 : rows;; ++result.order_)
        if (auto blocks = blocks_of(result.order_)) {
            result.blocks_ = std::move(*blocks);
            return result;
        }
}

int Hadamard::sign(std::size_t row, std::size_t column) const {
    int sign = 1;
    for (const Block& block : blocks_) {
        const std::size_t order = block.order(), i = row % order;
        sign *= block.sign(i, column % order) * block.sign(i, 0);
        row /= order;
        column /= order;
    }
    return sign;
}

}  // namespace cifra
