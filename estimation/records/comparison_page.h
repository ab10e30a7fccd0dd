// The comparison of survey and recorded crime as a page that can be published: one self-contained HTML file without
// script, readable by screen readers and in print.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "estimation/records/comparison.h"

namespace cifra {

struct ComparisonPage {
    std::string language = "en";                                // English words where the page has none in it
    std::vector<std::pair<std::string, std::string>> siblings;  // other languages: code, file
    const RecordedCrimePlan& plan;
    const RecordedCrimeComparison& comparison;
    const Table& subset;  // comparable_subset() in the same language
};

// Figures of the last year: incidents, reported, recorded, the ratios with their intervals, by crime and, where there
// are areas, by area; charts of the rates; change since the base year; what is compared, what is left out and why; how
// both sides were made comparable; methods.
std::string comparison_page(const ComparisonPage& page);

}  // namespace cifra
