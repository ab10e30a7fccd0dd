// The verbs of this wing: estimate, weight, publish, rehearse, translate, records. engine/program lists them beside
// those of the other wings.
#pragma once

#include <vector>

#include "engine/command.h"

namespace cifra {

std::vector<Verb> estimation_verbs();

Verb weight_verb();
Verb estimate_verb();
Verb publish_verb();
Verb rehearse_verb();
Verb translate_verb();
// A crosswalk checked, records recoded by it, reports, suggestions.
Verb records_verb();

}  // namespace cifra
