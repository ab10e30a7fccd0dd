// The samples whose intervals are tried.
#pragma once

#include <vector>

#include "tests/coverage/population.h"

namespace cifra::coverage {

const std::vector<Scenario>& scenarios();

}  // namespace cifra::coverage
