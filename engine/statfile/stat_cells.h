// The cells of a piece of a statistical file as they stand there, before they become a table.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

// A missing number is a NaN whose lowest byte is its tag: 'a' of Stata's .a, 'A' of SAS's .A, 0 of one without.
inline double tagged_missing(char tag) {
    constexpr std::uint64_t quiet = 0x7FF8000000000000;
    return std::bit_cast<double>(quiet | static_cast<unsigned char>(tag));
}
inline unsigned char tag_of(double missing) {
    return static_cast<unsigned char>(std::bit_cast<std::uint64_t>(missing));
}

struct StatColumn {
    std::vector<double> numbers;  // of a column of numbers
    std::string bytes;            // of a column of texts, one after another
    std::vector<std::size_t> ends;

    void add(double number) { numbers.push_back(number); }
    void add(std::string_view text) {
        bytes += text;
        ends.push_back(bytes.size());
    }
    std::string_view text(std::size_t row) const {
        const std::size_t begin = row == 0 ? 0 : ends[row - 1];
        return std::string_view(bytes).substr(begin, ends[row] - begin);
    }
};

struct StatCells {
    std::vector<StatColumn> columns;
    std::size_t rows = 0;
};

// Takes the cells of a file row by row.
class CellSink {
public:
    virtual ~CellSink() = default;
    StatColumn& column(std::size_t index) { return cells_.columns[index]; }
    // All columns of a row have got their cell. False: no more are wanted.
    virtual bool end_row() = 0;

protected:
    StatCells cells_;
};

// Of each variable of a file its column among the cells, or `unwanted`.
using ColumnPlaces = std::vector<std::size_t>;
inline constexpr std::size_t unwanted = std::numeric_limits<std::size_t>::max();

}  // namespace cifra
