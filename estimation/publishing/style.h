// The style sheet of the page: nothing is fetched; screen, narrow screen and print.
#pragma once

#include <string>
#include <string_view>

namespace cifra {

std::string page_style();

// What a chart of chart.h needs of it; colours are variables of the page (--ink, --soft, --accent).
std::string_view chart_style();

}  // namespace cifra
