// The first and the lost: a study to begin with, and what is wrong with the one there is.
#pragma once

#include <vector>

#include "engine/command.h"

namespace cifra {

// `cifra new FOLDER`: a study that runs as it is on a made-up country, to be changed piece by piece.
Verb new_verb();

// `cifra doctor study.yaml`: every step tried without writing, every fault of every step told, and which sections a
// study may still have. `steps` in the order of the survey's life.
Verb doctor_verb(std::vector<Verb> steps);

}  // namespace cifra
