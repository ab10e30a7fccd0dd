// `cifra run study.yaml`: the verbs whose section the study holds, in the order of the survey's life.
#pragma once

#include <vector>

#include "engine/command.h"

namespace cifra {

// `verbs` in the order of the survey's life.
void run_study(Context& context, const std::vector<Verb>& verbs);

// Writes manifest.json (run) or manifest_VERB.json beside the outputs, when the verb wrote anything.
void write_manifest(const Context& context, const std::string& verb);

}  // namespace cifra
