// The verb `draw`: plan and frame to sample, protocol and field documents; with --verify the same again, compared.
#pragma once

#include "engine/command.h"

namespace cifra {

Verb draw_verb();

}  // namespace cifra
