// One section of the page as HTML: heading, key figures, table, charts, notes.
#pragma once

#include <cstddef>
#include <string>

#include "estimation/publishing/page.h"

namespace cifra {

std::string section_html(const PageSection& section, std::size_t number, const std::string& language, bool charts);

}  // namespace cifra
