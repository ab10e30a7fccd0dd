// The verb panel: the plan of visits of a drawn sample over several waves. rotation/README.md is its manual.
#pragma once

#include "engine/command.h"

namespace cifra {

Verb panel_verb();

}  // namespace cifra
