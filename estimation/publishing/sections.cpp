#include "estimation/publishing/sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/markup.h"
#include "engine/numbers.h"
#include "estimation/publishing/section_charts.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

constexpr std::size_t indicators_per_table = 3, most_cards = 4;

class SectionWriter {
public:
    SectionWriter(const PageSection& section, std::size_t number, const std::string& language)
        : section_(section),
          number_(number),
          language_(language),
          words_(words_in(language)),
          style_(number_style(language)) {}

    std::string write(const SectionParts& parts) {
        heading();
        if (section_.by_indicator()) {
            table_by_indicator();
        } else {
            cards();
            for (std::size_t first = 0; first < section_.columns.size(); first += indicators_per_table)
                table(first, std::min(first + indicators_per_table, section_.columns.size()));
        }
        html_ += parts.figures;
        if (parts.charts) charts();
        notes(parts.contents);
        html_ += "</section>\n";
        return std::move(html_);
    }

private:
    std::string number(double value, int decimals) const { return format_number(value, decimals, style_); }
    std::string with_unit(const std::string& text, const std::string& unit) const {
        return unit == "%" ? text + style_.per_cent : text;
    }
    std::string interval_words(std::string_view form) const {
        return fmt::format(fmt::runtime(form), section_.level.empty() ? "95" : section_.level);
    }

    void heading() {
        html_ += fmt::format(
            "<section class=\"table\" id=\"{0}\" aria-labelledby=\"{0}-h\">\n<p class=\"kicker\">{1} {2}</p>\n"
            "<h2 id=\"{0}-h\">{3}</h2>\n",
            section_.anchor, words_.table, number_, escape_markup(section_.title));
        if (!section_.subtitle.empty())
            html_ += fmt::format("<p class=\"sub\">{}</p>\n", escape_markup(section_.subtitle));
        const std::string base = base_line();
        if (!base.empty()) html_ += fmt::format("<p class=\"sub\">{}</p>\n", escape_markup(base));
    }

    std::string base_line() const {
        std::string line;
        if (!section_.unit.empty()) line = labelled(words_, words_.unit, unit_in_words(section_.unit, language_));
        if (!section_.population.empty())
            line += (line.empty() ? "" : ". ") + labelled(words_, words_.population, section_.population);
        return line;
    }

    const PageRow* total_row() const {
        for (const PageRow& row : section_.rows)
            if (row.total) return &row;
        return nullptr;
    }

    std::string interval(const PageCell& cell, const PageColumn& column) const {
        if (std::isnan(cell.lower) && std::isnan(cell.upper)) return "–";
        return number(cell.lower, column.decimals) + "\u2009–\u2009" + number(cell.upper, column.decimals);
    }

    void cards() {
        const PageRow* total = total_row();
        if (!total || section_.rows.size() < 2 || section_.columns.size() > most_cards) return;
        html_ += "<div class=\"cards\">\n";
        for (std::size_t i = 0; i < section_.columns.size(); ++i) {
            const PageCell& cell = total->cells[i];
            const PageColumn& column = section_.columns[i];
            if (!cell.present || cell.hidden) continue;
            const std::string unit = column.unit.empty() || column.unit == "%" ? "" : ", " + column.unit;
            html_ += fmt::format("<div class=\"card\"><b>{}</b><strong>{}</strong><small>{} {}</small></div>\n",
                                 escape_markup(column.label + unit),
                                 with_unit(number(cell.estimate, column.decimals), column.unit),
                                 interval_words(words_.interval), interval(cell, column));
        }
        html_ += "</div>\n";
    }

    void open_table(const std::string& caption) {
        html_ += fmt::format(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
            "aria-label=\"{0}\">\n<table>\n<caption{1}>{0}</caption>\n",
            escape_markup(caption), caption == section_.title ? " class=\"only\"" : "");
    }

    std::string caption(std::size_t first, std::size_t last) const {
        if (section_.columns.size() <= indicators_per_table) return section_.title;
        return fmt::format("{} ({}–{} / {})", section_.title, first + 1, last, section_.columns.size());
    }

