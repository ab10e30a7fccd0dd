// A section as a grid of texts, the same for every form of paper: no markup, nothing escaped.
#pragma once

#include <string>
#include <vector>

#include "estimation/publishing/page.h"

namespace cifra {

struct PaperGroup {
    std::string label;  // of the indicator, with its unit
    int columns = 1;
};

struct PaperRow {
    std::string heading;  // of a group of domains, where it begins
    bool total = false;
    std::vector<std::string> cells;  // the first is the label; a mark stands behind mark_sign
};

struct PaperTable {
    std::string id, caption;
    std::vector<PaperGroup> groups;    // over the columns; empty: none
    std::vector<std::string> columns;  // the first heads the labels
    std::vector<PaperRow> rows;
    std::vector<std::string> notes;
};

// Between a figure and its mark of precision or the numbers of its footnotes.
inline constexpr char mark_sign = '\x1f';

// Blocks of two indicators, a table each; a section turned by indicator is one. Notes stand under the last.
std::vector<PaperTable> paper_tables(const PageSection& section, const std::string& language);

}  // namespace cifra
