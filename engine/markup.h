// Text for HTML and SVG.
#pragma once

#include <string>
#include <string_view>

namespace cifra {

// & < > " ' as entities; control characters other than tab and line end are left out.
std::string escape_markup(std::string_view text);

// At most `most` characters (code points), the rest as "…".
std::string shortened(const std::string& text, std::size_t most);

}  // namespace cifra
