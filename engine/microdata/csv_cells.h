// Cells of a CSV row in the form that nearly all of them have, read while their ends are looked for: unquoted, a text
// of any bytes or a number of few digits. Whatever has another form is left to the exact ways of csv_scanner.h and
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

#define CIFRA_INLINE [[gnu::always_inline]] inline

namespace cifra::csv_cells {

static_assert(std::endian::native == std::endian::little, "the first byte of a word is taken to be its lowest");

CIFRA_INLINE std::uint64_t load8(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    return word;
}

// Sixteen bytes, compared at once. Vectors of the compiler, so that every processor has them.
using Pattern [[gnu::vector_size(16)]] = unsigned char;

CIFRA_INLINE Pattern load16(const char* at) {
    Pattern bytes{};
    std::memcpy(&bytes, at, 16);
    return bytes;
}

CIFRA_INLINE Pattern repeat(char byte) { return Pattern{} + static_cast<unsigned char>(byte); }

CIFRA_INLINE Pattern repeat_pair(char first, char second) {
    Pattern pattern = repeat(first);
    for (std::size_t i = 1; i < 16; i += 2) pattern[i] = static_cast<unsigned char>(second);
    return pattern;
}

// Bit i tells whether byte i is not 0; the bytes are 0 or 255.
CIFRA_INLINE std::uint32_t bits_of(Pattern truths) {
#ifdef __SSE2__
    using Chars [[gnu::vector_size(16)]] = char;
    return static_cast<std::uint32_t>(__builtin_ia32_pmovmskb128(reinterpret_cast<Chars>(truths)));
#else
    std::uint32_t bits = 0;
    for (unsigned i = 0; i < 16; ++i) bits |= (truths[i] & 1u) << i;
    return bits;
#endif
}

// Bit i tells whether at[i] is the byte repeated in `pattern`.
CIFRA_INLINE std::uint32_t mask16(const char* at, Pattern pattern) {
    return bits_of(reinterpret_cast<Pattern>(load16(at) == pattern));
}

// Whether the sixteen bytes are eight digits, each followed by the byte that `zeros`, a digit 0 and it, repeats.
CIFRA_INLINE bool are_eight_digits(const char* at, Pattern zeros) {
    const Pattern most = {9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0};
    return bits_of(reinterpret_cast<Pattern>((load16(at) ^ zeros) <= most)) == 0xFFFF;
}

CIFRA_INLINE std::uint64_t mask64(const char* at, Pattern pattern) {
    const std::uint64_t low = mask16(at, pattern) | mask16(at + 16, pattern) << 16;
    const std::uint64_t high = mask16(at + 32, pattern) | mask16(at + 48, pattern) << 16;
    return low | high << 32;
}

CIFRA_INLINE std::uint64_t below(unsigned bit) { return (std::uint64_t{1} << bit) - 1; }

inline constexpr std::array<double, 10> digit_values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
inline constexpr std::array<double, 16> powers_of_ten = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

CIFRA_INLINE unsigned digit_of(char byte) { return static_cast<unsigned char>(byte - '0'); }

// What ends a number, and its decimal point.
struct NumberMarks {
    char end = ',';
    Pattern ends{}, points{}, zeros{};
    std::uint64_t four_zeros = 0;  // each followed by `end`
};

CIFRA_INLINE NumberMarks number_marks(char end, char point) {
    return {end, repeat(end), repeat(point), repeat_pair('0', end),
            0x0030003000300030 | std::uint64_t{0x0100010001000100} * static_cast<unsigned char>(end)};
}

// Whether the eight bytes are four digits, each followed by the end of a number.
CIFRA_INLINE bool are_four_digits(const char* at, const NumberMarks& marks) {
    const std::uint64_t digits = load8(at) ^ marks.four_zeros;
    return ((digits | (digits + 0x0076007600760076)) & 0xFF80FF80FF80FF80) == 0;
}

CIFRA_INLINE bool is_one_digit(const char* at, const NumberMarks& marks) {
    return digit_of(at[0]) <= 9 && at[1] == marks.end;
}

// The number of eight digits, given as their values with the first in the lowest byte.
// Algorithm: Johnny Lee and others' multiplication of neighbours by 10, 100 and 10000 at a time.
CIFRA_INLINE std::uint64_t join_eight_digits(std::uint64_t digits) {
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

CIFRA_INLINE NumberLayout layout_of(const char* at, const NumberMarks& marks) {
    constexpr std::uint32_t guard = 1 << 16;
    const auto length = static_cast<unsigned>(std::countr_zero(mask16(at, marks.ends) | guard));
    const std::uint32_t points = mask16(at, marks.points) | (std::uint32_t{1} << length);
    return {length, static_cast<unsigned>(std::countr_zero(points))};
}

// A whole number below 2^53 divided by a power of ten below 10^23, both exact, is the nearest double: Clinger (1990),
// "How to read floating point numbers accurately", PLDI.
// At most eight digits, of which one at least stands before the point.
CIFRA_INLINE bool read_few_digits(const char* at, const NumberLayout& layout, double& to) {
    const std::uint64_t before = ~std::uint64_t{0} >> (64 - 8 * layout.point);
    const std::uint64_t bytes = (load8(at) & before) | (load8(at + 1) & ~before);
    const std::uint64_t digits = (bytes ^ 0x3030303030303030) << (64 - 8 * layout.digits());
    if (((digits | (digits + 0x7676767676767676)) & 0x8080808080808080) != 0) return false;
    to = static_cast<double>(static_cast<std::int64_t>(join_eight_digits(digits))) / powers_of_ten[layout.decimals()];
    return true;
}

CIFRA_INLINE bool read_many_digits(const char* at, const NumberLayout& layout, double& to) {
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

CIFRA_INLINE const char* read_longer_number(const char* at, const NumberMarks& marks, double& to) {
    const bool negative = *at == '-';
    at += negative;
    const NumberLayout layout = layout_of(at, marks);
    const bool ends_in_point = layout.point + 1 == layout.length, leading_zero = *at == '0' && layout.point > 1;
    if (layout.length - 1 > 14 || ends_in_point || leading_zero) return nullptr;
    const bool few = layout.digits() <= 8 && layout.point > 0;
    if (!(few ? read_few_digits(at, layout, to) : read_many_digits(at, layout, to))) return nullptr;
    if (negative) to = -to;
    return at + layout.length + 1;
}

// A plain number of up to fifteen digits, or an empty cell (NaN), that its end follows. The place after that, or
// nullptr for a cell of any other form.
CIFRA_INLINE const char* read_number(const char* at, const NumberMarks& marks, double& to) {
    const unsigned first = digit_of(at[0]), second = digit_of(at[1]);
    if (at[1] == marks.end && first <= 9) {
        to = digit_values[first];
        return at + 2;
    }
    if (at[2] == marks.end && first - 1 <= 8 && second <= 9) {
        to = static_cast<double>(static_cast<int>(10 * first + second));
        return at + 3;
    }
    if (*at == marks.end) {
        to = std::numeric_limits<double>::quiet_NaN();
        return at + 1;
    }
    return read_longer_number(at, marks, to);
}

}  // namespace cifra::csv_cells
