#include "engine/microdata/csv_row_parser.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <utility>

#include "engine/csv_column.h"
#include "engine/csv_header.h"
#include "engine/csv_scanner.h"
#include "engine/microdata/csv_cells.h"
#include "engine/microdata/text_codes.h"

namespace cifra {

namespace {

using namespace csv_cells;

constexpr double nan_cell = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t missing_code = static_cast<std::uint32_t>(-1);

// Rows are gathered in a buffer that stays in the cache, and appended to the columns from there. The odd stride keeps
// the columns off each other's cache lines.
constexpr std::size_t rows_at_once = 128, stride = rows_at_once + 8;

// Columns that follow each other in the file and are read alike.
struct Step {
    enum class Kind : std::uint8_t { skip, numbers, text, rest } kind = Kind::skip;
    bool last = false;        // its cell ends the row
    std::uint32_t count = 0;  // fields
    std::uint32_t slot = 0;   // of its first column, among those of its type
};

struct NumberCells {
    std::vector<double> values{};
    bool declared = false;
    bool flagged = false;  // the type was guessed, and a cell is no number
};

// Neighbouring rows mostly have the same stratum and PSU: the bytes of the cell before are compared first.
struct TextCells {
    std::uint64_t last = 1, mask = 0;  // the first bytes of that cell and what follows it; no word & 0 is 1
    std::uint32_t last_code = 0, last_bytes = 0;
    TextCodes codes;
    std::vector<std::uint32_t> values;
};

class PieceParser {
public:
    PieceParser(const CsvPieceText& piece, const CsvPlan& plan);
    RowBlock read();

private:
    struct Place {
        const CsvPlanColumn* column = nullptr;
        std::uint32_t slot = 0;
    };

    void reserve();
    void compile();
    void add_step(const Place& place, std::size_t& field);
    template <bool checked>
    void read_rows();
    template <bool checked>
    const char* fast_row(const char* at);
    template <bool checked>
    const char* fast_step(const Step& step, const char* at);
    template <bool checked>
    const char* skip(const char* at, std::uint32_t count) const;
    template <bool checked>
    const char* rest(const char* at, std::uint32_t fields) const;
    const char* numbers(const Step& step, const char* at, char end);
    const char* odd_number(const char* at, char end, std::size_t slot, double& to) const;
    const char* text(const Step& step, const char* at, char end);
    const char* other_text(TextCells& cells, const char* at, char end, std::uint32_t& to);
    const char* cell_end(const char* at) const;
    const char* after_last_cell(const char* at) const;
    const char* slow_row(const char* at);
    void forget_row();
    void add_slow_row();
    void add_slow_cell(const Place& place);
    void end_row(std::uint32_t line);
    void flush();
    Column finish(const Place& place);

    std::size_t row() const { return lines_.size() + buffered_; }

