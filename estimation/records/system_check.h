// What a system's map must hold together. Internal to the reading of it (system_map.h).
#pragma once

#include "estimation/records/system_map.h"

namespace cifra {

void check_system_map(const SystemMap& map, Diagnostics& faults);

}  // namespace cifra
