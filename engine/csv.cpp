#include "engine/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "engine/csv_column.h"
#include "engine/csv_scanner.h"

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
          separator_(options.separator ? options.separator : find_csv_separator(text, options.decimal_comma)) {}

    Table table();
    std::vector<std::string> header();

private:
    CsvScanner scanner(CsvFaults* report) const { return {text_, separator_, options_.max_field_bytes, report}; }
    bool read_header(CsvScanner& scanner);
    bool wanted(const std::string& column) const;
    void check_names(const CsvScanner& scanner);
    void choose_columns();
    bool next_row(CsvScanner& scanner, CsvFaults* report) const;
    void report_field_count(const CsvScanner& scanner, CsvFaults& report) const;
    void read_rows(CsvScanner& scanner);
    void read_late_texts();

    std::string_view text_;
    const std::string& name_;
    const CsvOptions& options_;
    CsvFaults report_;
    char separator_;
    std::vector<std::string> names_;
    std::vector<CsvColumn> columns_;
    std::vector<std::uint32_t> lines_;
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Fills the names of the columns. False, with a fault, if there is no sound header: no row can be judged then.
bool Reading::read_header(CsvScanner& scanner) {
    if (!scanner.next()) {
        report_.add(0, "empty-file", "the file is empty", "it needs a header line");
        return false;
    }
    std::string scratch;
    for (const CsvField& field : scanner.fields()) names_.emplace_back(scanner.value(field, scratch));
    check_names(scanner);
    return !scanner.broken();
}

std::vector<std::string> Reading::header() {
    check_csv_bytes(text_, report_);
    CsvScanner scanner = this->scanner(&report_);
    return read_header(scanner) ? names_ : std::vector<std::string>{};
}

void Reading::check_names(const CsvScanner& scanner) {
    std::map<std::string_view, std::size_t> first;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        const auto [earlier, added] = first.emplace(names_[i], i);
        if (added) continue;
        report_.add(scanner.fields()[i].begin, "duplicate-column",
                    fmt::format("columns {} and {} are both named '{}'", earlier->second + 1, i + 1, names_[i]),
                    "rename one of them");
    }
}

bool Reading::wanted(const std::string& column) const {
    return options_.columns.empty() || contains(options_.columns, column) ||
           contains(options_.optional_columns, column);
}

void Reading::choose_columns() {
    for (const std::string& column : options_.columns)
        if (!contains(names_, column))
            report_.add(0, "missing-column", fmt::format("there is no column '{}'", column),
                        suggestion(column, names_));
    for (std::size_t field = 0; field < names_.size(); ++field) {
        const auto earlier = names_.begin() + static_cast<std::ptrdiff_t>(field);
        if (!wanted(names_[field]) || std::find(names_.begin(), earlier, names_[field]) != earlier) continue;
        const auto type = options_.types.find(names_[field]);
        const auto declared = type == options_.types.end() ? std::nullopt : std::optional(type->second);
        columns_.emplace_back(names_[field], field, declared, options_.decimal_comma);
    }
}

void Reading::report_field_count(const CsvScanner& scanner, CsvFaults& report) const {
    const std::vector<CsvField>& fields = scanner.fields();
    const bool too_many = fields.size() > names_.size();
    report.add(too_many ? fields[names_.size()].begin : fields.back().end, "wrong-field-count",
               fmt::format("the row has {} fields, the header {}", fields.size(), names_.size()),
               too_many ? "enclose fields that hold the separator in quotes" : "complete the row with empty fields");
}

// The next row that fits the header; the others are reported, if asked for, and passed over.
bool Reading::next_row(CsvScanner& scanner, CsvFaults* report) const {
    while (scanner.next()) {
        if (scanner.broken()) continue;
        if (scanner.fields().size() == names_.size()) return true;
        if (report) report_field_count(scanner, *report);
    }
    return false;
}

void Reading::read_rows(CsvScanner& scanner) {
    std::string scratch;
    while (next_row(scanner, &report_)) {
        lines_.push_back(scanner.line());
        for (CsvColumn& column : columns_) {
            const CsvField& field = scanner.fields()[column.field()];
            if (column.add(scanner.value(field, scratch))) continue;
            report_.add(field.begin, "not-a-number",
                        fmt::format("column '{}' holds a cell that is no number", column.name()),
                        "correct the cell, or declare the column as text");
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
    if (!read_header(scanner)) return table;
    choose_columns();
    read_rows(scanner);
    read_late_texts();
    for (CsvColumn& column : columns_) table.set(column.name(), column.finish());
    table.lines = std::move(lines_);
    return table;
}

std::string_view without_bom(std::string_view text) { return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text; }

// The text up to the end of its first record.
std::string_view header_text(std::string_view bytes, const CsvOptions& options) {
    const std::string_view text = without_bom(bytes);
    const char separator = options.separator ? options.separator : find_csv_separator(text, options.decimal_comma);
    CsvScanner scanner(text, separator, options.max_field_bytes, nullptr);
    scanner.next();
    return text.substr(0, scanner.position());
}

// A whole UTF-16 file would give a fault on every line.
bool is_utf16(std::string_view text, const std::string& name, Diagnostics& faults) {
    if (!text.starts_with("\xFF\xFE") && !text.starts_with("\xFE\xFF")) return false;
    faults.error({name, 1, 1}, "not-utf8", "the file is UTF-16", "save it as UTF-8, e.g. iconv -f utf-16 -t utf-8");
    return true;
}

Table read_text(std::string_view text, const std::string& name, const CsvOptions& options, Diagnostics& faults) {
    if (!is_utf16(text, name, faults)) return Reading(without_bom(text), name, options, faults).table();
    Table table;
    table.source = name;
    return table;
}

// The first `limit` bytes of a file, or nothing, with a fault.
std::optional<std::string> read_bytes(const std::filesystem::path& file, std::size_t limit, Diagnostics& faults) {
    std::error_code error;
    const auto refuse = [&](const char* message, const char* hint) {
        faults.error({file.string(), 0, 0}, "cannot-read", message, hint);
        return std::nullopt;
    };
    if (!std::filesystem::exists(file, error)) return refuse("there is no such file", "check its name and folder");
    if (std::filesystem::is_directory(file, error)) return refuse("this is a folder", "name a file in it");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return refuse("the file cannot be opened", "check its permissions");
    std::string bytes;
    const std::uintmax_t size = std::filesystem::file_size(file, error);
    if (!error) bytes.reserve(std::min<std::uintmax_t>(size, limit));
    constexpr std::size_t chunk = 1 << 20;
    while (stream && bytes.size() < limit) {
        const std::size_t before = bytes.size();
        bytes.resize(before + std::min(chunk, limit - before));
        stream.read(bytes.data() + before, static_cast<std::streamsize>(bytes.size() - before));
        bytes.resize(before + static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.bad()) return refuse("the file cannot be read to its end", "check the disk or the network drive");
    return bytes;
}

}  // namespace

Table read_csv(const std::filesystem::path& file, const CsvOptions& options, Diagnostics& faults) {
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
