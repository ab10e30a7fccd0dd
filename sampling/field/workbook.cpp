#include "sampling/field/workbook.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "engine/design_columns.h"
#include "engine/workbook.h"

namespace cifra {

namespace {

const CellStyle head = {.bold = true, .border = true, .wrap = true, .fill = 0xE6E6E6};
const CellStyle cell = {.border = true};

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

void write_cell(Sheet& sheet, std::uint32_t row, std::uint16_t place, const Column& column, std::size_t from) {
    if (!column.present(from))
        sheet.blank(row, place, cell);
    else if (column.is_number())
        sheet.write(row, place, column.number(from), cell);
    else
        sheet.write(row, place, column.text(from), cell);
}

void write_sheet(Sheet& sheet, const Table& table, std::size_t begin, std::size_t end) {
    sheet.default_height(20);  // room for a pen
    sheet.height(0, 32);       // headings of two lines
    sheet.freeze(1, 0);
    sheet.print(true, 1, fmt::format("&L{}&RPage &P of &N", sheet.name()));
    std::uint16_t place = 0;
    for (std::size_t c = 1; c < table.width(); ++c, ++place) {  // the assignment is the sheet
        const Column& column = table.column(c);
        const std::string& name = table.names()[c];
        sheet.width(place, place, width_of(name, column, begin, end));
        sheet.write(0, place, heading(name), head);
        for (std::size_t row = begin; row < end; ++row)
            write_cell(sheet, static_cast<std::uint32_t>(row - begin + 1), place, column, row);
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

void write_contents_row(Sheet& contents, std::uint32_t row, const std::string& name, const Holdings& holdings) {
    contents.link(row, 0, name, name);
    const double numbers[] = {static_cast<double>(holdings.psus.size()), holdings.dwellings, holdings.reserves};
    for (std::uint16_t c = 0; c < 3; ++c) contents.write(row, static_cast<std::uint16_t>(c + 1), numbers[c], cell);
}

void write_contents_head(Sheet& contents) {
    contents.print(false, 0, "");
    contents.width(0, 0, 34);
    contents.width(1, 3, 12);
    contents.write(0, 0, "Assignments", {.bold = true, .size = 14});
    const char* const heads[] = {"sheet", "PSUs", "dwellings", "reserves"};
    for (std::uint16_t c = 0; c < 4; ++c) contents.write(2, c, std::string(heads[c]), head);
}

}  // namespace

std::string workbook_bytes(const Listing& listing) {
    Workbook book;
    Sheet& contents = book.add("Contents");
    write_contents_head(contents);
    for (std::size_t i = 0; i < listing.names.size(); ++i) {
        const std::size_t begin = listing.first[i], end = listing.first[i + 1];
        Sheet& sheet = book.add(listing.names[i]);
        write_sheet(sheet, listing.table, begin, end);
        write_contents_row(contents, static_cast<std::uint32_t>(3 + i), sheet.name(),
                           holdings_of(listing.table, begin, end));
    }
    return book.bytes();
}

}  // namespace cifra
