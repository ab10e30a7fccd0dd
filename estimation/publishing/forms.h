// The forms a publication can take, each a list of files made from the same rows and pages.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/publishing/publication.h"
#include "estimation/publishing/report/report.h"

namespace cifra {

// What every form is made of.
struct Published {
    const Publication& plan;
    std::span<const PublishedRow> rows;
    RuleSets& rules;
    std::vector<Page> pages;  // one per language of the plan
    std::optional<AreaMap> map = {};
    std::string chart_bundle = {};                          // charts.js; "": none
    QualityTables quality = {};                             // for the form `sims`
    std::vector<std::vector<ReportChapter>> chapters = {};  // of the report, by page
};

struct PublishedFile {
    std::string name;  // relative to the out folder
    std::string bytes;
};

// Names of the forms, as `forms` takes them.
std::vector<std::string> publication_forms();

std::vector<PublishedFile> publish_form(const std::string& form, const Published& published, Diagnostics& faults);

}  // namespace cifra
