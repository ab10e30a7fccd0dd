// The style sheet of the page: nothing is fetched; screen, narrow screen and print.
#pragma once

#include <string_view>

namespace cifra {

std::string_view page_style();

}  // namespace cifra
