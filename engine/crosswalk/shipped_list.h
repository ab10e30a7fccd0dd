// A code list compiled into the library, as a table of texts.
#pragma once

#include <string_view>

#include "engine/table.h"

namespace cifra {

// `name` as in embedded.h. std::logic_error where there is no such file, or it has faults.
Table shipped_list(std::string_view name);

}  // namespace cifra
