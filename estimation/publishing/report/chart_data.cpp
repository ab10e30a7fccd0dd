#include "estimation/publishing/report/chart_data.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "estimation/publishing/section_charts.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

using Json = nlohmann::ordered_json;

Json number_json(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json point_json(const ChartPoint& point, const Chart& chart) {
    const auto number = [&](double value) { return format_number(value, chart.decimals, chart.style); };
    return {{"label", point.label},
            {"domain", point.domain},
            {"total", point.total},
            {"gap", point.gap_before},
            {"level", std::string(to_text(point.level))},
            {"estimate", number_json(point.estimate)},
            {"lower", number_json(point.lower)},
            {"upper", number_json(point.upper)},
            {"figure", number(point.estimate)},
            {"interval", number(point.lower) + " – " + number(point.upper)}};
}

Json chart_json(const Chart& chart, const PageSection& section, const std::string& language) {
    const Words& words = words_in(language);
    Json json = {
        {"title", chart.title},
        {"unit", unit_in_words(chart.unit, language)},
        {"description", chart.description},
        {"decimal", chart.style.decimal},
        {"group", chart.style.group},
        {"reference", number_json(chart.reference)},
        {"estimateName", std::string(words.estimate)},
        {"intervalName", fmt::format(fmt::runtime(words.interval), section.level.empty() ? "95" : section.level)},
        {"points", Json::array()}};
    for (const ChartPoint& point : chart.points) json["points"].push_back(point_json(point, chart));
    return json;
}

// Within JSON these signs stand in texts alone, where the escape means the same.
std::string without_markup(const std::string& json) {
    std::string safe;
    for (const char c : json) {
        if (c == '<' || c == '>' || c == '&')
            safe += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            safe += c;
    }
    return safe;
}

}  // namespace

std::string chart_data(std::span<const Page> pages) {
    Json charts = Json::object();
    for (const Page& page : pages)
        for (const PageSection& section : page.sections)
            for (const Chart& chart : section_charts(section, page.language))
                charts[chart.id] = chart_json(chart, section, page.language);
    return without_markup(Json{{"charts", charts}}.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace cifra
