// One column of a columnar file, group by group, as numbers or as texts, however its chunks hold it.
//
// Texts of coded chunks share one dictionary object for the whole file; a chunk of texts, or of numbers read as texts,
// brings a dictionary of its own. Coded chunks cost less than a nanosecond a cell, doubles are copied; numbers read as
// texts are written out, and texts read as numbers parsed, cell by cell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/microdata/columnar_read.h"
#include "engine/table.h"

namespace cifra {

struct DecodedColumn {
    Column column;
    std::vector<std::uint32_t> not_numbers;  // rows whose cell is no number where one is declared; missing in `column`
};

class ColumnDecoder {
public:
    // `column`: its place in the directory. Nothing where its dictionary is damaged.
    static std::optional<ColumnDecoder> make(ColumnarFile file, std::size_t column, ColumnType type);

    // The cells of a group; nothing where the chunk is damaged. Any thread.
    std::optional<DecodedColumn> read(std::size_t group) const;

private:
    ColumnDecoder(ColumnarFile file, std::size_t column, ColumnType type);
    bool read_dictionary();
    template <class Code>
    std::optional<DecodedColumn> from_codes(std::string_view bytes) const;
    template <class Code>
    DecodedColumn numbers_of(const Code* codes, std::size_t rows, bool any_missing) const;
    DecodedColumn numbers_of(const std::vector<std::string_view>& cells) const;
    Column texts_of(std::span<const double> numbers, std::uint8_t decimals) const;

    ColumnarFile file_;
    std::size_t column_;
    ColumnType type_;
    Column::Dictionary dictionary_;  // type text
    std::vector<double> values_;     // type number: of the codes; NaN for 0 and for what is no number
    bool all_values_ = true;         // every entry is a number
};

}  // namespace cifra
