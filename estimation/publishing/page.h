// The page as values: the published rows with their texts, arranged into sections, rows and columns. No markup.
//
// A section is one table of the estimates; its rows are domains (and periods), its columns indicators, both in order of
// appearance with the whole first. A section with one row and several indicators is turned: its rows are indicators.
// The categories of the variable that a table puts `across` are columns of each indicator, behind its total.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "estimation/publishing/published_rows.h"
#include "estimation/publishing/texts.h"
#include "estimation/quality.h"

namespace cifra {

struct PageOptions {
    std::string language = "en";
    bool charts = true;
    std::vector<std::pair<std::string, std::string>> siblings;  // other languages: code, file
};

struct PageCell {
    bool present = false, hidden = false;
    double estimate = 0, lower = 0, upper = 0, cv = 0, n = 0, cases = 0;  // printed scale; NaN where unknown
    std::string mark;
    QualityLevel level = QualityLevel::unknown;
    std::string quality_text;            // label and reasons, for the reader who points at it
    std::vector<std::size_t> footnotes;  // numbers from 1
};

struct PageColumn {
    std::string id, label, unit;
    int decimals = 0;
    std::string group{}, part{};  // of a table with `across`: the indicator and the category ("Crimes", "Women")
};

struct PageRow {
    std::string label, heading;  // heading: the variables of the domain; "" for the whole
    bool total = false;
    std::vector<PageCell> cells;  // one per column
    std::string domain{};         // its codes, "region=R1;sex=2"
};

struct PageSection {
    std::string id, anchor, title, subtitle, population, unit, note;
    std::vector<PageColumn> columns;
    std::vector<PageRow> rows;
    std::vector<std::string> footnotes;
    std::vector<QualityLabel> legend;  // labels that occur and are not merely good, in the order of the rules
    std::vector<std::string> rule_titles;
    std::string level, variance_methods, intervals, weight_sets, df;  // for the notes; "" where unknown
    bool by_indicator() const { return rows.size() == 1 && columns.size() > 1; }
};

struct Page {
    std::string language, title, subtitle, source, note;
    std::vector<PageSection> sections;
    std::string methods{};  // how the survey was made, in a paragraph; "" where nothing is said
};

// `rows`: of published_rows.h, table by table.
Page build_page(std::span<const PublishedRow> rows, const PageTexts& texts, const PageOptions& options,
                RuleSets& rules);

}  // namespace cifra
