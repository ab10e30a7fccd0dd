// The verb `records`: a crosswalk checked, records recoded by it, reports, suggestions.
#pragma once

#include "engine/command.h"

namespace cifra {

Verb records_verb();

}  // namespace cifra
