// What a page calls its tables, indicators, variables and categories. Everything is optional: without a text the id
// stands.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/codebook.h"
#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/quality.h"

namespace cifra {

struct TableTexts {
    std::string id;
    Labels title, subtitle, population, note;
    std::string across{};  // the variable of the domains whose categories stand side by side; "": one below another
};

struct IndicatorTexts {
    Labels label, unit;
    double scale = 1;    // what the estimates are multiplied with already (100: per cent)
    int decimals = -1;   // -1: by magnitude
    bool total = false;  // estimates that add up over domains
};

struct PageTexts {
    Labels title, subtitle, source, note, methods;
    std::vector<TableTexts> tables;  // in the order of their file
    std::map<std::string, IndicatorTexts> indicators;
    Codebook codebook;
    std::vector<QualityRules> quality;  // rule sets of the study beside the shipped ones
};

// Reads titles and labels out of a table file: `tables: [{id, title, subtitle, population, note, across}]` and
// `indicators: {id: {label, unit, scale}}`; and `title`, `subtitle`, `source`, `note`, `methods` of the whole, where
// not yet known. The shares that a table asks for are labelled as their totals, with a unit of their own.
// Other keys belong to the estimation and are not looked at.
void read_table_texts(const YamlValue& value, PageTexts& texts, Diagnostics& faults);

const TableTexts* find_table(const PageTexts& texts, const std::string& id);  // nullptr when absent

}  // namespace cifra
