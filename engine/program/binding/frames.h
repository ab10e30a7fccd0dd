// Columns of data frames as columns of the engine, and specifications as trees: what the packages for Python and R
// share. Neither knows the other's language; each hands over spans of memory and plain values.
//
// A column is copied once, from the memory of the frame into a Column, which tables then share.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/table.h"
#include "engine/yaml.h"

namespace cifra::binding {

// Numbers of any type, `stride` bytes from one to the next; NaN and infinities are missing, as no file can hold them.
// Whole numbers beyond 2^53 are rounded, as any conversion to double does.
template <class Number>
Column number_column(const Number* first, std::size_t rows, std::ptrdiff_t stride = sizeof(Number)) {
    std::vector<double> values(rows);
    const auto* bytes = reinterpret_cast<const std::byte*>(first);
    for (std::size_t row = 0; row < rows; ++row) {
        const auto value =
            static_cast<double>(*reinterpret_cast<const Number*>(bytes + static_cast<std::ptrdiff_t>(row) * stride));
        values[row] = std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
    }
    return Column::of_numbers(std::move(values));
}

// Codes into `words`; a negative one is missing, and so is the empty word, as an empty cell of a file is. Throws
// std::invalid_argument for a code beyond them.
Column code_column(std::span<const std::int64_t> codes, std::vector<std::string> words);

// A tree as a YAML file would give it. `what` names the specification in messages in the place of a file.
YamlValue scalar_value(std::string text, std::string_view what);
YamlValue list_value(std::vector<YamlValue> items, std::string_view what);
YamlValue map_value(std::vector<std::pair<std::string, YamlValue>> entries, std::string_view what);

}  // namespace cifra::binding
