// Maps of domains: areas from a GeoJSON file (RFC 7946), joined to the estimates by their code and shaded by the size
// of the estimate and its precision.
//
// Coordinates are longitude and latitude, shown equirectangular with the true scale at the middle latitude (Snyder
// 1987, Map Projections, USGS PP 1395, section 12): fit for a country. Classes are steps of a round axis (chart.h),
// darker for more. An area of doubtful precision has its shade under hatching; one of poor precision has hatching
// alone, for its class may not be its own; one without a figure stays white with a dashed line.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/publishing/page.h"

namespace cifra {

struct MapPlan {
    std::filesystem::path file;
    std::string key;       // property of a feature that holds the code of its area
    std::string variable;  // domain variable with these codes
};

struct MapPoint {
    double x = 0, y = 0;  // degrees east and north
};

struct MapArea {
    std::string code;
    std::vector<std::vector<MapPoint>> rings;  // of all its polygons; holes by the even-odd rule
};

struct AreaMap {
    std::string variable;
    std::vector<MapArea> areas;
};

// Polygons and multipolygons of a feature collection; features of one code are one area. Faults: not-geojson (no
// JSON, no collection, a geometry without areas or with broken coordinates), missing-code (a feature without the
// key).
AreaMap parse_map(std::string_view geojson, const MapPlan& plan, Diagnostics& faults);

// Codes of the rows that have no area (area-without-shape, an error) and areas that no row has
// (shape-without-estimate, a warning), all named. Rows of the map are those whose domain is its variable alone.
void check_map(const AreaMap& map, std::span<const PublishedRow> rows, const MapPlan& plan, Diagnostics& faults);

// A figure per indicator of a section whose rows are areas, as HTML with inline SVG; "" where there is none.
std::string section_maps(const AreaMap& map, const PageSection& section, const std::string& language);

}  // namespace cifra
