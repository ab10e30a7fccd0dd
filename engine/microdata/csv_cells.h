// Cells of a CSV row in the form that nearly all of them have, read while their ends are looked for: unquoted, a text of
// any bytes or a number of few digits. Whatever has another form is left to the exact ways of csv_scanner.h and
// csv_column.h. Private to csv_row_parser.cpp.
//
// Every function may look at up to 64 bytes from its first argument on, whatever the cell's length.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace cifra::csv_cells {

inline std::uint64_t load8(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    return word;
}

// Bit i tells whether at[i] is `byte`.
inline std::uint32_t mask16(const char* at, char byte) {
#ifdef __SSE2__
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte))));
#else
    std::uint32_t mask = 0;
    for (unsigned i = 0; i < 16; ++i) mask |= static_cast<std::uint32_t>(at[i] == byte) << i;
    return mask;
#endif
}

inline std::uint64_t mask64(const char* at, char byte) {
    std::uint64_t mask = 0;
    for (unsigned part = 0; part < 4; ++part)
        mask |= static_cast<std::uint64_t>(mask16(at + std::size_t{16} * part, byte)) << (16 * part);
    return mask;
}

inline std::uint64_t below(unsigned bit) { return (std::uint64_t{1} << bit) - 1; }

inline constexpr std::array<double, 10> digit_values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
inline constexpr std::array<double, 16> powers_of_ten = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

inline unsigned digit_of(char byte) { return static_cast<unsigned char>(byte - '0'); }

// Whether the sixteen bytes are eight digits, each followed by `end`.
inline bool are_eight_digits(const char* at, char end) {
#ifdef __SSE2__
    const auto pair = static_cast<short>(static_cast<unsigned char>(end) << 8 | '0');
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i excess = _mm_subs_epu8(_mm_xor_si128(bytes, _mm_set1_epi16(pair)), _mm_set1_epi16(9));
    return _mm_movemask_epi8(_mm_cmpeq_epi8(excess, _mm_setzero_si128())) == 0xFFFF;
#else
    bool all = true;
    for (std::size_t i = 0; i < 16; i += 2) all &= digit_of(at[i]) <= 9 && at[i + 1] == end;
    return all;
#endif
}

// Whether the eight bytes are four digits, each followed by `end`.
inline bool are_four_digits(const char* at, char end) {
    bool all = true;
    for (std::size_t i = 0; i < 8; i += 2) all = all && digit_of(at[i]) <= 9 && at[i + 1] == end;
    return all;
}

// The number of eight digits, given as their values with the first in the lowest byte.
// Algorithm: Johnny Lee and others' multiplication of neighbours by 10, 100 and 10000 at a time.
inline std::uint64_t join_eight_digits(std::uint64_t digits) {
    digits = digits * 10 + (digits >> 8);
    const std::uint64_t outer = (digits & 0x000000FF000000FF) * 0x000F424000000064;
    const std::uint64_t inner = (digits >> 16 & 0x000000FF000000FF) * 0x0000271000000001;
    return (outer + inner) >> 32;
}

// The layout of a number of `length` characters, its point at `point` (at `length` where it has none).
struct NumberLayout {
    unsigned length = 0, point = 0;
    unsigned digits() const { return length - (point < length ? 1 : 0); }
    unsigned decimals() const { return point < length ? length - point - 1 : 0; }
};

inline NumberLayout layout_of(const char* at, char end, char point) {
    constexpr std::uint32_t guard = 1 << 16;
    const auto length = static_cast<unsigned>(std::countr_zero(mask16(at, end) | guard));
    const std::uint32_t points = mask16(at, point) | (std::uint32_t{1} << length);
    return {length, static_cast<unsigned>(std::countr_zero(points))};
}

// A whole number below 2^53 divided by a power of ten below 10^23, both exact, is the nearest double: Clinger (1990),
// "How to read floating point numbers accurately", PLDI.
inline bool read_up_to_eight_digits(const char* at, const NumberLayout& layout, double& to) {
    const std::uint64_t before = layout.point < 8 ? below(8 * layout.point) : ~std::uint64_t{0};
    const std::uint64_t bytes = (load8(at) & before) | (load8(at + 1) & ~before);
    const std::uint64_t digits = (bytes ^ 0x3030303030303030) << (64 - 8 * layout.digits());
    if (((digits | (digits + 0x7676767676767676)) & 0x8080808080808080) != 0) return false;
    to = static_cast<double>(static_cast<std::int64_t>(join_eight_digits(digits))) / powers_of_ten[layout.decimals()];
    return true;
}

inline bool read_up_to_fifteen_digits(const char* at, const NumberLayout& layout, double& to) {
    std::int64_t whole = 0;
    for (unsigned i = 0; i < layout.length; ++i) {
        if (i == layout.point) continue;
        const unsigned digit = digit_of(at[i]);
        if (digit > 9) return false;
        whole = 10 * whole + digit;
    }
    to = static_cast<double>(whole) / powers_of_ten[layout.decimals()];
    return true;
}

// A plain number of up to fifteen digits, or an empty cell (NaN), that is followed by `end`. The place after `end`, or
// nullptr for a cell of any other form.
inline const char* read_number(const char* at, char end, char point, double& to) {
    if (digit_of(at[0]) <= 9 && at[1] == end) {
        to = digit_values[digit_of(at[0])];
        return at + 2;
    }
    if (*at == end) {
        to = std::numeric_limits<double>::quiet_NaN();
        return at + 1;
    }
    const bool negative = *at == '-';
    at += negative;
    const NumberLayout layout = layout_of(at, end, point);
    const bool ends_in_point = layout.point + 1 == layout.length, leading_zero = *at == '0' && layout.point > 1;
    if (layout.length - 1 > 14 || ends_in_point || leading_zero) return nullptr;
    const bool read =
        layout.digits() <= 8 ? read_up_to_eight_digits(at, layout, to) : read_up_to_fifteen_digits(at, layout, to);
    if (negative) to = -to;
    return read ? at + layout.length + 1 : nullptr;
}

}  // namespace cifra::csv_cells
