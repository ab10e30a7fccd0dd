// The page as a workbook, the annex of tables that offices hand out: a sheet of contents with links, and for each table
// a sheet of estimates and a sheet of their precision (limits, CV, cases, sample). Numbers stay numbers, shown with the
// decimals of the page; cells have the colour of their precision class and footnotes stand below, with the mark of the
// class in the precision sheet. Hidden values are "…" in both sheets. Same page, same bytes.
#pragma once

#include <string>

#include "estimation/publishing/page.h"

namespace cifra {

std::string annex_bytes(const Page& page);

}  // namespace cifra
