// One walk over the bytes of a CSV row of plain fields. Private to csv_row_parser.cpp, which compiles it for more
// than one set of instructions: hence everything is inlined by force.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/microdata/csv_cells.h"

namespace cifra::csv_cells {

// Rows are gathered in a buffer that stays in the cache, column by column, and appended to the columns from there. The
// odd stride keeps the columns off each other's cache lines.
inline constexpr std::size_t rows_at_once = 128, stride = rows_at_once + 8;

inline constexpr std::uint32_t missing_code = static_cast<std::uint32_t>(-1);

// The bytes of a column's last cell and of what follows it, up to eight: neighbouring rows mostly have the same stratum
// and PSU. A word & 0 is never 1.
struct TextMemo {
    std::uint64_t bytes = 1, mask = 0;
    std::uint32_t code = 0, length = 0;
};

// A field, or several that follow each other and are read alike.
struct Step {
    enum class Kind : std::uint8_t { number, numbers, text, skip, rest, last_number, last_text } kind = Kind::skip;
    std::uint32_t count = 0;  // fields
    std::uint32_t slot = 0;   // of the first one, among those of its type
    std::size_t offset = 0;   // of that slot in the buffer
    TextMemo memo{};
};

// `row_end` ends the last field, and with `crlf` a LF follows it.
struct Marks {
    Marks(char separator, char point, bool crlf)
        : inner(number_marks(separator, point)), last(number_marks(crlf ? '\r' : '\n', point)), crlf(crlf) {}
    NumberMarks inner, last;
    Pattern line_feeds = repeat('\n'), returns = repeat('\r'), quotes = repeat('"');
    bool crlf;
};

// Where the cells of the row at hand go: those of the next column stand `stride` further.
struct RowCells {
    double* numbers = nullptr;
    std::uint32_t* codes = nullptr;
};

// With `checked`, the text may hold quotes and CR, which are looked for.
template <bool checked, class Odd>
CIFRA_INLINE const char* skip_any_fields(const Marks& marks, const char* at, std::uint32_t count, Odd& odd) {
    const char* const begin = at;
    for (std::uint32_t left = count;; at += 16) {
        std::uint32_t ends = mask16(at, marks.line_feeds);
        if (checked) ends |= mask16(at, marks.quotes) | mask16(at, marks.returns);
        std::uint32_t separators = mask16(at, marks.inner.ends);
        for (; separators != 0; separators &= separators - 1) {
            if (--left > 0) continue;
            if ((ends & (separators ^ (separators - 1))) == 0) return at + std::countr_zero(separators) + 1;
            ends = 1;
            break;
        }
        if (ends != 0) return checked ? odd.skip(begin, count) : nullptr;
    }
}

template <bool checked, class Odd>
CIFRA_INLINE const char* skip_fields(const Marks& marks, const char* at, std::uint32_t count, Odd& odd) {
    for (; count > 0 && is_one_digit(at, marks.inner); --count) at += 2;
    return count > 0 ? skip_any_fields<checked>(marks, at, count, odd) : at;
}

CIFRA_INLINE bool is_plain(const Marks& marks, const char* at, std::uint64_t ends, std::uint64_t inside) {
    const bool pair = marks.crlf && ends != 0;
    const std::uint64_t expected = pair ? (ends & (~ends + 1)) >> 1 : 0;
    const bool sound = !pair || expected != 0;
    return sound && (mask64(at, marks.quotes) & inside) == 0 && (mask64(at, marks.returns) & inside) == expected;
}

// The rest of a row, of which no field is wanted.
template <bool checked, class Odd>
CIFRA_INLINE const char* skip_rest(const Marks& marks, const char* at, std::uint32_t fields, Odd& odd) {
    const char* const begin = at;
    for (std::uint32_t found = 1;; at += 64) {
        const std::uint64_t ends = mask64(at, marks.line_feeds), separators = mask64(at, marks.inner.ends);
        const std::uint64_t inside = ~ends & (ends - 1);
        if (checked && !is_plain(marks, at, ends, inside)) return odd.rest(begin, fields);
        found += static_cast<std::uint32_t>(std::popcount(separators & inside));
        if (ends != 0) return found == fields ? at + std::countr_zero(ends) + 1 : nullptr;
    }
}

// Codes of one digit are taken eight and four at a time.
template <std::size_t... i>
CIFRA_INLINE void take_digits(const char* at, double* to, std::index_sequence<i...>) {
    ((to[i * stride] = digit_values[static_cast<unsigned char>(at[2 * i]) - std::size_t{'0'}]), ...);
}

template <class Odd>
CIFRA_INLINE const char* read_one_number(const NumberMarks& marks, std::size_t slot, const char* at, double* to,
                                         Odd& odd) {
    const char* const next = read_number(at, marks, *to);
    return next ? next : odd.number(at, marks.end, slot, *to);
}

template <class Odd>
CIFRA_INLINE const char* read_numbers(const NumberMarks& marks, const Step& step, const char* at, double* to,
                                      Odd& odd) {
    for (std::uint32_t left = step.count; left > 0;) {
        if (left >= 8 && are_eight_digits(at, marks.zeros)) {
            take_digits(at, to, std::make_index_sequence<8>());
            at += 16, to += 8 * stride, left -= 8;
        } else if (left >= 4 && are_four_digits(at, marks)) {
            take_digits(at, to, std::make_index_sequence<4>());
            at += 8, to += 4 * stride, left -= 4;
        } else {
            at = read_one_number(marks, step.slot + step.count - left, at, to, odd);
            if (!at) return nullptr;
            to += stride, --left;
        }
    }
    return at;
}

template <class Odd>
CIFRA_INLINE const char* read_text(char end, Step& step, const char* at, const RowCells& row, Odd& odd) {
    std::uint32_t& to = row.codes[step.offset];
    if ((load8(at) & step.memo.mask) != step.memo.bytes) return odd.text(at, end, step, to);
    to = step.memo.code;
    return at + step.memo.length;
}

// `at` is after the byte that ended the last field.
CIFRA_INLINE const char* end_row(const Marks& marks, const char* at) {
    if (!at || !marks.crlf) return at;
    return *at == '\n' ? at + 1 : nullptr;
}

// The place after the row, or nullptr where it is no row of one line without faults. `odd` reads what is rarely met:
// numbers of another form, texts other than the one before, fields in quotes.
template <bool checked, class Odd>
CIFRA_INLINE const char* walk_row(const Marks& marks, Step* step, const char* at, const RowCells& row, Odd& odd) {
    for (; at; ++step) {
        switch (step->kind) {
            case Step::Kind::number:
                at = read_one_number(marks.inner, step->slot, at, row.numbers + step->offset, odd);
                break;
            case Step::Kind::numbers:
                at = read_numbers(marks.inner, *step, at, row.numbers + step->offset, odd);
                break;
            case Step::Kind::text:
                at = read_text(marks.inner.end, *step, at, row, odd);
                break;
            case Step::Kind::skip:
                at = skip_fields<checked>(marks, at, step->count, odd);
                break;
            case Step::Kind::rest:
                return skip_rest<checked>(marks, at, step->count, odd);
            case Step::Kind::last_number:
                return end_row(marks, read_one_number(marks.last, step->slot, at, row.numbers + step->offset, odd));
            case Step::Kind::last_text:
                return end_row(marks, read_text(marks.last.end, *step, at, row, odd));
            default:
                __builtin_unreachable();
        }
    }
    return nullptr;
}

}  // namespace cifra::csv_cells