    void table(std::size_t first, std::size_t last) {
        open_table(caption(first, last));
        table_head(first, last);
        std::string heading;
        html_ += "<tbody>\n";
        for (const PageRow& row : section_.rows) {
            if (row.heading != heading && !row.heading.empty()) row_group(row.heading, first, last);
            heading = row.heading;
            table_row(row, first, last);
        }
        html_ += "</tbody>\n</table>\n</div>\n";
    }

    void table_head(std::size_t first, std::size_t last) {
        html_ +=
            fmt::format("<thead>\n<tr><th scope=\"col\" rowspan=\"2\" style=\"text-align:left;padding-left:0\">{}</th>",
                        words_.domain);
        for (std::size_t i = first; i < last; ++i) {
            const PageColumn& column = section_.columns[i];
            const std::string unit = column.unit.empty() || !section_.unit.empty()
                                         ? ""
                                         : "<i>" + escape_markup(unit_in_words(column.unit, language_)) + "</i>";
            html_ += fmt::format("<th scope=\"colgroup\" colspan=\"3\" class=\"g\">{}{}</th>",
                                 escape_markup(column.label), unit);
        }
        if (shows_sample()) html_ += fmt::format("<th scope=\"col\" rowspan=\"2\" class=\"r\">{}</th>", words_.sample);
        html_ += "</tr>\n<tr>";
        for (std::size_t i = first; i < last; ++i)
            html_ += fmt::format(
                "<th scope=\"col\" class=\"r s\">{}</th><th scope=\"col\" class=\"r s\">{}</th>"
                "<th scope=\"col\" class=\"r s\">{}</th>",
                words_.estimate, interval_words(words_.interval_short), words_.cv);
        html_ += "</tr>\n</thead>\n";
    }

    // The number of observations is a column of its own only where all indicators of a row rest on the same.
    bool shows_sample() const {
        return std::all_of(section_.rows.begin(), section_.rows.end(), [](const PageRow& row) {
            const double n = row.cells.front().n;
            return !std::isnan(n) && std::all_of(row.cells.begin(), row.cells.end(),
                                                 [n](const PageCell& cell) { return !cell.present || cell.n == n; });
        });
    }

    void row_group(const std::string& heading, std::size_t first, std::size_t last) {
        html_ += fmt::format("<tr class=\"h\"><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>\n",
                             1 + 3 * (last - first) + (shows_sample() ? 1 : 0), escape_markup(heading));
    }

    void table_row(const PageRow& row, std::size_t first, std::size_t last) {
        const std::string code = row.total ? "" : fmt::format(" data-domain=\"{}\"", escape_markup(row.domain));
        html_ += fmt::format("<tr class=\"{}\"{}><th scope=\"row\">{}</th>", row.total ? "all" : "d", code,
                             escape_markup(row.label));
        for (std::size_t i = first; i < last; ++i) cells(row.cells[i], section_.columns[i]);
        if (shows_sample()) html_ += fmt::format("<td>{}</td>", number(row.cells.front().n, 0));
        html_ += "</tr>\n";
    }

    void cells(const PageCell& cell, const PageColumn& column) {
        if (!cell.present || cell.hidden) {
            const std::string_view why = cell.hidden ? words_.hidden : words_.no_value;
            html_ += fmt::format("<td class=\"e\"><abbr title=\"{}\">{}</abbr></td><td></td><td></td>", why,
                                 cell.hidden ? "…" : "–");
            return;
        }
        html_ += fmt::format("<td class=\"e\">{}{}</td><td class=\"i\">{}</td>", number(cell.estimate, column.decimals),
                             references(cell), interval(cell, column));
        const std::string cv = std::isnan(cell.cv) ? "–" : number(cell.cv * 100, 1) + style_.per_cent;
        const std::string mark = cell.mark.empty() ? "" : "<sup>" + escape_markup(cell.mark) + "</sup>";
        html_ += fmt::format("<td class=\"c {}\"><span class=\"q\" title=\"{}\">{}{}</span></td>", to_text(cell.level),
                             escape_markup(cell.quality_text), cv, mark);
    }

    std::string references(const PageCell& cell) const {
        std::string html;
        for (const std::size_t note : cell.footnotes) {
            html += html.empty() ? "<sup>" : " ";
            html += fmt::format("<a href=\"#{0}-n{1}\">{1}</a>", section_.anchor, note);
        }
        return html.empty() ? html : html + "</sup>";
    }

