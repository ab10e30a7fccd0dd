// The names of domains in estimates: "region=N;sex=F", the variables in the order in which they are crossed; "" is the
// whole. Codes are those of the data and hold neither ';' nor '='.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cifra {

// "region=N", "sex=F".
std::vector<std::string> split_domain(std::string_view domain);

// ("region", "N"), ("sex", "F"); a part without "=" has no variable.
std::vector<std::pair<std::string, std::string>> domain_parts(std::string_view domain);

}  // namespace cifra
