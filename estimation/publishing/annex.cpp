#include "estimation/publishing/annex.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "engine/numbers.h"
#include "engine/workbook.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

constexpr std::uint32_t no_colour = 0xFFFFFFFF, caution = 0xFFF1B3, poor = 0xFFCF9E, wash = 0xE8EEF3, soft = 0x566472,
                        accent = 0x12466B;
constexpr std::uint16_t precision_columns = 5;

std::uint32_t colour_of(QualityLevel level) {
    if (level == QualityLevel::caution) return caution;
    return level == QualityLevel::poor ? poor : no_colour;
}

std::string format_with(int decimals) {
    return decimals > 0 ? "#,##0." + std::string(static_cast<std::size_t>(decimals), '0') : "#,##0";
}

const CellStyle head = {
    .bold = true, .wrap = true, .top_line = true, .bottom_line = true, .align = CellAlign::center, .fill = wash};
const CellStyle upper_head = {.bold = true, .wrap = true, .top_line = true, .align = CellAlign::center, .fill = wash};
const CellStyle unit_head = {
    .italic = true, .wrap = true, .bottom_line = true, .align = CellAlign::center, .fill = wash, .color = soft};
const CellStyle text = {.wrap = true};
const CellStyle quiet = {.color = soft};

// The section as it stands on its sheets: one with a single row and several indicators has a row for each of them.
struct GridHead {
    std::string label, unit, group, part;
};
struct GridRow {
    std::string label, heading;
    bool total = false;
    std::vector<const PageCell*> cells;
    std::vector<int> decimals;
};
struct Grid {
    std::vector<GridHead> heads;
    std::vector<GridRow> rows;
};

Grid grid_of(const PageSection& section, const Words& words) {
    Grid grid;
    if (section.by_indicator()) {
        grid.heads = {{std::string(words.estimate), "", "", ""}};
        for (std::size_t c = 0; c < section.columns.size(); ++c) {
            const PageColumn& column = section.columns[c];
            const bool own = section.unit.empty() && !column.unit.empty();
            const std::string label = own ? fmt::format("{} ({})", column.label, column.unit) : column.label;
            grid.rows.push_back({label, "", false, {&section.rows.front().cells[c]}, {column.decimals}});
        }
        return grid;
    }
    for (const PageColumn& column : section.columns)
        grid.heads.push_back({column.label, section.unit.empty() ? column.unit : "", column.group, column.part});
    for (const PageRow& row : section.rows) {
        GridRow made{row.label, row.heading, row.total, {}, {}};
        for (std::size_t c = 0; c < row.cells.size(); ++c) {
            made.cells.push_back(&row.cells[c]);
            made.decimals.push_back(section.columns[c].decimals);
        }
        grid.rows.push_back(std::move(made));
    }
    return grid;
}

// Writes the two sheets of one table.
class AnnexTable {
public:
    AnnexTable(const PageSection& section, std::size_t number, const Page& page, Workbook& book)
        : section_(section),
          page_(page),
          words_(words_in(page.language)),
          grid_(grid_of(section, words_)),
          title_(fmt::format("{} {}. {}", words_.table, number, section.title)),
          estimates_(book.add(fmt::format("{}", number))),
          precision_(book.add(fmt::format("{} {}", number, words_.cv))) {}

    void write(const std::string& contents) {
        for (Sheet* sheet : {&estimates_, &precision_}) {
            sheet->hide_grid();
            sheet->width(0, 0, 42);
            sheet->write(0, 0, title_, {.bold = true, .size = 14, .color = accent});
            sheet->write(1, 0, under_title(), quiet);
            sheet->link(3, 0, contents, std::string(words_.back));
        }
        estimates_.write(2, 0, page_.title, quiet);
        precision_.write(2, 0, labelled(words_, words_.legend, interval_words()), quiet);
        write_heads();
        write_rows();
        write_notes(estimates_);
        for (Sheet* sheet : {&estimates_, &precision_})
            sheet->print(columns() > 4 || sheet == &precision_, body_, "&R&P / &N");
    }

    const Sheet& estimates() const { return estimates_; }
    const Sheet& precision() const { return precision_; }
    const std::string& title() const { return title_; }

private:
    static constexpr std::uint32_t head_ = 4, body_ = 6;

    std::uint16_t columns() const { return static_cast<std::uint16_t>(grid_.heads.size()); }
    static std::uint16_t column_at(std::size_t c) { return static_cast<std::uint16_t>(1 + c); }
    static std::uint16_t block_at(std::size_t c) { return static_cast<std::uint16_t>(1 + c * precision_columns); }

