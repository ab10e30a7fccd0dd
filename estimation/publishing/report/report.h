// The report: one HTML file with every language, a choice of population group, interactive charts and maps. It fetches
// nothing, so it can be mailed, archived and opened from a disk.
//
// Without scripts it is the page of html.h in every language, one after the other. With them one language shows at a
// time, tables, charts and maps narrow to a group of domains, and, where a chart bundle is given (engine/program/web),
// the charts are drawn by Vega-Lite; the drawn SVG stays in its place otherwise and on paper.
//
// Nothing that comes from outside is run: texts are escaped, data stand in a block of JSON without markup, and the page
// allows only its own scripts, by their digests (Content Security Policy Level 3, section 2.3.1).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/codebook.h"
#include "estimation/publishing/page.h"
#include "estimation/publishing/report/map.h"

namespace cifra {

// What follows the tables.
struct ReportChapter {
    std::string anchor;  // unique in the report
    std::string title;
    std::string html;  // a section with that id
};

struct ReportParts {
    std::optional<AreaMap> map = {};
    std::string chart_bundle = {};                          // the script of charts.js; "": drawn charts alone
    std::vector<std::vector<ReportChapter>> chapters = {};  // of each page; none: without
};

// `pages`: one per language, the first shown first. Throws InputError (unsafe-script) when the bundle could close its
// own script element.
std::string to_report(std::span<const Page> pages, const Codebook& codebook, const ReportParts& parts);

}  // namespace cifra