    void table_by_indicator() {
        open_table(section_.title);
        html_ += fmt::format("<thead>\n<tr><th scope=\"col\" style=\"text-align:left;padding-left:0\">{}</th>",
                             words_.indicator);
        for (const std::string& word : {std::string(words_.estimate), interval_words(words_.interval),
                                        std::string(words_.cv), std::string(words_.cases), std::string(words_.sample)})
            html_ += fmt::format("<th scope=\"col\" class=\"r\">{}</th>", word);
        html_ += "</tr>\n</thead>\n<tbody>\n";
        for (std::size_t i = 0; i < section_.columns.size(); ++i) {
            const PageColumn& column = section_.columns[i];
            const PageCell& cell = section_.rows.front().cells[i];
            const bool own_unit = section_.unit.empty() && !column.unit.empty();
            html_ += fmt::format("<tr><th scope=\"row\">{}{}</th>", escape_markup(column.label),
                                 own_unit ? "<i>" + escape_markup(unit_in_words(column.unit, language_)) + "</i>" : "");
            cells(cell, column);
            html_ += fmt::format("<td>{}</td><td>{}</td></tr>\n", number(cell.cases, 0), number(cell.n, 0));
        }
        html_ += "</tbody>\n</table>\n</div>\n";
    }

    void charts() {
        const std::vector<Chart> charts = section_charts(section_, language_);
        if (charts.empty()) return;
        html_ += "<div class=\"charts\">\n";
        for (const Chart& chart : charts) {
            const std::string unit =
                chart.unit.empty() ? "" : ", <i>" + escape_markup(unit_in_words(chart.unit, language_)) + "</i>";
            html_ += fmt::format("<figure id=\"{}\"{}><figcaption>{}{}</figcaption>\n{}</figure>\n", chart.id,
                                 chart.wide ? " class=\"wide\"" : "", escape_markup(chart.title), unit,
                                 interval_chart(chart));
        }
        html_ += "</div>\n";
    }

    void note(std::string_view name, const std::string& text) {
        if (!text.empty()) html_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, escape_markup(text));
    }

    void notes(const std::string& contents) {
        html_ += "<div class=\"notes\">\n<dl>\n";
        legend();
        note(words_.method, section_.variance_methods);
        note(words_.level,
             (section_.level.empty() ? "" : section_.level + style_.per_cent + ": ") + section_.intervals);
        note(words_.df, section_.df);
        note(words_.weight, section_.weight_sets);
        note(words_.notes, section_.note);
        html_ += "</dl>\n";
        footnotes();
        html_ += fmt::format("</div>\n<p class=\"back\"><a href=\"#{}\">{}</a></p>\n", contents, words_.back);
    }

    void legend() {
        if (section_.legend.empty()) return;
        html_ += fmt::format("<dt>{}</dt><dd class=\"key\">", words_.legend);
        for (const QualityLabel& label : section_.legend)
            html_ += fmt::format("<span class=\"{}\">{}{}</span> ", to_text(label.level),
                                 escape_markup(label_in(label.text, std::string(words_.language), label.id)),
                                 label.mark.empty() ? "" : " <sup>" + escape_markup(label.mark) + "</sup>");
        html_ += fmt::format("({})</dd>\n", escape_markup(fmt::format("{}", fmt::join(section_.rule_titles, "; "))));
    }

    void footnotes() {
        if (section_.footnotes.empty()) return;
        html_ += "<ol>\n";
        for (std::size_t i = 0; i < section_.footnotes.size(); ++i)
            html_ += fmt::format("<li id=\"{}-n{}\">{}</li>\n", section_.anchor, i + 1,
                                 escape_markup(section_.footnotes[i]));
        html_ += "</ol>\n";
    }

    const PageSection& section_;
    std::size_t number_;
    const std::string& language_;
    const Words& words_;
    NumberStyle style_;
    std::string html_;
};

}  // namespace

std::string section_html(const PageSection& section, std::size_t number, const std::string& language,
                         const SectionParts& parts) {
    return SectionWriter(section, number, language).write(parts);
}

}  // namespace cifra