    std::string under_title() const {
        std::string line = section_.subtitle;
        const auto add = [&line](const std::string& part) { line += (line.empty() ? "" : ". ") + part; };
        if (!section_.unit.empty()) add(labelled(words_, words_.unit, unit_words(section_.unit)));
        if (!section_.population.empty()) add(labelled(words_, words_.population, section_.population));
        return line;
    }

    std::string unit_words(const std::string& unit) const { return unit == "%" ? std::string(words_.per_cent) : unit; }
    std::string interval_words() const {
        return fmt::format(fmt::runtime(words_.interval), section_.level.empty() ? "95" : section_.level);
    }

    bool long_second_row() const {
        constexpr std::size_t one_line = 20;
        return std::any_of(grid_.heads.begin(), grid_.heads.end(), [](const GridHead& shown) {
            return std::max(shown.group.empty() ? shown.unit.size() : 0, shown.part.size()) > one_line;
        });
    }

    void write_heads() {
        for (Sheet* sheet : {&estimates_, &precision_}) {
            sheet->height(head_, sheet == &precision_ || section_.by_indicator() ? 18 : 32);
            sheet->height(head_ + 1, sheet == &precision_ || long_second_row() ? 32 : 18);
            sheet->write(head_, 0, std::string(section_.by_indicator() ? words_.indicator : words_.domain), upper_head);
            sheet->blank(head_ + 1, 0, unit_head);
        }
        for (std::size_t c = 0; c < grid_.heads.size(); ++c) {
            write_head(c);
            write_precision_head(c);
        }
        estimates_.width(1, columns(), 18);
        precision_.width(1, static_cast<std::uint16_t>(columns() * precision_columns), 12);
        for (Sheet* sheet : {&estimates_, &precision_}) sheet->freeze(body_, 1);
    }

    // An indicator with its unit, or over its categories: the head of a group is written with its first column.
    void write_head(std::size_t c) {
        const GridHead& shown = grid_.heads[c];
        const std::string unit = unit_words(shown.unit);
        if (shown.group.empty()) {
            estimates_.write(head_, column_at(c), shown.label, upper_head);
            estimates_.write(head_ + 1, column_at(c), unit, unit_head);
            return;
        }
        estimates_.write(head_ + 1, column_at(c), shown.part, head);
        const auto same = [&](std::size_t other) {
            return grid_.heads[other].group == shown.group && grid_.heads[other].unit == shown.unit;
        };
        if (c > 0 && same(c - 1)) return;
        std::size_t last = c;
        while (last + 1 < grid_.heads.size() && same(last + 1)) ++last;
        const std::string text = unit.empty() ? shown.group : fmt::format("{} ({})", shown.group, unit);
        if (c < last)
            estimates_.merge(head_, column_at(c), column_at(last), text, head);
        else
            estimates_.write(head_, column_at(c), text, head);
    }

    void write_precision_head(std::size_t c) {
        const GridHead& shown = grid_.heads[c];
        const std::uint16_t first = block_at(c);
        precision_.merge(head_, first, static_cast<std::uint16_t>(first + precision_columns - 1),
                         shown.unit.empty() ? shown.label : fmt::format("{} ({})", shown.label, unit_words(shown.unit)),
                         head);
        const std::string_view names[] = {words_.lower, words_.upper, words_.cv_per_cent, words_.cases, words_.sample};
        for (std::uint16_t k = 0; k < precision_columns; ++k)
            precision_.write(head_ + 1, static_cast<std::uint16_t>(first + k), std::string(names[k]), head);
    }

    void write_rows() {
        row_ = body_;
        std::string heading;
        for (const GridRow& row : grid_.rows) {
            if (row.heading != heading && !row.heading.empty()) {
                for (Sheet* sheet : {&estimates_, &precision_})
                    sheet->write(row_, 0, row.heading, {.bold = true, .color = accent});
                ++row_;
            }
            heading = row.heading;
            write_row(row);
            ++row_;
        }
        for (std::uint16_t c = 0; c <= columns(); ++c) estimates_.blank(row_, c, {.top_line = true});
        for (std::uint16_t c = 0; c <= columns() * precision_columns; ++c)
            precision_.blank(row_, c, {.top_line = true});
        last_ = row_;
    }

    void write_row(const GridRow& row) {
        const CellStyle name{.bold = row.total, .wrap = true, .indent = row.heading.empty() ? 0 : 1};
        for (Sheet* sheet : {&estimates_, &precision_}) sheet->write(row_, 0, row.label, name);
        for (std::size_t c = 0; c < row.cells.size(); ++c) {
            const PageCell& cell = *row.cells[c];
            if (!cell.present || cell.hidden) {
                const CellStyle none{.align = CellAlign::right};
                const std::string sign = cell.hidden ? "…" : "–";
                estimates_.write(row_, column_at(c), sign, none);
                for (std::uint16_t k = 0; k < precision_columns; ++k)
                    precision_.write(row_, static_cast<std::uint16_t>(block_at(c) + k), sign, none);
                continue;
            }
            CellStyle value{
                .bold = row.total, .fill = colour_of(cell.level), .number_format = format_with(row.decimals[c])};
            estimates_.write(row_, column_at(c), cell.estimate, noted(value, cell));
            value.bold = false;
            write_precision(block_at(c), cell, value);
        }
    }

