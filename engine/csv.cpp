#include "engine/csv.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "engine/csv_column.h"
#include "engine/csv_header.h"
#include "engine/csv_scanner.h"
#include "engine/microdata/byte_source.h"
#include "engine/microdata/whole_rows.h"

namespace cifra {

namespace {

// One reading of one text: header, columns, rows.
class Reading {
public:
    Reading(std::string_view text, const std::string& name, const CsvOptions& options, Diagnostics& faults)
        : text_(text),
          name_(name),
          options_(options),
          report_(text, name, faults),
          separator_(csv_separator(text, options)) {}

    Table table();
    std::vector<std::string> header();

private:
    CsvScanner scanner(CsvFaults* report) const { return {text_, separator_, options_.max_field_bytes, report}; }
    bool next_row(CsvScanner& scanner, CsvFaults* report) const;
    void read_rows(CsvScanner& scanner);
    void read_late_texts();

    std::string_view text_;
    const std::string& name_;
    const CsvOptions& options_;
    CsvFaults report_;
    char separator_;
    std::size_t width_ = 0;  // fields of the header
    std::vector<CsvColumn> columns_;
    std::vector<std::uint32_t> lines_;
};

std::vector<std::string> Reading::header() {
    check_csv_bytes(text_, report_);
    CsvScanner scanner = this->scanner(&report_);
    return read_csv_names(scanner, report_).value_or(std::vector<std::string>{});
}

// The next row that fits the header; the others are reported, if asked for, and passed over.
bool Reading::next_row(CsvScanner& scanner, CsvFaults* report) const {
    while (scanner.next()) {
        if (scanner.broken()) continue;
        if (scanner.fields().size() == width_) return true;
        if (report) report_field_count(scanner, width_, *report);
    }
    return false;
}

void Reading::read_rows(CsvScanner& scanner) {
    std::string scratch;
    while (next_row(scanner, &report_)) {
        lines_.push_back(scanner.line());
        for (CsvColumn& column : columns_) {
            const CsvField& field = scanner.fields()[column.field()];
            if (!column.add(scanner.value(field, scratch))) report_no_number(field, column.name(), report_);
        }
    }
}

void Reading::read_late_texts() {
    std::vector<CsvColumn*> late;
    for (CsvColumn& column : columns_)
        if (column.needs_rereading()) late.push_back(&column);
    if (late.empty()) return;
    for (CsvColumn* column : late) column->start_rereading();
    CsvScanner scanner = this->scanner(nullptr);
    scanner.next();
    std::string scratch;
    for (std::size_t row = 0; row < lines_.size() && next_row(scanner, nullptr); ++row)
        for (CsvColumn* column : late) column->add(scanner.value(scanner.fields()[column->field()], scratch));
}

Table Reading::table() {
    Table table;
    table.source = name_;
    check_csv_bytes(text_, report_);
    CsvScanner scanner = this->scanner(&report_);
    const auto names = read_csv_names(scanner, report_);
    if (!names) return table;
    width_ = names->size();
    for (const CsvChoice& choice : choose_csv_columns(*names, options_, report_))
        columns_.emplace_back(choice.name, choice.field, choice.declared, options_.decimal_comma);
    read_rows(scanner);
    read_late_texts();
    for (CsvColumn& column : columns_) table.set(column.name(), column.finish());
    table.lines = std::move(lines_);
    return table;
}

// The text up to the end of its first record.
std::string_view header_text(std::string_view bytes, const CsvOptions& options) {
    const std::string_view text = without_bom(bytes);
    CsvScanner scanner(text, csv_separator(text, options), options.max_field_bytes, nullptr);
    scanner.next();
    return text.substr(0, scanner.position());
}

Table read_text(std::string_view text, const std::string& name, const CsvOptions& options, Diagnostics& faults) {
    if (!is_utf16(text, name, faults)) return Reading(without_bom(text), name, options, faults).table();
    Table table;
    table.source = name;
    return table;
}

// The first `limit` bytes of a file, or nothing, with a fault.
std::optional<std::string> read_bytes(const std::filesystem::path& file, std::size_t limit, Diagnostics& faults) {
    const auto source = open_bytes(file, faults);
    if (!source) return std::nullopt;
    std::error_code error;
    std::string bytes;
    const std::uintmax_t size = std::filesystem::file_size(file, error);
    if (!error) bytes.reserve(std::min<std::uintmax_t>(size, limit));
    constexpr std::size_t chunk = 1 << 20;
    const std::size_t errors = faults.error_count();
    for (bool more = true; more && bytes.size() < limit;) {
        const std::size_t before = bytes.size(), wanted = std::min(chunk, limit - before);
        bytes.resize(before + wanted);
        const std::size_t got = source->read(bytes.data() + before, wanted, faults);
        bytes.resize(before + got);
        more = got == wanted;
    }
    if (faults.error_count() > errors) return std::nullopt;
    return bytes;
}

}  // namespace

Table read_csv(const std::filesystem::path& file, const CsvOptions& options, Diagnostics& faults) {
    if (auto table = read_sound_csv(file, options)) return *std::move(table);
    const auto text = read_bytes(file, std::numeric_limits<std::size_t>::max(), faults);
    if (text) return read_text(*text, file.string(), options, faults);
    Table table;
    table.source = file.string();
    return table;
}

std::vector<std::string> csv_header(const std::filesystem::path& file, const CsvOptions& options, Diagnostics& faults) {
    constexpr std::size_t first_try = 1 << 20;
    auto bytes = read_bytes(file, first_try, faults);
    if (bytes && bytes->size() == first_try && header_text(*bytes, options).size() == without_bom(*bytes).size())
        bytes = read_bytes(file, std::numeric_limits<std::size_t>::max(), faults);
    if (!bytes || is_utf16(*bytes, file.string(), faults)) return {};
    return Reading(header_text(*bytes, options), file.string(), options, faults).header();
}

Table parse_csv(const std::string& text, const std::string& name, const CsvOptions& options, Diagnostics& faults) {
    return read_text(text, name, options, faults);
}

}  // namespace cifra
