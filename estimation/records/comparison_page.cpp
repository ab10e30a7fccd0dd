#include "estimation/records/comparison_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/markup.h"
#include "engine/numbers.h"
#include "estimation/publishing/chart.h"
#include "estimation/publishing/domain_label.h"
#include "estimation/publishing/words.h"
#include "estimation/records/comparison_alignment.h"
#include "estimation/records/comparison_words.h"
#include "estimation/records/records_markup.h"

namespace cifra {

namespace {

// A column of a table, or two: the figure and its interval.
struct ShownQuantity {
    const char* id;
    std::string_view name;
    int decimals = 0;
    double factor = 1;
    bool interval = true;
};

struct ShownRow {
    std::string label, crime, area;
    bool total = false, heading = false, indented = false;
};

constexpr std::pair<const char*, const char*> flag_signs[] = {
    {"recording_above_1_2", "↑"}, {"recording_below_0_5", "↓"}, {"interval_includes_1", "≈"}, {"few_incidents", "*"}};

// A figure with its interval below it; both sides beside each other.
constexpr const char* more_style =
    "td.e{vertical-align:top}td.e i,thead th i{display:block;"
    "font-style:normal;font-weight:400;color:var(--soft);font-size:.82rem}.sides{display:grid;gap:0 34px;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr))}.sides h3{font-size:.95rem;margin:14px 0 0}"
    ".sides ul{margin:6px 0;padding-left:1.2em;font-size:.93rem}";

class PageWriter {
public:
    explicit PageWriter(const ComparisonPage& page)
        : page_(page),
          plan_(page.plan),
          words_(comparison_words(page.language)),
          shared_(words_in(page.language)),
          style_(number_style(page.language)),
          year_(page.plan.years.back().name) {}

    std::string write() {
        volumes();
        ratios();
        if (page_.comparison.areas.size() > 1) areas();
        for (const ComparedYear& year : plan_.years)
            if (year.name != plan_.base) trend(year.name);
        section("subset", words_.subset, words_.subset_note, subset_markup(page_.subset, plan_, page_.language));
        section("sides", words_.both_sides, "", alignment_markup(plan_, page_.language));
        return page_markup(
            {.language = page_.language,
             .title = label_in(plan_.title, page_.language, std::string(words_.title)),
             .lead = label_in(plan_.subtitle, page_.language, fmt::format(fmt::runtime(words_.lead), year_)),
             .note = label_in(plan_.note, page_.language, ""),
             .about_title = std::string(words_.reading),
             .about = fmt::format(fmt::runtime(words_.reading_text), number(100 * plan_.level, 0)),
             .sections = sections_,
             .siblings = page_.siblings,
             .style = more_style,
             .foot = methods()});
    }

private:
    std::string number(double value, int decimals) const { return format_number(value, decimals, style_); }

    std::string methods() const {
        std::string html = fmt::format(
            "<p>{}: {}</p>\n<p>{}</p>\n", words_.methods, words_.methods_text,
            fmt::format(fmt::runtime(words_.method_of_interval), number(static_cast<double>(plan_.draws), 0)));
        if (const std::string source = label_in(plan_.records.source, page_.language, ""); !source.empty())
            html += fmt::format("<p>{}: {}</p>\n", words_.source, escape_markup(source));
        return html;
    }

    void section(const std::string& id, std::string_view title, std::string_view note, const std::string& content) {
        sections_.push_back({id, std::string(title), std::string(note), content, sections_.size() + 1});
    }

    std::string crime_title(const std::string& id) const {
        if (id == "total" && plan_.total) return label_in(*plan_.total, page_.language, std::string(words_.all_crimes));
        for (const ComparedCrime& crime : plan_.crimes)
            if (crime.id == id) return label_in(crime.title, page_.language, id);
        return id;
    }

    std::vector<ShownRow> crime_rows() const {
        std::vector<ShownRow> rows;
        if (plan_.total) rows.push_back({crime_title("total"), "total", "", true});
        for (const ComparedCrime& crime : plan_.crimes) rows.push_back({crime_title(crime.id), crime.id, ""});
        return rows;
    }

    void volumes() {
        std::vector<ShownQuantity> shown = {{"incidents", words_.incidents}, {"reported", words_.reported}};
        if (!plan_.file_opened.text.empty()) shown.push_back({"with_file", words_.with_file, 0, 1, false});
        shown.push_back({"records", words_.records, 0, 1, false});
        const bool exact = std::all_of(plan_.crimes.begin(), plan_.crimes.end(),
                                       [](const ComparedCrime& crime) { return crime.adjustment.exact(); });
        shown.push_back({"records_adjusted", words_.records_adjusted, 0, 1, !exact});
        shown.push_back({"dark_figure", words_.dark_figure});
        const std::string figures = table(words_.volumes, words_.crime, crime_rows(), shown, year_);
        section("volumes", words_.volumes, words_.volumes_note, figures + notes());
    }

