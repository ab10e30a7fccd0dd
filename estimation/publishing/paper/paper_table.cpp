#include "estimation/publishing/paper/paper_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/numbers.h"
#include "estimation/publishing/section_charts.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

constexpr std::size_t indicators_per_table = 2;  // as many as a column of a paper is wide

class PaperWriter {
public:
    PaperWriter(const PageSection& section, const std::string& language)
        : section_(section), language_(language), words_(words_in(language)), style_(number_style(language)) {}

    PaperTable by_indicator() const {
        PaperTable table = empty(1, 1);
        table.columns = {std::string(words_.indicator), std::string(words_.estimate), interval_words(),
                         std::string(words_.cv), std::string(words_.sample)};
        for (std::size_t i = 0; i < section_.columns.size(); ++i) {
            const PageCell& cell = section_.rows.front().cells[i];
            PaperRow row{"", false, {with_unit(section_.columns[i])}};
            add_figures(row, cell, section_.columns[i].decimals);
            row.cells.push_back(format_number(cell.n, 0, style_));
            table.rows.push_back(std::move(row));
        }
        return table;
    }

    PaperTable by_domain(std::size_t first, std::size_t last) const {
        PaperTable table = empty(first / indicators_per_table + 1, section_.columns.size());
        table.groups = {{"", 1}};
        table.columns = {std::string(words_.domain)};
        for (std::size_t i = first; i < last; ++i) {
            table.groups.push_back({with_unit(section_.columns[i]), 3});
            table.columns.emplace_back(words_.estimate);
            table.columns.push_back(interval_words());
            table.columns.emplace_back(words_.cv);
        }
        std::string heading;
        for (const PageRow& source : section_.rows) {
            PaperRow row{source.heading == heading ? "" : source.heading, source.total, {source.label}};
            heading = source.heading;
            for (std::size_t i = first; i < last; ++i) add_figures(row, source.cells[i], section_.columns[i].decimals);
            table.rows.push_back(std::move(row));
        }
        return table;
    }

    std::vector<std::string> notes() const {
        std::vector<std::string> notes;
        for (const QualityLabel& label : section_.legend)
            if (!label.mark.empty())
                notes.push_back(fmt::format("{}: {}", label.mark, label_in(label.text, language_, label.id)));
        for (std::size_t i = 0; i < section_.footnotes.size(); ++i)
            notes.push_back(fmt::format("{}: {}", i + 1, section_.footnotes[i]));
        add_note(notes, words_.population, section_.population);
        add_note(notes, words_.method, section_.variance_methods);
        add_note(notes, words_.level, section_.intervals);
        if (!section_.note.empty()) notes.push_back(section_.note);
        return notes;
    }

private:
    static void add_note(std::vector<std::string>& notes, std::string_view name, const std::string& text) {
        if (!text.empty()) notes.push_back(fmt::format("{}: {}", name, text));
    }

    PaperTable empty(std::size_t number, std::size_t indicators) const {
        const bool several = indicators > indicators_per_table;
        return {several ? fmt::format("{}-{}", section_.id, number) : section_.id,
                several ? fmt::format("{} ({})", section_.title, number) : section_.title,
                {},
                {},
                {},
                {}};
    }

    std::string interval_words() const {
        return fmt::format(fmt::runtime(words_.interval_short), section_.level.empty() ? "95" : section_.level);
    }

    std::string with_unit(const PageColumn& column) const {
        return column.unit.empty() ? column.label
                                   : fmt::format("{} ({})", column.label, unit_in_words(column.unit, language_));
    }

    std::string marked(std::string figure, const std::string& mark) const {
        if (!mark.empty()) figure += mark_sign + mark;
        return figure;
    }

    void add_figures(PaperRow& row, const PageCell& cell, int decimals) const {
        if (!cell.present || cell.hidden) {
            row.cells.insert(row.cells.end(), {cell.hidden ? "…" : "–", "", ""});
            return;
        }
        const auto number = [&](double value) { return format_number(value, decimals, style_); };
        const bool limits = !std::isnan(cell.lower) || !std::isnan(cell.upper);
        row.cells.push_back(marked(number(cell.estimate), fmt::format("{}", fmt::join(cell.footnotes, ","))));
        row.cells.push_back(limits ? number(cell.lower) + "–" + number(cell.upper) : "–");
        row.cells.push_back(
            marked(std::isnan(cell.cv) ? "–" : format_number(cell.cv * 100, 1, style_) + style_.per_cent, cell.mark));
    }

    const PageSection& section_;
    const std::string& language_;
    const Words& words_;
    NumberStyle style_;
};

}  // namespace

std::vector<PaperTable> paper_tables(const PageSection& section, const std::string& language) {
    const PaperWriter writer(section, language);
    std::vector<PaperTable> tables;
    if (section.by_indicator())
        tables.push_back(writer.by_indicator());
    else
        for (std::size_t first = 0; first < section.columns.size(); first += indicators_per_table)
            tables.push_back(writer.by_domain(first, std::min(first + indicators_per_table, section.columns.size())));
    if (!tables.empty()) tables.back().notes = writer.notes();
    return tables;
}

}  // namespace cifra
