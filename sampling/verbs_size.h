// The verb `size`. SIZE.md of this folder is its manual.
#pragma once

#include "engine/command.h"

namespace cifra {

Verb size_verb();

}  // namespace cifra
