#include "estimation/publishing/section_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "estimation/publishing/words.h"

namespace cifra {

namespace {

bool drawable(const PageCell& cell) { return cell.present && !cell.hidden && !std::isnan(cell.estimate); }

ChartPoint point_of(const std::string& label, const PageCell& cell) {
    return {label, cell.estimate, cell.lower, cell.upper, cell.level, false, false, {}};
}

Chart chart_of_column(const PageSection& section, std::size_t i) {
    Chart chart;
    chart.title = section.columns[i].label;
    chart.unit = section.columns[i].unit;
    chart.decimals = section.columns[i].decimals;
    std::string heading;
    for (const PageRow& row : section.rows) {
        const PageCell& cell = row.cells[i];
        if (!drawable(cell)) continue;
        ChartPoint point = point_of(row.label, cell);
        point.domain = row.domain;
        point.total = row.total;
        point.gap_before = !chart.points.empty() && row.heading != heading;
        heading = row.heading;
        if (row.total && std::isnan(chart.reference)) chart.reference = cell.estimate;
        chart.points.push_back(std::move(point));
    }
    return chart;
}

Chart chart_of_unit(const PageSection& section, const std::string& unit) {
    Chart chart;
    chart.unit = unit;
    for (std::size_t i = 0; i < section.columns.size(); ++i) {
        const PageCell& cell = section.rows.front().cells[i];
        if (section.columns[i].unit != unit || !drawable(cell)) continue;
        chart.points.push_back(point_of(section.columns[i].label, cell));
        chart.decimals = std::max(chart.decimals, section.columns[i].decimals);
    }
    return chart;
}

std::vector<Chart> charts_by_unit(const PageSection& section, const std::string& language) {
    std::vector<std::string> units;
    for (const PageColumn& column : section.columns)
        if (std::find(units.begin(), units.end(), column.unit) == units.end()) units.push_back(column.unit);
    std::vector<Chart> charts;
    for (const std::string& unit : units) {
        charts.push_back(chart_of_unit(section, unit));
        charts.back().wide = units.size() == 1;
        charts.back().title = charts.back().wide ? section.title : std::string(words_in(language).estimate);
    }
    return charts;
}

void describe(Chart& chart, const std::string& language) {
    const auto [low, high] =
        std::minmax_element(chart.points.begin(), chart.points.end(),
                            [](const ChartPoint& a, const ChartPoint& b) { return a.estimate < b.estimate; });
    chart.style = number_style(language);
    chart.description = fmt::format(fmt::runtime(words_in(language).chart_description), chart.points.size(),
                                    format_number(low->estimate, chart.decimals, chart.style),
                                    format_number(high->estimate, chart.decimals, chart.style));
}

}  // namespace

std::vector<Chart> section_charts(const PageSection& section, const std::string& language) {
    std::vector<Chart> charts;
    if (section.by_indicator())
        charts = charts_by_unit(section, language);
    else if (section.rows.size() > 1)
        for (std::size_t i = 0; i < section.columns.size(); ++i) charts.push_back(chart_of_column(section, i));
    std::erase_if(charts, [](const Chart& chart) { return chart.points.size() < 2; });
    for (std::size_t i = 0; i < charts.size(); ++i) {
        charts[i].id = fmt::format("{}-c{}", section.anchor, i + 1);
        describe(charts[i], language);
    }
    return charts;
}

std::string unit_in_words(const std::string& unit, const std::string& language) {
    return unit == "%" ? std::string(words_in(language).per_cent) : unit;
}

}  // namespace cifra
