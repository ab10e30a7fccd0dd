// What the verbs `interview`, `burden` and `check` do with play/: an interview in the terminal, simulated interviews,
// cases that cover the route.
#pragma once

#include "engine/command.h"
#include "questionnaires/assignment.h"
#include "questionnaires/play/behaviour.h"

namespace cifra {

// The section `behaviour` of the study, or the file of the option `--behaviour`; else the defaults.
Behaviour behaviour_of(Context& context, const Assignment& assignment, Diagnostics& faults);

// An interview on the standard input and output; options household, date, selection-number. With --out, the answer
// files of all finished interviews of the folder.
void interview_in_terminal(Context& context, const Assignment& assignment);

// `--simulate N`: N simulated interviews as answer files.
void simulate_interviews(Context& context, const Assignment& assignment);

// `--cover FILE`: the cases of cover.h.
void write_cover(Context& context, const Assignment& assignment);

}  // namespace cifra
