// A column on its way through an expression. Internal to the rooms `evaluate*`.
//
// A lane looks at values that it owns or that a Column owns; with stride 0 it is one value that stands for every row.
// A missing cell holds some value that may be read, never used (word 0 may be absent from an empty dictionary).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/expression.h"
#include "engine/table.h"

namespace cifra {

struct Lane {
    Type type = Type::truth;
    std::size_t stride = 1;
    std::span<const double> numbers;       // type number
    std::span<const std::uint8_t> truths;  // type truth
    std::span<const std::uint32_t> codes;  // type text: into words, which need not be distinct
    std::span<const std::string> words;
    std::span<const Missing> kinds;  // empty: all present

    double number(std::size_t row) const { return numbers[row * stride]; }
    bool truth(std::size_t row) const { return truths[row * stride] != 0; }
    std::uint32_t code(std::size_t row) const { return codes[row * stride]; }
    const std::string& word(std::size_t row) const { return words[code(row)]; }
    Missing kind(std::size_t row) const { return kinds.empty() ? Missing::none : kinds[row * stride]; }
    bool present(std::size_t row) const { return kind(row) == Missing::none; }

    // What the spans look at where the lane owns it. The elements of a vector stay in place when it is moved.
    std::vector<double> own_numbers;
    std::vector<std::uint8_t> own_truths;
    std::vector<std::uint32_t> own_codes;
    std::vector<std::string> own_words;
    std::vector<Missing> own_kinds;

    Lane() = default;
    Lane(Lane&&) = default;
    Lane& operator=(Lane&&) = default;
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;
};

// Lanes that own their cells; `kinds` is empty or as long as the values.
Lane number_lane(std::vector<double> numbers, std::vector<Missing> kinds, std::size_t stride);
Lane truth_lane(std::vector<std::uint8_t> truths, std::vector<Missing> kinds, std::size_t stride);
Lane text_lane(std::vector<std::uint32_t> codes, std::vector<std::string> words, std::vector<Missing> kinds,
               std::size_t stride);

// One value for every row: a literal, or `missing` of the node's type.
Lane constant_lane(const ExprNode& literal);

// A lane over a column that outlives it. Throws std::invalid_argument when the column is not of the type.
Lane column_lane(const Column& column, Type type, const std::string& name);

// The lane as a column of `rows` cells; truth as 0 and 1; a text column's dictionary holds the entries in use.
Column to_column(Lane lane, std::size_t rows);

}  // namespace cifra
