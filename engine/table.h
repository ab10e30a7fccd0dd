// A columnar table: named columns of one length, number or text, with kinds of missing. No arithmetic.
//
// A cell is a value or a *kind* of missing, never a magic code. Text columns are dictionary coded: `codes()[row]`
// indexes `dictionary()`, whose entries are distinct, in order of first appearance.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

enum class Missing : std::uint8_t { none, system, not_asked, not_reached, refused, dont_know };

// "", "system", "not_asked", "not_reached", "refused", "dont_know"
std::string_view to_text(Missing kind);
std::optional<Missing> missing_from_text(std::string_view text);

enum class ColumnType : std::uint8_t { number, text };

// A value whose cells never change: copies share them.
class Column {
public:
    Column() = default;
    // `missing` is empty (all present) or as long as the values. Text of missing cells is ignored; NaN becomes system.
    static Column of_numbers(std::vector<double> values, std::vector<Missing> missing = {});
    static Column of_texts(const std::vector<std::string>& values, std::vector<Missing> missing = {});
    static Column of_codes(std::vector<std::uint32_t> codes, std::vector<std::string> dictionary,
                           std::vector<Missing> missing = {});
    // Blocks of one file share a dictionary; `&dictionary()` then tells that they do.
    using Dictionary = std::shared_ptr<const std::vector<std::string>>;
    static Column of_codes(std::vector<std::uint32_t> codes, Dictionary dictionary, std::vector<Missing> missing = {});

    ColumnType type() const { return type_; }
    bool is_number() const { return type_ == ColumnType::number; }
    std::size_t size() const { return is_number() ? numbers().size() : codes().size(); }

    Missing missing(std::size_t row) const { return missing_ ? (*missing_)[row] : Missing::none; }
    bool present(std::size_t row) const { return missing(row) == Missing::none; }
    bool any_missing() const { return missing_ != nullptr; }

    // Of type number; 0 where missing.
    std::span<const double> numbers() const { return numbers_ ? *numbers_ : std::span<const double>(); }
    // Of type text; 0 where missing.
    std::span<const std::uint32_t> codes() const { return codes_ ? *codes_ : std::span<const std::uint32_t>(); }
    const std::vector<std::string>& dictionary() const { return *dictionary_; }
    const Dictionary& shared_dictionary() const { return dictionary_; }
    double number(std::size_t row) const { return (*numbers_)[row]; }
    const std::string& text(std::size_t row) const;  // type text; "" where missing

    // The cell as it stands in a file: shortest number that reads back equal, the text, or "" where missing.
    std::string cell(std::size_t row) const;

    // Rows picked in the given order; npos picks a system missing.
    static constexpr std::size_t npos = static_cast<std::size_t>(-1);
    Column pick(std::span<const std::size_t> rows) const;

    // The same cells as text (numbers by `cell`), for keys.
    Column as_text() const;

private:
    Column(ColumnType type, std::vector<Missing> missing);
    ColumnType type_ = ColumnType::number;
    std::shared_ptr<const std::vector<double>> numbers_;       // null: of type text, or no cells
    std::shared_ptr<const std::vector<std::uint32_t>> codes_;  // null: of type number
    static const Dictionary no_words;
    Dictionary dictionary_ = no_words;                     // never null
    std::shared_ptr<const std::vector<Missing>> missing_;  // null: all present
};

class Table {
public:
    // Adds or replaces a column. Throws std::invalid_argument when its length differs from the table's.
    void set(std::string name, Column column);
    std::size_t rows() const { return rows_; }
    std::size_t width() const { return columns_.size(); }
    const std::vector<std::string>& names() const { return names_; }
    bool has(std::string_view name) const { return find(name) != nullptr; }
    const Column* find(std::string_view name) const;  // nullptr when absent
    const Column& at(std::string_view name) const;    // throws std::out_of_range
    const Column& column(std::size_t index) const { return columns_[index]; }
    void remove(std::string_view name);
    Table pick(std::span<const std::size_t> rows) const;  // rows in the given order

    // Where the table was read from, for messages; empty for tables made in memory.
    std::string source;
    // The line of the file on which each row begins; empty for tables made in memory.
    std::vector<std::uint32_t> lines;

private:
    std::vector<std::string> names_;
    std::vector<Column> columns_;
    std::size_t rows_ = 0;
};

// Builds a text column cell by cell, keeping the dictionary.
class TextColumnBuilder {
public:
    TextColumnBuilder();
    ~TextColumnBuilder();
    TextColumnBuilder(TextColumnBuilder&&) noexcept;
    TextColumnBuilder& operator=(TextColumnBuilder&&) noexcept;
    void reserve(std::size_t rows);
    void add(std::string_view value);
    void add_missing(Missing kind);
    Column finish();

private:
    struct Parts;
    Parts* parts_;
};

// Shortest decimal text that reads back as the same double; an exponent only outside 1e-5 .. 1e15 ("0.1", "1e+300").
std::string shortest(double value);
// Exactly 17 significant digits at most, as %.17g in the C locale.
std::string digits17(double value);
// The whole of `text` as a finite decimal number ("12", "-0.5", "1e3"); nothing for "", "nan", "inf", "0x1", " 1".
std::optional<double> parse_number(std::string_view text);

}  // namespace cifra
