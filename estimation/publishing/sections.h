// One section of the page as HTML: heading, key figures, table, charts, notes.
#pragma once

#include <cstddef>
#include <string>

#include "estimation/publishing/page.h"

namespace cifra {

struct SectionParts {
    bool charts = true;
    std::string figures = {};           // markup before the charts: maps
    std::string contents = "contents";  // id of the contents, to lead back to
};

std::string section_html(const PageSection& section, std::size_t number, const std::string& language,
                         const SectionParts& parts);

}  // namespace cifra
