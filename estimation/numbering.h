// Distinct keys of rows as numbers 0, 1, 2 ..: what domains, categories and covariate patterns are made of.
//
//   Numbering numbering;
//   for (const double y : {7.0, 2.5, 7.0}) numbering.of(key_of(y));     // 0 1 0: in the order of first appearance
//   rank_cells(column).rank                                             // 1 0 1: in the order of the values
//
// The order of the rows alone decides the numbers, never that of a hash table. Cost O(rows) and, for ranks, O(d log d)
// for d distinct keys: small keys (codes of a questionnaire, products of their counts) take a table, others a hash map.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/table.h"

namespace cifra {

class Numbering {
public:
    std::uint32_t of(std::uint64_t key) {
        return key < small_.size() && small_[key] != unnumbered ? small_[key] : first_or_large(key);
    }
    std::uint32_t size() const { return count_; }

private:
    static constexpr std::uint64_t small_keys = 1U << 20;
    static constexpr std::uint32_t unnumbered = static_cast<std::uint32_t>(-1);
    struct Place {
        std::uint64_t key = 0;
        std::uint32_t number = unnumbered;  // a free place
    };

    std::uint32_t first_or_large(std::uint64_t key);
    Place& place_of(std::uint64_t key);
    void grow();

    std::vector<std::uint32_t> small_;
    std::vector<Place> places_;  // of large keys: a power of two, at most half taken, the next free one on collision
    std::size_t taken_ = 0;
    std::uint32_t count_ = 0;
};

// Equal for equal numbers, 0 and -0 too; small for small whole numbers, the complement of the bits for others. Not for
// NaN.
inline std::uint64_t key_of(double value) {
    if (value >= 0 && value < 65536) {
        const auto whole = static_cast<std::uint32_t>(value);
        if (static_cast<double>(whole) == value) return whole;
    }
    return ~std::bit_cast<std::uint64_t>(value);
}

inline constexpr std::uint32_t no_rank = static_cast<std::uint32_t>(-1);

struct Ranking {
    std::vector<std::uint32_t> rank;     // of each row, or no_rank
    std::vector<std::uint32_t> example;  // of each rank: the first row that has it
};

// Numbers by first appearance (no_rank: none) as ranks under `before`, which compares the keys of two rows.
Ranking ranked(std::vector<std::uint32_t> number, const std::function<bool(std::uint32_t, std::uint32_t)>& before);

// The distinct cells of a column in order: numbers by value, text by bytes; missing cells have no rank. `rows`: those
// alone, in their order; rank and example then speak of positions in `rows`.
Ranking rank_cells(const Column& column);
Ranking rank_cells(const Column& column, std::span<const std::uint32_t> rows);

}  // namespace cifra
