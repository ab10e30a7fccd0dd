// Hadamard matrices: square, of +1 and -1, H H' = R I. They balance half-samples and successive differences.
//
// Made from three blocks and their Kronecker products, for any order these reach: the 2 x 2 matrix (Sylvester 1867);
// q + 1 for a prime power q = 3 mod 4 and 2 (q + 1) for a prime power q = 1 mod 4 (Paley 1933, constructions I and II).
// Below 200 these are all multiples of 4 but 92, 116, 156, 172, 184 and 188. Nothing is tabulated and no matrix is
// stored: an element is computed from the quadratic characters of the fields, O(R) numbers in all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cifra {

// The quadratic character of the field of q = p^k elements. Elements are numbers whose digits to the base p are the
// coefficients of polynomials.
class QuadraticCharacter {
public:
    // `prime` to the power `degree`, odd.
    QuadraticCharacter(std::uint32_t prime, std::uint32_t degree);
    std::uint32_t size() const { return static_cast<std::uint32_t>(character_.size()); }
    // Of a - b: 0, +1 (a square), -1.
    int of_difference(std::uint32_t a, std::uint32_t b) const;

private:
    std::uint32_t prime_;
    std::vector<std::int8_t> character_;
};

class Hadamard {
public:
    // The smallest order that is at least `rows` and can be made here: 1, 2 or a multiple of 4.
    static Hadamard at_least(std::size_t rows);

    std::size_t order() const { return order_; }

    // +1 or -1. Column 0 is all +1; so every other column sums to 0, and any two are orthogonal. O(number of blocks).
    int sign(std::size_t row, std::size_t column) const;

private:
    struct Block {
        enum class Kind : std::uint8_t { sylvester, paley_one, paley_two };
        Kind kind = Kind::sylvester;
        std::optional<QuadraticCharacter> field;
        std::size_t order() const;
        int sign(std::size_t row, std::size_t column) const;
    };
    static std::optional<std::vector<Block>> blocks_of(std::size_t order);

    std::size_t order_ = 1;
    std::vector<Block> blocks_;
};

}  // namespace cifra
