#include "estimation/publishing/report/map.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "estimation/domain_text.h"

namespace cifra {

namespace {

using Json = nlohmann::json;

// Throws what nlohmann throws on a coordinate that is no number.
void add_rings(const Json& polygon, MapArea& area) {
    for (const Json& ring : polygon) {
        std::vector<MapPoint> points;
        for (const Json& point : ring) points.push_back({point.at(0).get<double>(), point.at(1).get<double>()});
        if (points.size() >= 3) area.rings.push_back(std::move(points));
    }
}

bool add_geometry(const Json& geometry, MapArea& area) {
    const std::string type = geometry.value("type", "");
    if (type == "Polygon")
        add_rings(geometry.at("coordinates"), area);
    else if (type == "MultiPolygon")
        for (const Json& polygon : geometry.at("coordinates")) add_rings(polygon, area);
    else
        return false;
    return !area.rings.empty();
}

// A code is text; a number stands for its digits.
std::string code_of(const Json& feature, const std::string& key) {
    const auto properties = feature.find("properties");
    if (properties == feature.end() || !properties->is_object()) return "";
    const auto found = properties->find(key);
    if (found == properties->end()) return "";
    if (found->is_string()) return found->get<std::string>();
    return found->is_number_integer() ? found->dump() : "";
}

void add_feature(const Json& feature, std::size_t number, const MapPlan& plan, std::map<std::string, MapArea>& areas,
                 Diagnostics& faults) {
    const Location place{plan.file.string(), 0, 0};
    const std::string code = code_of(feature, plan.key);
    if (code.empty()) {
        faults.error(place, "missing-code", fmt::format("feature {} has no property '{}'", number, plan.key),
                     "'key' names the property that holds the code of an area");
        return;
    }
    areas[code].code = code;
    if (!feature.contains("geometry") || !feature["geometry"].is_object() ||
        !add_geometry(feature["geometry"], areas[code]))
        faults.error(place, "not-geojson", fmt::format("the geometry of '{}' is no area", code),
                     "areas are a Polygon or a MultiPolygon");
}

std::set<std::string> codes_of_rows(const std::string& variable, std::span<const PublishedRow> rows) {
    std::set<std::string> codes;
    for (const PublishedRow& row : rows)
        if (const auto parts = domain_parts(row.domain); parts.size() == 1 && parts.front().first == variable)
            codes.insert(parts.front().second);
    return codes;
}

}  // namespace

AreaMap parse_map(std::string_view geojson, const MapPlan& plan, Diagnostics& faults) {
    std::map<std::string, MapArea> areas;
    try {
        const Json json = Json::parse(geojson);
        const Json& features = json.at("features");
        std::size_t number = 0;
        for (const Json& feature : features) add_feature(feature, ++number, plan, areas, faults);
    } catch (const Json::exception&) {
        faults.error({plan.file.string(), 0, 0}, "not-geojson", "the file is no GeoJSON collection of features",
                     "a FeatureCollection whose coordinates are longitude and latitude (RFC 7946)");
    }
    AreaMap map{plan.variable, {}};
    for (auto& [code, area] : areas) map.areas.push_back(std::move(area));
    return map;
}

void check_map(const AreaMap& map, std::span<const PublishedRow> rows, const MapPlan& plan, Diagnostics& faults) {
    const std::set<std::string> estimated = codes_of_rows(map.variable, rows);
    std::set<std::string> drawn;
    for (const MapArea& area : map.areas) drawn.insert(area.code);
    std::vector<std::string> without_shape, without_estimate;
    std::set_difference(estimated.begin(), estimated.end(), drawn.begin(), drawn.end(),
                        std::back_inserter(without_shape));
    std::set_difference(drawn.begin(), drawn.end(), estimated.begin(), estimated.end(),
                        std::back_inserter(without_estimate));
    const Location place{plan.file.string(), 0, 0};
    if (estimated.empty())
        faults.error(place, "area-without-shape", fmt::format("no estimate is by '{}' alone", map.variable),
                     "'variable' names the domain variable of the areas");
    else if (!without_shape.empty())
        faults.error(place, "area-without-shape",
                     fmt::format("the map has no area for {} of '{}'", fmt::join(without_shape, ", "), map.variable),
                     fmt::format("the property '{}' must hold the codes of the estimates", plan.key));
    else if (!without_estimate.empty())
        faults.warning(place, "shape-without-estimate",
                       fmt::format("no estimate is for the areas {}", fmt::join(without_estimate, ", ")),
                       "they stay white");
}

}  // namespace cifra
