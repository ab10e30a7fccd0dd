// An XLSX workbook written sheet by sheet (libxlsxwriter): what a table for a reader needs, and no more. The same calls
// give the same bytes: the file carries no clock.
//
//   Workbook book;
//   Sheet& sheet = book.add("Victims");
//   sheet.write(0, 0, "Region", {.bold = true, .border = true});
//   sheet.write(1, 0, 12.5, {.number_format = "0.0"});
//   const std::string bytes = book.bytes();
//
// Rows and columns count from 0. A text of more than 32,767 characters is cut, as Excel would; NaN is written as an
// empty cell. Throws std::runtime_error where the library refuses or has no room for its temporary files.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

enum class CellAlign : std::uint8_t { general, left, center, right };

struct CellStyle {
    bool bold = false, italic = false, border = false, wrap = false, link = false, top_line = false,
         bottom_line = false;
    CellAlign align = CellAlign::general;
    int indent = 0;
    double size = 11;
    std::uint32_t fill = 0xFFFFFFFF, color = 0xFFFFFFFF;  // 0xRRGGBB; above: none
    std::string number_format{};                          // as Excel has it, "#,##0.0"
    std::partial_ordering operator<=>(const CellStyle&) const = default;
};

class Workbook;

class Sheet {
public:
    void write(std::uint32_t row, std::uint16_t column, const std::string& text, const CellStyle& style = {});
    void write(std::uint32_t row, std::uint16_t column, double number, const CellStyle& style = {});
    void blank(std::uint32_t row, std::uint16_t column, const CellStyle& style);
    // A text that leads to the first cell of another sheet.
    void link(std::uint32_t row, std::uint16_t column, const std::string& sheet, const std::string& text,
              const CellStyle& style = {});
    // Joins the cells of one row from `first` to `last`.
    void merge(std::uint32_t row, std::uint16_t first, std::uint16_t last, const std::string& text,
               const CellStyle& style);
    void width(std::uint16_t first, std::uint16_t last, double characters);
    void height(std::uint32_t row, double points);
    void default_height(double points);
    void freeze(std::uint32_t rows, std::uint16_t columns);
    void hide_grid();
    // For print: A4, as wide as one page, the rows up to `heads` again on each.
    void print(bool landscape, std::uint32_t heads, const std::string& footer);
    const std::string& name() const { return name_; }

private:
    friend class Workbook;
    Sheet(Workbook& book, void* sheet, std::string name) : book_(&book), sheet_(sheet), name_(std::move(name)) {}
    Workbook* book_;
    void* sheet_;
    std::string name_;
};

class Workbook {
public:
    Workbook();
    ~Workbook();
    Workbook(const Workbook&) = delete;
    Workbook& operator=(const Workbook&) = delete;

    // A sheet of this name without the signs that Excel forbids, cut to 31 characters and made to differ from the
    // others also without regard to capitals.
    Sheet& add(const std::string& name);
    void describe(const std::string& title);
    std::string bytes();

private:
    friend class Sheet;
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace cifra
