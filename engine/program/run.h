// `cifra run study.yaml`: the verbs whose section the study holds, in the order of the survey's life, as a small make.
// A step is carried out when it never was, or when a file that it read, a section of the study that it asked for, an
// option, the version of the program or a file that it wrote is not what manifest.json says; else its outputs stand.
// manifest.json is written after every step, so that a run that was stopped goes on behind the last finished step.
#pragma once

#include <vector>

#include "engine/command.h"

namespace cifra {

// `steps` in the order of the survey's life.
Verb run_verb(std::vector<Verb> steps);

// `cifra verify`: whether all files are those of a manifest.
Verb verify_verb();

// Writes manifest_VERB.json beside the outputs, when the verb wrote anything.
void write_manifest(const Context& context, const std::string& verb);

}  // namespace cifra
