#include "estimation/numbering.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace cifra {

namespace {

// `row_at(i)`: the row of the column at position i.
template <class RowAt>
Ranking rank_rows(const Column& column, std::size_t count, const RowAt& row_at) {
    Numbering numbering;
    std::vector<std::uint32_t> number(count, no_rank);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t row = row_at(i);
        if (!column.present(row)) continue;
        number[i] = numbering.of(column.is_number() ? key_of(column.numbers()[row]) : column.codes()[row]);
    }
    return ranked(std::move(number), [&](std::uint32_t a, std::uint32_t b) {
        return column.is_number() ? column.number(row_at(a)) < column.number(row_at(b))
                                  : column.text(row_at(a)) < column.text(row_at(b));
    });
}

}  // namespace

std::uint32_t Numbering::first_or_large(std::uint64_t key) {
    if (key < small_keys) {
        if (key >= small_.size()) small_.resize(key + 1, unnumbered);
        return small_[key] = count_++;
    }
    if (2 * taken_ >= places_.size()) grow();
    Place& place = place_of(key);
    if (place.number == unnumbered) {
        place = {key, count_++};
        ++taken_;
    }
    return place.number;
}

// Multiplicative hashing (Knuth 1998, The Art of Computer Programming 3, section 6.4): the upper bits of the product.
Numbering::Place& Numbering::place_of(std::uint64_t key) {
    const int bits = std::countr_zero(places_.size());
    std::size_t at = (key * 0x9E3779B97F4A7C15U) >> (64 - bits);
    while (places_[at].number != unnumbered && places_[at].key != key) at = (at + 1) & (places_.size() - 1);
    return places_[at];
}

void Numbering::grow() {
    std::vector<Place> before(std::max<std::size_t>(64, 4 * places_.size()));
    before.swap(places_);
    for (const Place& place : before)
        if (place.number != unnumbered) place_of(place.key) = place;
}

Ranking ranked(std::vector<std::uint32_t> number, const std::function<bool(std::uint32_t, std::uint32_t)>& before) {
    std::vector<std::uint32_t> example;
    for (std::uint32_t row = 0; row < number.size(); ++row)
        if (number[row] == example.size()) example.push_back(row);
    std::vector<std::uint32_t> order(example.size()), rank_of(example.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return before(example[a], example[b]); });
    Ranking result;
    for (const std::uint32_t at : order) {
        rank_of[at] = static_cast<std::uint32_t>(result.example.size());
        result.example.push_back(example[at]);
    }
    for (std::uint32_t& of_row : number)
        if (of_row != no_rank) of_row = rank_of[of_row];
    result.rank = std::move(number);
    return result;
}

Ranking rank_cells(const Column& column) {
    return rank_rows(column, column.size(), [](std::size_t i) { return i; });
}

Ranking rank_cells(const Column& column, std::span<const std::uint32_t> rows) {
    return rank_rows(column, rows.size(), [&](std::size_t i) { return rows[i]; });
}

}  // namespace cifra
