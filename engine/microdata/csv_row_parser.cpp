#include "engine/microdata/csv_row_parser.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <utility>

#include "engine/csv_column.h"
#include "engine/csv_header.h"
#include "engine/csv_scanner.h"
#include "engine/microdata/csv_walk.h"
#include "engine/microdata/text_codes.h"

namespace cifra {

namespace {

using namespace csv_cells;

constexpr double nan_cell = std::numeric_limits<double>::quiet_NaN();

struct NumberCells {
    std::vector<double> values{};
    bool declared = false;
    bool flagged = false;  // the type was guessed, and a cell is no number
};

struct TextCells {
    TextCodes codes{};
    std::vector<std::uint32_t> values{};
    bool any_missing = false;
};

class PieceParser {
public:
    PieceParser(const CsvPieceText& piece, const CsvPlan& plan);
    RowBlock read();

    // What walk_row leaves to its caller.
    const char* number(const char* at, char end, std::size_t slot, double& to) const;
    const char* text(const char* at, char end, Step& step, std::uint32_t& to);
    const char* skip(const char* at, std::uint32_t count) const;
    const char* rest(const char* at, std::uint32_t fields) const;

private:
    struct Field {
        std::string_view content{};
        const char* end = nullptr;
    };
    struct Place {
        const CsvPlanColumn* column = nullptr;
        std::uint32_t slot = 0;
    };

    void reserve();
    void compile();
    void add_step(const Place& place, std::size_t& field);
    void add_skip(Step::Kind kind, std::size_t fields);
    void read_rows();
    using Walk = const char* (PieceParser::*)(const char*, const char*);
    Walk choose_walk() const;
    template <bool checked>
    const char* walk_rows(const char* at, const char* end);
    template <bool checked>
    [[gnu::target("avx2,bmi,popcnt")]] const char* walk_wide(const char* at, const char* end);
    template <bool checked>
    const char* walk_narrow(const char* at, const char* end);
    const char* cell_end(const char* at) const;
    const char* closing_quote(const char* at) const;
    Field field(const char* at) const;
    const char* slow_row(const char* at);
    void forget_row();
    void add_slow_row();
    void add_slow_cell(const Place& place);
    void add_slow_text(std::size_t slot, std::string_view cell);
    void flush();
    Column finish(const Place& place);

    std::size_t row() const { return lines_.size() + buffered_; }

