// The charts of a section as values: one per indicator, its domains as points, the whole as reference; for a section
// turned by indicator one per unit, its indicators as points. A chart has at least two points; hidden figures have
// none.
#pragma once

#include <string>
#include <vector>

#include "estimation/publishing/chart.h"
#include "estimation/publishing/page.h"

namespace cifra {

// Ids are the section's anchor with "-c1", "-c2", ….
std::vector<Chart> section_charts(const PageSection& section, const std::string& language);

// "%" in words, other units as they are.
std::string unit_in_words(const std::string& unit, const std::string& language);

}  // namespace cifra
