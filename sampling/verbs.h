// The verbs of the wing: synthesize, size, draw. README.md of this folder is their manual.
#pragma once

#include <vector>

#include "engine/command.h"

namespace cifra {

std::vector<Verb> sampling_verbs();

}  // namespace cifra
