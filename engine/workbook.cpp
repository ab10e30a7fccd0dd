#include "engine/workbook.h"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

namespace cifra {

namespace {

constexpr time_t made_on = 946684800;  // a fixed day: no clock goes into results
constexpr std::size_t longest_sheet_name = 31, longest_text = 32767;

void require(lxw_error error) {
    if (error != LXW_NO_ERROR) throw std::runtime_error(fmt::format("the workbook: {}", lxw_strerror(error)));
}

// The first letters, as many as fit: never part of a letter of several bytes.
std::string cut(const std::string& text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    std::size_t end = bytes;
    while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

std::string plain_name(std::string name) {
    for (char& c : name)
        if (std::string_view("[]:*?/\\'").find(c) != std::string_view::npos) c = '-';
    return cut(name, longest_sheet_name);
}

std::string lower(std::string name) {
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return name;
}

void set_borders(lxw_format* format, const CellStyle& style) {
    if (style.border) format_set_border(format, LXW_BORDER_THIN);
    if (style.top_line) format_set_top(format, LXW_BORDER_THIN);
    if (style.bottom_line) format_set_bottom(format, LXW_BORDER_THIN);
}

void set_place(lxw_format* format, const CellStyle& style) {
    constexpr lxw_format_alignments places[] = {LXW_ALIGN_NONE, LXW_ALIGN_LEFT, LXW_ALIGN_CENTER, LXW_ALIGN_RIGHT};
    if (style.align != CellAlign::general)
        format_set_align(format, static_cast<std::uint8_t>(places[static_cast<std::size_t>(style.align)]));
    if (style.indent > 0) format_set_indent(format, static_cast<std::uint8_t>(style.indent));
    if (style.wrap) {
        format_set_text_wrap(format);
        format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    }
}

void set_font(lxw_format* format, const CellStyle& style) {
    if (style.bold) format_set_bold(format);
    if (style.italic) format_set_italic(format);
    if (style.size != CellStyle{}.size) format_set_font_size(format, style.size);
    if (style.link) {
        format_set_font_color(format, LXW_COLOR_BLUE);
        format_set_underline(format, LXW_UNDERLINE_SINGLE);
    }
    if (style.color <= 0xFFFFFF) format_set_font_color(format, style.color);
    if (style.fill <= 0xFFFFFF) format_set_bg_color(format, style.fill);
    if (!style.number_format.empty()) format_set_num_format(format, style.number_format.c_str());
}

lxw_worksheet* of(void* sheet) { return static_cast<lxw_worksheet*>(sheet); }

}  // namespace

struct Workbook::Parts {
    // The library writes to a path only: this file has one and no name that anybody else could open or leave behind.
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), &std::fclose};
    lxw_workbook* book = nullptr;
    std::string title;
    std::deque<Sheet> sheets;
    std::set<std::string> names;
    std::map<CellStyle, lxw_format*> formats;

    lxw_format* format(const CellStyle& style) {
        const auto [entry, is_new] = formats.emplace(style, nullptr);
        if (is_new) {
            entry->second = workbook_add_format(book);
            set_font(entry->second, style);
            set_place(entry->second, style);
            set_borders(entry->second, style);
        }
        return entry->second;
    }
};

Workbook::Workbook() : parts_(std::make_unique<Parts>()) {
    if (!parts_->file) throw std::runtime_error("the workbook: no temporary file can be made");
    parts_->book = workbook_new(fmt::format("/proc/self/fd/{}", fileno(parts_->file.get())).c_str());
    if (!parts_->book) throw std::runtime_error("the workbook cannot be made");
}

Workbook::~Workbook() {
    if (parts_->book) workbook_close(parts_->book);
}

