// The charts of a page as data for the scripts of the report.
#pragma once

#include <span>
#include <string>

#include "estimation/publishing/page.h"

namespace cifra {

// {"charts": {id: {title, unit, description, names, points, …}}} as JSON that holds no <, > or &, so that it can stand
// in a script element whatever the labels say.
std::string chart_data(std::span<const Page> pages);

}  // namespace cifra
