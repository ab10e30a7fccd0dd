#include "engine/statfile/xlsx.h"

#include <fmt/format.h>
#include <minizip/unzip.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cifra {

namespace {

constexpr std::size_t most_bytes = 64 << 20;
constexpr std::size_t most_rows = 1 << 20, most_columns = 1 << 14;  // of a sheet

class Workbook {
public:
    Workbook(const std::filesystem::path& file, Diagnostics& faults)
        : name_(file.string()), faults_(faults), zip_(unzOpen64(file.c_str())) {}

    // The text of the sheet as CSV; nothing with a fault.
    std::optional<std::string> first_sheet() {
        if (!zip_) {
            std::error_code error;
            if (std::filesystem::exists(name_, error)) return damaged("it is no workbook");
            faults_.error({name_, 0, 0}, "cannot-read", "there is no such file", "check its name and folder");
            return std::nullopt;
        }
        const auto place = place_of_first_sheet();
        if (!place || !read_shared_texts()) return std::nullopt;
        pugi::xml_document sheet;
        if (!read_part(*place, sheet)) return std::nullopt;
        return read_rows(sheet.document_element().child("sheetData"));
    }

private:
    std::nullopt_t damaged(const std::string& what) {
        faults_.error({name_, 0, 0}, "damaged-workbook", "the workbook is damaged: " + what,
                      "save it anew as .xlsx, or as CSV");
        return std::nullopt;
    }

    bool has_part(const std::string& part) { return unzLocateFile(zip_.get(), part.c_str(), 1) == UNZ_OK; }

    bool read_part(const std::string& part, pugi::xml_document& document) {
        unz_file_info64 about{};
        if (!has_part(part) ||
            unzGetCurrentFileInfo64(zip_.get(), &about, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK)
            return damaged(fmt::format("it holds no {}", part)), false;
        if (about.uncompressed_size > most_bytes) {
            faults_.error({name_, 0, 0}, "workbook-too-large", fmt::format("{} is larger than 64 MiB", part),
                          "save the sheet as CSV");
            return false;
        }
        std::string bytes(about.uncompressed_size, '\0');
        const bool opened = unzOpenCurrentFile(zip_.get()) == UNZ_OK;
        const int got = opened ? unzReadCurrentFile(zip_.get(), bytes.data(), static_cast<unsigned>(bytes.size())) : -1;
        const bool whole = unzCloseCurrentFile(zip_.get()) == UNZ_OK && got == static_cast<int>(bytes.size());
        if (!whole || !document.load_buffer(bytes.data(), bytes.size()))
            return damaged(fmt::format("{} cannot be read", part)), false;
        return true;
    }

    std::optional<std::string> place_of_first_sheet() {
        pugi::xml_document book, links;
        if (!read_part("xl/workbook.xml", book) || !read_part("xl/_rels/workbook.xml.rels", links)) return std::nullopt;
        const std::string id = book.document_element().child("sheets").child("sheet").attribute("r:id").value();
        for (const pugi::xml_node link : links.document_element().children("Relationship")) {
            if (link.attribute("Id").value() != id) continue;
            const std::string target = link.attribute("Target").value();
            return target.starts_with('/') ? target.substr(1) : "xl/" + target;
        }
        return damaged("it has no sheet");
    }

    // A text in pieces of several looks: <si><r><t>..</t></r><r>..</r></si>; phonetic readings (rPh) are none of it.
    static std::string text_of(const pugi::xml_node& node) {
        std::string text = node.child("t").text().get();
        for (const pugi::xml_node run : node.children("r")) text += run.child("t").text().get();
        return text;
    }

    bool read_shared_texts() {
        if (!has_part("xl/sharedStrings.xml")) return true;
        pugi::xml_document document;
        if (!read_part("xl/sharedStrings.xml", document)) return false;
        for (const pugi::xml_node item : document.document_element().children("si")) texts_.push_back(text_of(item));
        return true;
    }

    // The column of "AB12", from 0; `next` where the cell does not tell.
    static std::size_t column_of(std::string_view place, std::size_t next) {
        std::size_t column = 0;
        for (const char c : place) {
            if (c < 'A' || c > 'Z' || column > most_columns) break;
            column = 26 * column + static_cast<std::size_t>(c - 'A') + 1;
        }
        return column == 0 ? next : column - 1;
    }

    static std::string quoted(std::string_view text) {
        std::string field = "\"";
        for (const char c : text) field += c == '"' ? "\"\"" : std::string(1, c);
        return field + '"';
    }

    std::string field_of(const pugi::xml_node& cell, std::size_t row) {
        const std::string_view type = cell.attribute("t").value(), value = cell.child("v").text().get();
        if (type == "inlineStr") return quoted(text_of(cell.child("is")));
        if (type == "e") {
            faults_.error({name_, row, 0}, "error-cell", "a formula of this row has no value", "correct it");
            return "";
        }
        const auto number = parse_number(value);
        if (type == "s" && number && *number >= 0 && *number < static_cast<double>(texts_.size()))
            return quoted(texts_[static_cast<std::size_t>(*number)]);
        if (type == "str" || type == "d" || !number) return value.empty() ? "" : quoted(value);
        return shortest(*number);
    }

    std::vector<std::string> fields_of(const pugi::xml_node& cells, std::size_t row) {
        std::vector<std::string> fields;
        for (const pugi::xml_node cell : cells.children("c")) {
            const std::size_t column = column_of(cell.attribute("r").value(), fields.size());
            if (column >= most_columns) continue;
            if (column >= fields.size()) fields.resize(column + 1);
            fields[column] = field_of(cell, row);
        }
        while (!fields.empty() && (fields.back().empty() || fields.back() == "\"\"")) fields.pop_back();
        return fields;
    }

    std::string read_rows(const pugi::xml_node& rows) {
        std::string csv;
        std::size_t width = 0, line = 1;
        for (const pugi::xml_node cells : rows.children("row")) {
            const std::size_t row =
                std::min<std::size_t>(cells.attribute("r").as_uint(static_cast<unsigned>(line)), most_rows);
            std::vector<std::string> fields = fields_of(cells, row);
            if (fields.empty()) continue;
            for (; line < row; ++line) csv += '\n';
            if (width == 0) width = fields.size();
            if (fields.size() < width) fields.resize(width);
            csv += fmt::format("{}\n", fmt::join(fields, ","));
            ++line;
        }
        return csv;
    }

    struct Close {
        void operator()(void* zip) const { unzClose(zip); }
    };
    std::string name_;
    Diagnostics& faults_;
    std::unique_ptr<void, Close> zip_;
    std::vector<std::string> texts_;
};

}  // namespace

Table read_xlsx(const std::filesystem::path& file, const CsvOptions& options, Diagnostics& faults) {
    const std::size_t errors = faults.error_count();
    const auto csv = Workbook(file, faults).first_sheet();
    if (!csv || faults.error_count() > errors) return {};
    CsvOptions commas = options;
    commas.separator = ',';
    commas.decimal_comma = false;
    return parse_csv(*csv, file.string(), commas, faults);
}

}  // namespace cifra
