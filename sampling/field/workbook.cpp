#include "sampling/field/workbook.h"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "engine/design_columns.h"

namespace cifra {

namespace {

constexpr time_t made_on = 946684800;  // a fixed day: no clock goes into results
constexpr std::size_t longest_sheet_name = 31;

void require(lxw_error error) {
    if (error != LXW_NO_ERROR) throw std::runtime_error(fmt::format("the workbook: {}", lxw_strerror(error)));
}

struct Formats {
    lxw_format *title, *head, *cell, *link;
};

Formats formats_of(lxw_workbook* book) {
    const Formats formats{workbook_add_format(book), workbook_add_format(book), workbook_add_format(book),
                          workbook_add_format(book)};
    format_set_bold(formats.title);
    format_set_font_size(formats.title, 14);
    format_set_bold(formats.head);
    format_set_text_wrap(formats.head);
    format_set_align(formats.head, LXW_ALIGN_VERTICAL_TOP);
    format_set_bg_color(formats.head, 0xE6E6E6);
    for (lxw_format* each : {formats.head, formats.cell}) format_set_border(each, LXW_BORDER_THIN);
    format_set_font_color(formats.link, LXW_COLOR_BLUE);
    format_set_underline(formats.link, LXW_UNDERLINE_SINGLE);
    return formats;
}

// Without the signs that Excel forbids, and no longer than 31 characters.
std::string plain_name(std::string name) {
    for (char& c : name)
        if (std::string_view("[]:*?/\\'").find(c) != std::string_view::npos) c = '-';
    if (name.size() <= longest_sheet_name) return name;
    std::size_t end = longest_sheet_name;
    while (end > 0 && (name[end] & 0xC0) == 0x80) --end;  // not within a letter of several bytes
    return name.substr(0, end);
}

// Names that differ from each other also without regard to capitals, as Excel wants them.
std::vector<std::string> sheet_names(const std::vector<std::string>& assignments) {
    std::vector<std::string> names;
    std::set<std::string> taken = {"contents"};
    const auto lower = [](std::string name) {
        for (char& c : name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return name;
    };
    for (std::size_t i = 0; i < assignments.size(); ++i) {
        std::string name = plain_name(assignments[i]);
        if (!taken.insert(lower(name)).second) {
            name = plain_name(fmt::format("{} {}", i + 1, name));
            taken.insert(lower(name));
        }
        names.push_back(std::move(name));
    }
    return names;
}

double width_of(const std::string& name, const Column& column, std::size_t begin, std::size_t end) {
    if (name.starts_with("visit_")) return name.ends_with("outcome") ? 9 : 6;
    if (name.starts_with("of_")) return 4;
    if (name == "replaces" || name == "notes") return 14;
    std::size_t widest = name.size() + 2;
    for (std::size_t row = begin; row < end; ++row) widest = std::max(widest, column.cell(row).size() + 1);
    return static_cast<double>(std::min<std::size_t>(widest, 40));
}

std::string heading(const std::string& name) {
    std::string words = name;
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

void write_cell(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t place, const Column& column, std::size_t from,
                lxw_format* format) {
    if (!column.present(from))
        require(worksheet_write_blank(sheet, row, place, format));
    else if (column.is_number())
        require(worksheet_write_number(sheet, row, place, column.number(from), format));
    else
        require(worksheet_write_string(sheet, row, place, column.text(from).c_str(), format));
}

void fit_to_paper(lxw_worksheet* sheet) {
    worksheet_set_paper(sheet, 9);  // A4
    worksheet_fit_to_pages(sheet, 1, 0);
}

void lay_out(lxw_worksheet* sheet, const std::string& name) {
    worksheet_freeze_panes(sheet, 1, 0);
    require(worksheet_repeat_rows(sheet, 0, 0));
    worksheet_set_landscape(sheet);
    fit_to_paper(sheet);
    worksheet_set_default_row(sheet, 20, LXW_FALSE);    // room for a pen
    require(worksheet_set_row(sheet, 0, 32, nullptr));  // headings of two lines
    require(worksheet_set_footer(sheet, fmt::format("&L{}&RPage &P of &N", name).c_str()));
}

void write_sheet(lxw_worksheet* sheet, const Formats& formats, const Table& table, std::size_t begin, std::size_t end) {
    lxw_col_t place = 0;
    for (std::size_t c = 1; c < table.width(); ++c, ++place) {  // the assignment is the sheet
        const Column& column = table.column(c);
        const std::string& name = table.names()[c];
        require(worksheet_set_column(sheet, place, place, width_of(name, column, begin, end), nullptr));
        require(worksheet_write_string(sheet, 0, place, heading(name).c_str(), formats.head));
        for (std::size_t row = begin; row < end; ++row)
            write_cell(sheet, static_cast<lxw_row_t>(row - begin + 1), place, column, row, formats.cell);
    }
}

// What an assignment holds.
struct Holdings {
    std::set<std::string> psus;
    double dwellings = 0, reserves = 0;
};

Holdings holdings_of(const Table& table, std::size_t begin, std::size_t end) {
    Holdings holdings;
    for (std::size_t row = begin; row < end; ++row) {
        holdings.psus.insert(table.at(design_columns::psu).text(row));
        (table.at("reserve").present(row) ? holdings.reserves : holdings.dwellings) += 1;
    }
    return holdings;
}

void write_contents_row(lxw_worksheet* sheet, lxw_row_t row, const Formats& formats, const std::string& name,
                        const Holdings& holdings) {
    require(worksheet_write_url(sheet, row, 0, fmt::format("internal:'{}'!A1", name).c_str(), formats.link));
    require(worksheet_write_string(sheet, row, 0, name.c_str(), formats.link));
    const double numbers[] = {static_cast<double>(holdings.psus.size()), holdings.dwellings, holdings.reserves};
    for (lxw_col_t c = 0; c < 3; ++c)
        require(worksheet_write_number(sheet, row, static_cast<lxw_col_t>(c + 1), numbers[c], formats.cell));
}

void write_contents_head(lxw_worksheet* sheet, const Formats& formats) {
    fit_to_paper(sheet);
    require(worksheet_set_column(sheet, 0, 0, 34, nullptr));
    require(worksheet_set_column(sheet, 1, 3, 12, nullptr));
    require(worksheet_write_string(sheet, 0, 0, "Assignments", formats.title));
    const char* const heads[] = {"sheet", "PSUs", "dwellings", "reserves"};
    for (lxw_col_t c = 0; c < 4; ++c) require(worksheet_write_string(sheet, 2, c, heads[c], formats.head));
}

void fill(lxw_workbook* book, const Listing& listing) {
    lxw_doc_properties properties{};
    properties.created = made_on;
    require(workbook_set_properties(book, &properties));
    const Formats formats = formats_of(book);
    lxw_worksheet* contents = workbook_add_worksheet(book, "Contents");
    write_contents_head(contents, formats);
    const std::vector<std::string> names = sheet_names(listing.names);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string& name = names[i];
        const std::size_t begin = listing.first[i], end = listing.first[i + 1];
        lxw_worksheet* sheet = workbook_add_worksheet(book, name.c_str());
        if (!sheet) throw std::runtime_error("the workbook: a sheet cannot be added");
        lay_out(sheet, name);
        write_sheet(sheet, formats, listing.table, begin, end);
        write_contents_row(contents, static_cast<lxw_row_t>(3 + i), formats, name,
                           holdings_of(listing.table, begin, end));
    }
}

}  // namespace

std::string workbook_bytes(const Listing& listing, const std::filesystem::path& scratch) {
    lxw_workbook* book = workbook_new(scratch.string().c_str());
    if (!book) throw std::runtime_error("the workbook cannot be made");
    fill(book, listing);
    require(workbook_close(book));
    std::ostringstream bytes;
    bytes << std::ifstream(scratch, std::ios::binary).rdbuf();
    std::filesystem::remove(scratch);
    return bytes.str();
}

}  // namespace cifra
