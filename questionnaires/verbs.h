// The verbs of this wing: check, form, interview, burden, load, code, codebook, schema. engine/program lists them
// beside those of the other wings.
#pragma once

#include <vector>

#include "engine/command.h"
#include "engine/study.h"

namespace cifra {

std::vector<Verb> questionnaires_verbs();

// The study names an instrument: what the verbs of this wing apply to.
bool has_instrument(const Study& study);

Verb check_verb();
Verb form_verb();
Verb interview_verb();
Verb burden_verb();
Verb code_verb();
Verb schema_verb();
Verb load_verb();
Verb codebook_verb();

}  // namespace cifra
