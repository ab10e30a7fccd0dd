#include "engine/csv_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace cifra {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool wanted(const std::string& column, const CsvOptions& options) {
    return options.columns.empty() || contains(options.columns, column) || contains(options.optional_columns, column);
}

void check_names(const CsvScanner& scanner, const std::vector<std::string>& names, CsvFaults& report) {
    std::map<std::string_view, std::size_t> first;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto [earlier, added] = first.emplace(names[i], i);
        if (added) continue;
        report.add(scanner.fields()[i].begin, "duplicate-column",
                   fmt::format("columns {} and {} are both named '{}'", earlier->second + 1, i + 1, names[i]),
                   "rename one of them");
    }
}

}  // namespace

std::string_view without_bom(std::string_view text) { return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text; }

bool is_utf16(std::string_view text, const std::string& name, Diagnostics& faults) {
    if (!text.starts_with("\xFF\xFE") && !text.starts_with("\xFE\xFF")) return false;
    faults.error({name, 1, 1}, "not-utf8", "the file is UTF-16", "save it as UTF-8, e.g. iconv -f utf-16 -t utf-8");
    return true;
}

char csv_separator(std::string_view text, const CsvOptions& options) {
    return options.separator ? options.separator : find_csv_separator(text, options.decimal_comma);
}

std::optional<std::vector<std::string>> read_csv_names(CsvScanner& scanner, CsvFaults& report) {
    if (!scanner.next()) {
        report.add(0, "empty-file", "the file is empty", "it needs a header line");
        return std::nullopt;
    }
    std::string scratch;
    std::vector<std::string> names;
    for (const CsvField& field : scanner.fields()) names.emplace_back(scanner.value(field, scratch));
    check_names(scanner, names, report);
    if (scanner.broken()) return std::nullopt;
    return names;
}

std::vector<CsvChoice> choose_csv_columns(const std::vector<std::string>& names, const CsvOptions& options,
                                          CsvFaults& report) {
    for (const std::string& column : options.columns)
        if (!contains(names, column))
            report.add(0, "missing-column", fmt::format("there is no column '{}'", column), suggestion(column, names));
    std::vector<CsvChoice> chosen;
    for (std::size_t field = 0; field < names.size(); ++field) {
        const auto earlier = names.begin() + static_cast<std::ptrdiff_t>(field);
        if (!wanted(names[field], options) || std::find(names.begin(), earlier, names[field]) != earlier) continue;
        const auto type = options.types.find(names[field]);
        chosen.push_back({names[field], field});
        if (type != options.types.end()) chosen.back().declared = type->second;
    }
    return chosen;
}

void report_field_count(const CsvScanner& scanner, std::size_t width, CsvFaults& report) {
    const std::vector<CsvField>& fields = scanner.fields();
    const bool too_many = fields.size() > width;
    report.add(too_many ? fields[width].begin : fields.back().end, "wrong-field-count",
               fmt::format("the row has {} fields, the header {}", fields.size(), width),
               too_many ? "enclose fields that hold the separator in quotes" : "complete the row with empty fields");
}

void report_no_number(const CsvField& field, const std::string& column, CsvFaults& report) {
    report.add(field.begin, "not-a-number", fmt::format("column '{}' holds a cell that is no number", column),
               "correct the cell, or declare the column as text");
}

}  // namespace cifra
