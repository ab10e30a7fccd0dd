// The page as one self-contained HTML file: contents, a section per table with its figures, charts and notes. No
// external resource and no script, so it can be archived, mailed and printed as it stands.
#pragma once

#include <string>

#include "estimation/publishing/page.h"

namespace cifra {

// Accessible by construction: language declared, one caption per table, scope on every heading cell, title and
// description in every chart, precision told by a letter and a shape beside the colour.
std::string to_html(const Page& page, const PageOptions& options);

}  // namespace cifra