Sheet& Workbook::add(const std::string& name) {
    std::string own = plain_name(name.empty() ? "-" : name);
    for (std::size_t i = 2; !parts_->names.insert(lower(own)).second; ++i)
        own = plain_name(fmt::format("{} {}", i, plain_name(name)));
    lxw_worksheet* sheet = workbook_add_worksheet(parts_->book, own.c_str());
    if (!sheet) throw std::runtime_error("the workbook: a sheet cannot be added");
    parts_->sheets.push_back(Sheet(*this, sheet, own));
    return parts_->sheets.back();
}

void Workbook::describe(const std::string& title) { parts_->title = title; }

std::string Workbook::bytes() {
    lxw_doc_properties properties{};
    properties.created = made_on;
    properties.title = parts_->title.empty() ? nullptr : parts_->title.data();
    require(workbook_set_properties(parts_->book, &properties));
    require(workbook_close(std::exchange(parts_->book, nullptr)));
    std::FILE* file = parts_->file.get();
    std::fseek(file, 0, SEEK_END);
    std::string bytes(static_cast<std::size_t>(std::max(std::ftell(file), 0L)), '\0');
    std::rewind(file);
    if (std::fread(bytes.data(), 1, bytes.size(), file) != bytes.size() || bytes.empty())
        throw std::runtime_error("the workbook cannot be read back");
    return bytes;
}

void Sheet::write(std::uint32_t row, std::uint16_t column, const std::string& text, const CellStyle& style) {
    require(
        worksheet_write_string(of(sheet_), row, column, cut(text, longest_text).c_str(), book_->parts_->format(style)));
}

void Sheet::write(std::uint32_t row, std::uint16_t column, double number, const CellStyle& style) {
    if (!std::isfinite(number)) return blank(row, column, style);
    require(worksheet_write_number(of(sheet_), row, column, number, book_->parts_->format(style)));
}

void Sheet::blank(std::uint32_t row, std::uint16_t column, const CellStyle& style) {
    require(worksheet_write_blank(of(sheet_), row, column, book_->parts_->format(style)));
}

void Sheet::link(std::uint32_t row, std::uint16_t column, const std::string& sheet, const std::string& text,
                 const CellStyle& style) {
    CellStyle as_link = style;
    as_link.link = true;
    lxw_format* format = book_->parts_->format(as_link);
    require(worksheet_write_url(of(sheet_), row, column, fmt::format("internal:'{}'!A1", sheet).c_str(), format));
    require(worksheet_write_string(of(sheet_), row, column, cut(text, longest_text).c_str(), format));
}

void Sheet::merge(std::uint32_t row, std::uint16_t first, std::uint16_t last, const std::string& text,
                  const CellStyle& style) {
    if (first == last) return write(row, first, text, style);
    require(worksheet_merge_range(of(sheet_), row, first, row, last, cut(text, longest_text).c_str(),
                                  book_->parts_->format(style)));
}

void Sheet::width(std::uint16_t first, std::uint16_t last, double characters) {
    require(worksheet_set_column(of(sheet_), first, last, characters, nullptr));
}

void Sheet::height(std::uint32_t row, double points) { require(worksheet_set_row(of(sheet_), row, points, nullptr)); }

void Sheet::default_height(double points) { worksheet_set_default_row(of(sheet_), points, LXW_FALSE); }

void Sheet::freeze(std::uint32_t rows, std::uint16_t columns) { worksheet_freeze_panes(of(sheet_), rows, columns); }

void Sheet::hide_grid() { worksheet_gridlines(of(sheet_), LXW_HIDE_ALL_GRIDLINES); }

void Sheet::print(bool landscape, std::uint32_t heads, const std::string& footer) {
    constexpr std::uint8_t a4 = 9;
    if (landscape) worksheet_set_landscape(of(sheet_));
    worksheet_set_paper(of(sheet_), a4);
    worksheet_fit_to_pages(of(sheet_), 1, 0);
    if (heads > 0) require(worksheet_repeat_rows(of(sheet_), 0, heads - 1));
    if (!footer.empty()) require(worksheet_set_footer(of(sheet_), cut(footer, 200).c_str()));
}

}  // namespace cifra
