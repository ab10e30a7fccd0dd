// The verb `convert`: CSV files into one columnar file, which later passes over the microdata read in their place.
#pragma once

#include "engine/command.h"

namespace cifra {

Verb convert_verb();

}  // namespace cifra
