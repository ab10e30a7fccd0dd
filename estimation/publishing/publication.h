// What a study publishes: the section `publish` of a study, or a file of estimates with its table file and codebook.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/command.h"
#include "engine/diagnostics.h"
#include "estimation/publishing/page.h"
#include "estimation/publishing/quality_report/quality_report.h"
#include "estimation/publishing/report/map.h"
#include "estimation/publishing/sdmx/sdmx.h"

namespace cifra {

struct Publication {
    std::filesystem::path estimates, out;
    std::vector<std::string> languages;
    std::vector<std::string> forms = {"html", "xlsx"};
    PageTexts texts;
    RowChoice rows;
    PageOptions options;
    std::optional<MapPlan> map;
    std::filesystem::path system;  // the system's map of the section 'records', a chapter of the report; "": none
    std::optional<SdmxPlan> sdmx;
    QualityReportPlan quality_report;
    YamlValue confidentiality;  // null: all is published
};

// The section of the study, with the estimation's table file and the codebooks of the out folder for titles and
// labels; or, where the input is a CSV or the option `estimates` is given, the files of the options. The context
// gains the files that were read. Faults: those of YAML, unknown-choice, out-of-range, missing-key (the form `sdmx`
// without its section).
Publication read_publication(Context& context, Diagnostics& faults);

}  // namespace cifra