    const CsvPieceText& piece_;
    const CsvPlan& plan_;
    RowBlock block_;
    Diagnostics found_;
    CsvFaults report_;
    CsvScanner scanner_;
    Marks marks_;
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
      marks_(piece.separator, plan.decimal_comma ? ',' : '.', ends_in_crlf(piece.text)) {
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
    if (field < plan_.width) add_skip(Step::Kind::rest, plan_.width - field);
}

bool is_inner_number(const Step& step) { return step.kind == Step::Kind::number || step.kind == Step::Kind::numbers; }

void PieceParser::add_step(const Place& place, std::size_t& field) {
    const CsvPlanColumn& column = *place.column;
    const bool follows = column.field == field, last = column.field + 1 == plan_.width;
    const bool is_text = column.type == ColumnType::text;
    if (!follows) add_skip(Step::Kind::skip, column.field - field);
    field = column.field + 1;
    if (follows && !last && !is_text && !steps_.empty() && is_inner_number(steps_.back())) {
        steps_.back().kind = Step::Kind::numbers;
        ++steps_.back().count;
        return;
    }
    const auto kind = is_text ? (last ? Step::Kind::last_text : Step::Kind::text)
                              : (last ? Step::Kind::last_number : Step::Kind::number);
    steps_.push_back({kind, 1, place.slot, place.slot * stride});
}

void PieceParser::add_skip(Step::Kind kind, std::size_t fields) {
    steps_.push_back({kind, static_cast<std::uint32_t>(fields)});
}

// The first byte from `at` on that ends an unquoted cell or may not be in it.
const char* PieceParser::cell_end(const char* at) const {
    for (;; at += 16) {
        const std::uint32_t ends = mask16(at, marks_.inner.ends) | mask16(at, marks_.line_feeds) |
                                   mask16(at, marks_.returns) | mask16(at, marks_.quotes);
        if (ends != 0) return at + std::countr_zero(ends);
    }
}

// The closing quote of the field in quotes at `at`; nullptr where a line end or a quote is in it.
const char* PieceParser::closing_quote(const char* at) const {
    for (++at;; at += 16) {
        const std::uint32_t ends =
            mask16(at, marks_.quotes) | mask16(at, marks_.line_feeds) | mask16(at, marks_.returns);
        if (ends == 0) continue;
        at += std::countr_zero(ends);
        return at[0] == '"' && at[1] != '"' ? at : nullptr;
    }
}

// The field at `at`: its content, and the byte that ends it. No end where it is not on one line or has a fault.
PieceParser::Field PieceParser::field(const char* at) const {
    const bool quoted = *at == '"';
    const char* const begin = at + quoted;
    const char* const end = quoted ? closing_quote(at) : cell_end(at);
    if (!end) return {};
    return {{begin, static_cast<std::size_t>(end - begin)}, end + quoted};
}

const char* PieceParser::skip(const char* at, std::uint32_t count) const {
    for (; count > 0; --count) {
        const char* const end = field(at).end;
        if (!end || *end != marks_.inner.end) return nullptr;
        at = end + 1;
    }
    return at;
}

const char* PieceParser::rest(const char* at, std::uint32_t fields) const {
    at = skip(at, fields - 1);
    const char* const end = at ? field(at).end : nullptr;
    return end && *end == marks_.last.end ? end_row(marks_, end + 1) : nullptr;
}

// A number in a form that is rarely met.
const char* PieceParser::number(const char* at, char end, std::size_t slot, double& to) const {
    const Field cell = field(at);
    if (!cell.end || *cell.end != end) return nullptr;
    const auto value = read_csv_number(cell.content, numbers_[slot].declared, plan_.decimal_comma);
    if (!value && !cell.content.empty()) return nullptr;
    to = value.value_or(nan_cell);
    return cell.end + 1;
}

// A text that is not that of the row before.
const char* PieceParser::text(const char* at, char end, Step& step, std::uint32_t& to) {
    const Field cell = field(at);
    if (!cell.end || *cell.end != end) return nullptr;
    TextCells& cells = texts_[step.slot];
    const std::size_t row = lines_.size() + static_cast<std::size_t>(&to - &text_buffer_[step.offset]);
    if (cell.content.empty()) cells.any_missing = true;
    to = cell.content.empty() ? missing_code : cells.codes.code(cell.content, row);
    const auto length = static_cast<unsigned>(cell.end + 1 - at);
    const std::uint64_t mask = length < 8 ? below(8 * length) : length == 8 ? ~std::uint64_t{0} : 0;
    step.memo = {mask == 0 ? 1 : load8(at) & mask, mask, to, length};
    return cell.end + 1;
}

// Reads rows until one has to be read the slow way, the buffer is full, or the text ends. In a file of one column a
// blank line would be taken for an empty cell.
template <bool checked>
CIFRA_INLINE const char* PieceParser::walk_rows(const char* at, const char* end) {
    const Marks marks = marks_;
    const auto longest = static_cast<std::ptrdiff_t>(
        std::min<std::size_t>(plan_.max_field_bytes, std::numeric_limits<std::ptrdiff_t>::max()));
    const bool blank_is_cell = plan_.width == 1;
    RowCells row{number_buffer_.data() + buffered_, text_buffer_.data() + buffered_};
    std::uint32_t* line = line_buffer_.data() + buffered_;
    std::uint32_t* const full = line_buffer_.data() + rows_at_once;
    for (Step* const steps = steps_.data(); line < full && at < end; ++line, ++row.numbers, ++row.codes) {
        if (blank_is_cell && (*at == '\n' || *at == '\r')) break;
        const char* const next = walk_row<checked>(marks, steps, at, row, *this);
        if (!next || next - at > longest) break;
        *line = line_++;
        at = next;
    }
    buffered_ = static_cast<std::size_t>(line - line_buffer_.data());
    return at;
}

void PieceParser::read_rows() {
    const char *at = piece_.text.data(), *const end = at + piece_.text.size();
    const auto walk = choose_walk();
    while (at < end) {
        at = (this->*walk)(at, end);
        if (buffered_ < rows_at_once && at < end) at = slow_row(at);
        if (report_.full()) at = end;
        if (buffered_ == rows_at_once) flush();
    }
    // The line end that ended the last row may stand behind the text.
    if (at > end && end[-1] != '\r') --line_;
}

template <bool checked>
const char* PieceParser::walk_wide(const char* at, const char* end) {
    return walk_rows<checked>(at, end);
}

template <bool checked>
const char* PieceParser::walk_narrow(const char* at, const char* end) {
    return walk_rows<checked>(at, end);
}

PieceParser::Walk PieceParser::choose_walk() const {
    const bool checked = piece_.quotes || piece_.text.find('\r') != std::string_view::npos;
#ifdef __x86_64__
    static const bool wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
    if (wide) return checked ? &PieceParser::walk_wide<true> : &PieceParser::walk_wide<false>;
#endif
    return checked ? &PieceParser::walk_narrow<true> : &PieceParser::walk_narrow<false>;
}

void PieceParser::forget_row() {
    bool forgotten = false;
    for (TextCells& cells : texts_) forgotten |= cells.codes.forget(row());
    for (Step& step : steps_)
        if (forgotten) step.memo = {};
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
    line_buffer_[buffered_++] = scanner_.line();
}

void PieceParser::add_slow_cell(const Place& place) {
    const CsvPlanColumn& column = *place.column;
    const CsvField& field = scanner_.fields()[column.field];
    const std::string_view cell = scanner_.value(field, scratch_);
    if (column.type == ColumnType::text) return add_slow_text(place.slot, cell);
    double& to = number_buffer_[place.slot * stride + buffered_];
    const auto value = cell.empty() ? std::nullopt : read_csv_number(cell, column.declared, plan_.decimal_comma);
    to = value.value_or(nan_cell);
    if (value || cell.empty() || numbers_[place.slot].flagged) return;
    if (column.declared) return report_no_number(field, column.name, report_);
    numbers_[place.slot].flagged = true;
    compile();
}

void PieceParser::add_slow_text(std::size_t slot, std::string_view cell) {
    texts_[slot].any_missing |= cell.empty();
    text_buffer_[slot * stride + buffered_] = cell.empty() ? missing_code : texts_[slot].codes.code(cell, row());
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
    if (cells.any_missing) {
        missing.resize(cells.values.size());
        for (std::size_t i = 0; i < missing.size(); ++i)
            missing[i] = cells.values[i] == missing_code ? Missing::system : Missing::none;
    }
    return Column::of_codes(std::move(cells.values), cells.codes.take_words(), std::move(missing));
}

RowBlock PieceParser::read() {
    check_csv_bytes(piece_.text, report_);
    if (!report_.full()) read_rows();
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