    std::vector<ShownQuantity> ratio_columns() const {
        return {{"reporting_rate", words_.reporting_rate, 1, 100},
                {"recording_ratio", words_.recording_ratio, 2, 1},
                {"capture_ratio", words_.capture_ratio, 1, 100},
                {"expansion_factor", words_.expansion_factor, 1, 1}};
    }

    void ratios() {
        std::vector<ShownQuantity> shown = ratio_columns();
        if (!plan_.file_opened.text.empty())
            shown.push_back({"official_dark_share", words_.official_dark_share, 1, 100});
        std::string content = table(words_.ratios, words_.crime, crime_rows(), shown, year_);
        const double one = 1;
        content += "<div class=\"charts\">\n" +
                   chart("reporting", shown[0], words_.per_cent, crime_rows(), year_, missing_number) +
                   chart("recording", shown[1], "", crime_rows(), year_, one) +
                   chart("capture", shown[2], words_.per_100, crime_rows(), year_, missing_number) + "</div>\n";
        section("ratios", words_.ratios, words_.ratios_note, content + notes());
    }

    void areas() {
        std::vector<ShownRow> rows, of_first;
        for (const ShownRow& crime : crime_rows()) {
            rows.push_back({crime.label, "", "", false, true});
            for (const std::string& area : page_.comparison.areas) {
                const std::string name = area.empty() ? std::string(words_.whole_area) : area_title(area);
                rows.push_back({name, crime.crime, area, area.empty(), false, !area.empty()});
                if (crime.crime == crime_rows().front().crime) of_first.push_back(rows.back());
            }
        }
        const std::vector<ShownQuantity> shown = ratio_columns();
        const std::string title = crime_rows().front().label + ": " + std::string(words_.capture_ratio);
        ShownQuantity capture = shown[2];
        capture.name = title;
        const std::string figures = table(words_.by_area, words_.area, rows, shown, year_);
        section("areas", words_.by_area, words_.by_area_note,
                "<div class=\"wide\">" + chart("areas", capture, words_.per_100, of_first, year_, missing_number) +
                    "</div>\n" + figures + notes());
    }

    std::string area_title(const std::string& area) const {
        return domain_label(plan_.by + "=" + area, page_.comparison.labels, page_.language).categories;
    }

    void trend(const std::string& year) {
        const std::vector<ShownQuantity> shown = {{"incidents_index", words_.index_incidents, 1},
                                                  {"reported_index", words_.index_reported, 1},
                                                  {"records_index", words_.index_records, 1, 1, false},
                                                  {"change_records", words_.change_records, 1, 100, false},
                                                  {"change_incidents", words_.change_incidents, 1, 100, false},
                                                  {"change_reporting", words_.change_reporting, 1, 100, false},
                                                  {"change_recording", words_.change_recording, 1, 100, false},
                                                  {"change_gap", words_.gap, 1, 100}};
        const std::string title = fmt::format(fmt::runtime(words_.trend), plan_.base, year);
        const std::string figures = table(title, words_.crime, crime_rows(), shown, year);
        section("trend-" + year, title, fmt::format(fmt::runtime(words_.trend_note), plan_.base),
                figures + "<div class=\"wide\">" + chart("gap-" + year, shown.back(), "× 100", crime_rows(), year, 0) +
                    "</div>\n" + notes());
    }

    std::string interval_name() const {
        return fmt::format(fmt::runtime(shared_.interval_short), number(100 * plan_.level, 0));
    }

    // The interval stands below its figure, so that the table fits a page.
    std::string table(std::string_view caption, std::string_view first, const std::vector<ShownRow>& rows,
                      const std::vector<ShownQuantity>& shown, const std::string& year) {
        std::string head = fmt::format("<th class=\"t\" scope=\"col\">{}</th>", first);
        for (const ShownQuantity& one : shown)
            head += fmt::format("<th class=\"r\" scope=\"col\">{}{}</th>", escape_markup(std::string(one.name)),
                                one.interval ? "<i>" + interval_name() + "</i>" : "");
        std::string body;
        for (const ShownRow& row : rows) body += table_row(row, shown, year);
        return fmt::format(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n<table>\n<caption "
            "class=\"only\">{0}</caption>\n<thead><tr>{1}</tr></thead>\n<tbody>\n{2}</tbody>\n</table>\n</div>\n",
            escape_markup(std::string(caption)), head, body);
    }

    std::string table_row(const ShownRow& row, const std::vector<ShownQuantity>& shown, const std::string& year) {
        if (row.heading)
            return fmt::format("<tr class=\"h\"><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>\n", shown.size() + 1,
                               escape_markup(row.label));
        std::string html = fmt::format("<tr{}><th scope=\"row\">{}</th>",
                                       row.total      ? " class=\"all\""
                                       : row.indented ? " class=\"d\""
                                                      : "",
                                       escape_markup(row.label));
        for (const ShownQuantity& one : shown)
            html += cell(page_.comparison.find(row.crime, row.area, year, one.id), one);
        return html + "</tr>\n";
    }