    const CsvPieceText& piece_;
    const CsvPlan& plan_;
    RowBlock block_;
    Diagnostics found_;
    CsvFaults report_;
    CsvScanner scanner_;
    char separator_, point_, row_end_;
    bool crlf_;
    std::uint32_t line_ = 0;
    std::size_t buffered_ = 0;
    std::vector<Place> places_;
    std::vector<Step> steps_;
    std::vector<double> number_buffer_;
    std::vector<std::uint32_t> text_buffer_;
    std::vector<std::uint32_t> line_buffer_;
    std::vector<NumberCells> numbers_;
    std::vector<TextCells> texts_;
    std::vector<std::uint32_t> lines_;
    std::string scratch_;
};

bool ends_in_crlf(std::string_view text) {
    const std::size_t end = text.find('\n');
    return end != std::string_view::npos && end > 0 && text[end - 1] == '\r';
}

PieceParser::PieceParser(const CsvPieceText& piece, const CsvPlan& plan)
    : piece_(piece),
      plan_(plan),
      report_(piece.text, piece.file, found_),
      scanner_(piece.text, piece.separator, plan.max_field_bytes, &report_),
      separator_(piece.separator),
      point_(plan.decimal_comma ? ',' : '.'),
      row_end_('\n'),
      crlf_(ends_in_crlf(piece.text)) {
    if (crlf_) row_end_ = '\r';
    for (const CsvPlanColumn& column : plan.columns) {
        const std::size_t slot = column.type == ColumnType::text ? texts_.size() : numbers_.size();
        places_.push_back({&column, static_cast<std::uint32_t>(slot)});
        if (column.type == ColumnType::text)
            texts_.emplace_back();
        else
            numbers_.push_back({.declared = column.declared});
    }
    reserve();
    compile();
}

void PieceParser::reserve() {
    number_buffer_.resize(numbers_.size() * stride);
    text_buffer_.resize(texts_.size() * stride);
    line_buffer_.resize(rows_at_once);
    const double rows = static_cast<double>(piece_.text.size()) / plan_.bytes_per_row;
    const std::size_t expected = rows_at_once + static_cast<std::size_t>(1.05 * rows);
    for (NumberCells& cells : numbers_) cells.values.reserve(expected);
    for (TextCells& cells : texts_) cells.values.reserve(expected);
    lines_.reserve(expected);
}

// A column found to hold other things than numbers is passed over from then on.
void PieceParser::compile() {
    steps_.clear();
    std::size_t field = 0;
    for (const Place& place : places_)
        if (place.column->type == ColumnType::text || !numbers_[place.slot].flagged) add_step(place, field);
    if (field < plan_.width)
        steps_.push_back({Step::Kind::rest, true, static_cast<std::uint32_t>(plan_.width - field), 0});
}

void PieceParser::add_step(const Place& place, std::size_t& field) {
    const CsvPlanColumn& column = *place.column;
    if (column.field > field)
        steps_.push_back({Step::Kind::skip, false, static_cast<std::uint32_t>(column.field - field), 0});
    const bool follows = column.field == field, last = column.field + 1 == plan_.width;
    const auto kind = column.type == ColumnType::text ? Step::Kind::text : Step::Kind::numbers;
    if (follows && !last && !steps_.empty() && kind == Step::Kind::numbers && steps_.back().kind == kind)
        ++steps_.back().count;
    else
        steps_.push_back({kind, last, 1, place.slot});
    field = column.field + 1;
}

template <bool checked>
const char* PieceParser::skip(const char* at, std::uint32_t count) const {
    for (;; at += 16) {
        std::uint32_t ends = mask16(at, '\n');
        if (checked) ends |= mask16(at, '"') | mask16(at, '\r');
        std::uint32_t separators = mask16(at, separator_);
        for (; separators != 0; separators &= separators - 1) {
            if (--count > 0) continue;
            const auto last = static_cast<unsigned>(std::countr_zero(separators));
            return (ends & below(last)) == 0 ? at + last + 1 : nullptr;
        }
        if (ends != 0) return nullptr;
    }
}

// The rest of a row, of which no cell is wanted.
template <bool checked>
const char* PieceParser::rest(const char* at, std::uint32_t fields) const {
    const std::uint32_t wanted = fields - 1;
    for (std::uint32_t found = 0;; at += 64) {
        const std::uint64_t ends = mask64(at, '\n'), separators = mask64(at, separator_);
        const auto end = static_cast<unsigned>(std::countr_zero(ends));
        const std::uint64_t inside = ends != 0 ? below(end) : ~std::uint64_t{0};
        if (checked) {
            const bool pair = crlf_ && ends != 0;
            if (pair && end == 0) return nullptr;
            const std::uint64_t expected = pair ? std::uint64_t{1} << (end - 1) : 0;
            if ((mask64(at, '"') & inside) != 0 || (mask64(at, '\r') & inside) != expected) return nullptr;
        }
        found += static_cast<std::uint32_t>(std::popcount(separators & inside));
        if (ends != 0) return found == wanted ? at + end + 1 : nullptr;
    }
}

// The first byte from `at` on that ends an unquoted cell or may not be in it.
const char* PieceParser::cell_end(const char* at) const {
    for (;; at += 16) {
        const std::uint32_t ends = mask16(at, separator_) | mask16(at, '\n') | mask16(at, '\r') | mask16(at, '"');
        if (ends != 0) return at + std::countr_zero(ends);
    }
}

// `at` is after the byte that ended the cell.
const char* PieceParser::after_last_cell(const char* at) const {
    if (!at || !crlf_) return at;
    return *at == '\n' ? at + 1 : nullptr;
}

const char* PieceParser::odd_number(const char* at, char end, std::size_t slot, double& to) const {
    const char* const stop = cell_end(at);
    if (*stop != end) return nullptr;
    const std::string_view cell(at, static_cast<std::size_t>(stop - at));
    const auto value = read_csv_number(cell, numbers_[slot].declared, plan_.decimal_comma);
    if (!value) return nullptr;
    to = *value;
    return stop + 1;
}

const char* PieceParser::numbers(const Step& step, const char* at, char end) {
    double* to = number_buffer_.data() + step.slot * stride + buffered_;
    for (std::uint32_t left = step.count; left > 0;) {
        if (left >= 8 && are_eight_digits(at, end)) {
            for (std::size_t i = 0; i < 8; ++i) to[i * stride] = digit_values[digit_of(at[2 * i])];
            at += 16, to += 8 * stride, left -= 8;
            continue;
        }
        const char* next = read_number(at, end, point_, *to);
        if (!next) next = odd_number(at, end, step.slot + step.count - left, *to);
        if (!next) return nullptr;
        at = next, to += stride, --left;
    }
    return at;
}

const char* PieceParser::text(const Step& step, const char* at, char end) {
    TextCells& cells = texts_[step.slot];
    std::uint32_t& to = text_buffer_[step.slot * stride + buffered_];
    if ((load8(at) & cells.mask) != cells.last) return other_text(cells, at, end, to);
    to = cells.last_code;
    return at + cells.last_bytes;
}

const char* PieceParser::other_text(TextCells& cells, const char* at, char end, std::uint32_t& to) {
    const char* const stop = cell_end(at);
    if (*stop != end) return nullptr;
    const auto bytes = static_cast<std::size_t>(stop - at);
    to = bytes == 0 ? missing_code : cells.codes.code({at, bytes}, row());
    cells.mask = bytes < 7 ? below(static_cast<unsigned>(8 * (bytes + 1))) : bytes == 7 ? ~std::uint64_t{0} : 0;
    cells.last = cells.mask == 0 ? 1 : load8(at) & cells.mask;
    cells.last_code = to;
    cells.last_bytes = static_cast<std::uint32_t>(bytes + 1);
    return stop + 1;
}

template <bool checked>
const char* PieceParser::fast_step(const Step& step, const char* at) {
    const char end = step.last ? row_end_ : separator_;
    switch (step.kind) {
        case Step::Kind::skip:
            return skip<checked>(at, step.count);
        case Step::Kind::rest:
            return rest<checked>(at, step.count);
        case Step::Kind::numbers:
            at = numbers(step, at, end);
            break;
        case Step::Kind::text:
            at = text(step, at, end);
            break;
    }
    return step.last ? after_last_cell(at) : at;
}

// The place after the row, or nullptr if it has to be read the slow way.
template <bool checked>
const char* PieceParser::fast_row(const char* at) {
    for (const Step& step : steps_) {
        at = fast_step<checked>(step, at);
        if (!at) return nullptr;
    }
    return at;
}

template <bool checked>
void PieceParser::read_rows() {
    const char *at = piece_.text.data(), *const end = at + piece_.text.size();
    const auto longest = static_cast<std::ptrdiff_t>(
        std::min<std::size_t>(plan_.max_field_bytes, std::numeric_limits<std::ptrdiff_t>::max()));
    while (at < end) {
        const char* const next = *at == '\n' || *at == '\r' ? nullptr : fast_row<checked>(at);
        if (next && next - at <= longest) {
            end_row(line_++);
            at = next;
        } else {
            at = slow_row(at);
            if (report_.full()) at = end;
        }
        if (buffered_ == rows_at_once) flush();
    }
    // The line end that ended the last row may stand behind the text.
    if (at > end && end[-1] != '\r') --line_;
}

void PieceParser::end_row(std::uint32_t line) { line_buffer_[buffered_++] = line; }

void PieceParser::forget_row() {
    for (TextCells& cells : texts_) {
        if (!cells.codes.forget(row())) continue;
        cells.mask = 0;
        cells.last = 1;
    }
}

const char* PieceParser::slow_row(const char* at) {
    forget_row();
    scanner_.seek(static_cast<std::size_t>(at - piece_.text.data()), line_);
    const bool found = scanner_.next();
    line_ = scanner_.next_line();
    if (!found) return piece_.text.data() + piece_.text.size();
    if (!scanner_.broken()) {
        if (scanner_.fields().size() == plan_.width)
            add_slow_row();
        else
            report_field_count(scanner_, plan_.width, report_);
    }
    return piece_.text.data() + scanner_.position();
}

void PieceParser::add_slow_row() {
    for (const Place& place : places_) add_slow_cell(place);
    end_row(scanner_.line());
}

void PieceParser::add_slow_cell(const Place& place) {
    const CsvPlanColumn& column = *place.column;
    const CsvField& field = scanner_.fields()[column.field];
    const std::string_view cell = scanner_.value(field, scratch_);
    if (column.type == ColumnType::text) {
        text_buffer_[place.slot * stride + buffered_] =
            cell.empty() ? missing_code : texts_[place.slot].codes.code(cell, row());
        return;
    }
    double& to = number_buffer_[place.slot * stride + buffered_];
    const auto value = cell.empty() ? std::nullopt : read_csv_number(cell, column.declared, plan_.decimal_comma);
    to = value.value_or(nan_cell);
    if (value || cell.empty() || numbers_[place.slot].flagged) return;
    if (column.declared) return report_no_number(field, column.name, report_);
    numbers_[place.slot].flagged = true;
    compile();
}

void PieceParser::flush() {
    const auto append = [&](auto& values, const auto* from) { values.insert(values.end(), from, from + buffered_); };
    for (std::size_t i = 0; i < numbers_.size(); ++i)
        if (!numbers_[i].flagged) append(numbers_[i].values, number_buffer_.data() + i * stride);
    for (std::size_t i = 0; i < texts_.size(); ++i) append(texts_[i].values, text_buffer_.data() + i * stride);
    append(lines_, line_buffer_.data());
    buffered_ = 0;
}

Column PieceParser::finish(const Place& place) {
    if (place.column->type == ColumnType::number) {
        NumberCells& cells = numbers_[place.slot];
        if (cells.flagged) {
            block_.not_numbers.push_back(place.column->name);
            cells.values.assign(lines_.size(), nan_cell);
        }
        return Column::of_numbers(std::move(cells.values));
    }
    TextCells& cells = texts_[place.slot];
    std::vector<Missing> missing;
    if (std::find(cells.values.begin(), cells.values.end(), missing_code) != cells.values.end()) {
        missing.resize(cells.values.size());
        for (std::size_t i = 0; i < missing.size(); ++i)
            missing[i] = cells.values[i] == missing_code ? Missing::system : Missing::none;
    }
    return Column::of_codes(std::move(cells.values), cells.codes.take_words(), std::move(missing));
}

RowBlock PieceParser::read() {
    check_csv_bytes(piece_.text, report_);
    if (!report_.full()) {
        if (piece_.quotes || piece_.text.find('\r') != std::string_view::npos)
            read_rows<true>();
        else
            read_rows<false>();
    }
    flush();
    for (const Place& place : places_) block_.table.set(place.column->name, finish(place));
    block_.table.source = piece_.file;
    block_.table.lines = std::move(lines_);
    block_.lines = line_;
    for (Diagnostic fault : found_.items()) {
        if (fault.where.line > 0) --fault.where.line;
        block_.faults.add(std::move(fault));
    }
    return std::move(block_);
}

}  // namespace

RowBlock parse_csv_rows(const CsvPieceText& piece, const CsvPlan& plan) { return PieceParser(piece, plan).read(); }

}  // namespace cifra