    // A cell with footnotes shows their numbers behind its own: the number itself stays a number.
    static CellStyle noted(CellStyle style, const PageCell& cell) {
        if (cell.footnotes.empty()) return style;
        style.number_format += fmt::format("\" ({})\"", fmt::join(cell.footnotes, ", "));
        return style;
    }

    void write_precision(std::uint16_t first, const PageCell& cell, const CellStyle& value) {
        const CellStyle count{.number_format = "#,##0"};
        precision_.write(row_, first, cell.lower, {.number_format = value.number_format});
        precision_.write(row_, static_cast<std::uint16_t>(first + 1), cell.upper,
                         {.number_format = value.number_format});
        const std::string mark = cell.mark.empty() ? "" : fmt::format("\" {}\"", plain(cell.mark));
        precision_.write(row_, static_cast<std::uint16_t>(first + 2), cell.cv * 100,
                         {.fill = value.fill, .number_format = "0.0" + mark});
        precision_.write(row_, static_cast<std::uint16_t>(first + 3), cell.cases, count);
        precision_.write(row_, static_cast<std::uint16_t>(first + 4), cell.n, count);
    }

    // Quotes and backslashes end a text in a number format.
    static std::string plain(std::string mark) {
        std::erase_if(mark, [](char c) { return c == '"' || c == '\\'; });
        return mark;
    }

    void note(Sheet& sheet, std::string_view name, const std::string& words) {
        if (words.empty()) return;
        sheet.write(row_++, 0, labelled(words_, name, words), quiet);
    }

    void write_notes(Sheet& sheet) {
        row_ = last_ + 1;
        const std::string language(words_.language);
        for (const QualityLabel& label : section_.legend)
            sheet.write(row_++, 0, label_in(label.text, language, label.id), {.fill = colour_of(label.level)});
        if (!section_.legend.empty())
            note(sheet, words_.quality, fmt::format("{}", fmt::join(section_.rule_titles, "; ")));
        for (std::size_t i = 0; i < section_.footnotes.size(); ++i)
            sheet.write(row_++, 0, fmt::format("({}) {}", i + 1, section_.footnotes[i]), quiet);
        note(sheet, words_.notes, section_.note);
        note(sheet, words_.method, section_.variance_methods);
        note(sheet, words_.level, section_.intervals);
        note(sheet, words_.df, section_.df);
        note(sheet, words_.weight, section_.weight_sets);
        note(sheet, words_.source, page_.source);
    }

    const PageSection& section_;
    const Page& page_;
    const Words& words_;
    Grid grid_;
    std::string title_;
    Sheet &estimates_, &precision_;
    std::uint32_t row_ = 0, last_ = 0;
};

void write_front(Sheet& contents, const Page& page) {
    contents.hide_grid();
    contents.width(0, 0, 90);
    contents.width(1, 1, 16);
    contents.write(0, 0, page.title, {.bold = true, .size = 16});
    if (!page.subtitle.empty()) contents.write(1, 0, page.subtitle, quiet);
    contents.write(3, 0, std::string(words_in(page.language).contents), {.bold = true, .bottom_line = true});
    contents.write(3, 1, std::string(words_in(page.language).legend), {.bold = true, .bottom_line = true});
    contents.print(false, 0, "");
}

}  // namespace

std::string annex_bytes(const Page& page) {
    const Words& words = words_in(page.language);
    Workbook book;
    book.describe(page.title);
    Sheet& contents = book.add(std::string(words.contents));
    write_front(contents, page);
    std::uint32_t row = 4;
    for (std::size_t i = 0; i < page.sections.size(); ++i, ++row) {
        AnnexTable table(page.sections[i], i + 1, page, book);
        table.write(contents.name());
        contents.link(row, 0, table.estimates().name(), table.title());
        contents.link(row, 1, table.precision().name(), std::string(words.cv));
    }
    ++row;
    for (const std::string& paragraph : {std::string(words.reading_text), page.methods, page.note,
                                         page.source.empty() ? "" : labelled(words, words.source, page.source)}) {
        if (paragraph.empty()) continue;
        const std::size_t lines = 1 + paragraph.size() / 85;
        contents.height(row, 15 * static_cast<double>(lines));
        contents.write(row++, 0, paragraph, text);
    }
    return book.bytes();
}

}  // namespace cifra