    std::string cell(const ComparedFigure* figure, const ShownQuantity& shown) {
        if (!figure) return fmt::format("<td class=\"e\">{}</td>", words_.no_value);
        if (figure->refused) {
            refused_ = true;
            return fmt::format("<td class=\"e\"><abbr title=\"{}\">{}</abbr></td>", words_.refused_note,
                               words_.refused);
        }
        std::string marks;
        for (const auto& [flag, sign] : flag_signs)
            if (std::find(figure->flags.begin(), figure->flags.end(), flag) != figure->flags.end()) {
                flags_.insert(flag);
                marks += sign;
            }
        if (!marks.empty()) marks = "<sup>" + marks + "</sup>";
        labels_.insert(figure->quality);
        std::string below = shown.interval ? "<i>" + interval(*figure, shown) + "</i>" : "";
        constexpr int p_decimals = 3;
        if (!std::isnan(figure->p)) below += fmt::format("<i>{} {}</i>", words_.p_value, number(figure->p, p_decimals));
        return fmt::format("<td class=\"e {}\"><span class=\"q\">{}</span>{}{}</td>", to_text(figure->level),
                           number(figure->estimate * shown.factor, shown.decimals), marks, below);
    }

    std::string interval(const ComparedFigure& figure, const ShownQuantity& shown) const {
        if (std::isnan(figure.lower) || std::isnan(figure.upper)) return "";
        return number(figure.lower * shown.factor, shown.decimals) + "\u2009–\u2009" +
               number(figure.upper * shown.factor, shown.decimals);
    }

    std::string chart(const std::string& id, const ShownQuantity& shown, std::string_view unit,
                      const std::vector<ShownRow>& rows, const std::string& year, double reference) const {
        Chart chart;
        chart.id = "comparison-" + id;
        chart.title = shown.name;
        chart.decimals = shown.decimals;
        chart.reference = reference;
        chart.style = style_;
        for (const ShownRow& row : rows) {
            const ComparedFigure* figure = page_.comparison.find(row.crime, row.area, year, shown.id);
            if (!figure || figure->refused || std::isnan(figure->estimate)) continue;
            ChartPoint point;
            point.label =
                row.crime == "total" && rows.front().area == rows.back().area ? std::string(shared_.total) : row.label;
            point.estimate = figure->estimate * shown.factor;
            point.lower = figure->lower * shown.factor;
            point.upper = figure->upper * shown.factor;
            point.level = figure->level;
            point.total = row.total;
            chart.points.push_back(std::move(point));
        }
        if (chart.points.size() < 2) return "";
        chart.description = fmt::format(fmt::runtime(words_.chart_description), chart.points.size());
        return fmt::format("<figure>\n<figcaption>{}{}{}</figcaption>\n{}</figure>\n", escape_markup(chart.title),
                           unit.empty() ? "" : " <i>", unit.empty() ? "" : std::string(unit) + "</i>",
                           interval_chart(chart));
    }

    // What the marks of the tables before mean; then forgets them.
    std::string notes() {
        std::string html;
        const std::pair<const char*, std::string_view> meanings[] = {{"recording_above_1_2", words_.flag_above},
                                                                     {"recording_below_0_5", words_.flag_below},
                                                                     {"interval_includes_1", words_.flag_one},
                                                                     {"few_incidents", words_.flag_few}};
        for (std::size_t k = 0; k < std::size(meanings); ++k)
            if (flags_.contains(meanings[k].first))
                html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", flag_signs[k].second, meanings[k].second);
        if (refused_) html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", words_.refused, words_.refused_note);
        for (const QualityLabel& label : plan_.quality.labels)
            if (label.level != QualityLevel::good && std::any_of(labels_.begin(), labels_.end(), [&](const auto& cell) {
                    return parse_quality_cell(cell).quality.label == label.id;
                }))
                html += fmt::format("<dt class=\"key\"><span class=\"{}\">{}</span></dt><dd>{}</dd>\n",
                                    to_text(label.level), label.mark.empty() ? label.id : label.mark,
                                    escape_markup(label_in(label.text, page_.language, label.id)));
        html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", words_.precision,
                            escape_markup(label_in(plan_.quality.title, page_.language, plan_.quality.id)));
        flags_.clear();
        labels_.clear();
        refused_ = false;
        return "<div class=\"notes\"><dl>\n" + html + "</dl></div>\n";
    }

    const ComparisonPage& page_;
    const RecordedCrimePlan& plan_;
    const ComparisonWords& words_;
    const Words& shared_;
    NumberStyle style_;
    std::string year_;
    std::vector<MarkupSection> sections_;
    std::set<std::string> flags_, labels_;
    bool refused_ = false;
};

}  // namespace

std::string comparison_page(const ComparisonPage& page) { return PageWriter(page).write(); }

}  // namespace cifra
