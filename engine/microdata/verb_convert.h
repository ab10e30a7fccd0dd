// The verb `convert`: files of one program as those of another (statfile/convert_table.h); and CSV files into one
// columnar file, which later passes over the microdata read in their place.
#pragma once

#include "engine/command.h"

namespace cifra {

Verb convert_verb();

}  // namespace cifra
