// Where a column that should be one of numbers holds its first cell that is none.
//
// One such cell makes the whole column text, and an expression then says only that it is: in a file of a million rows
// that is no help. So, where faults say of a column of the survey's files that it is text, its file is read once more.
#pragma once

#include "engine/yaml.h"
#include "estimation/survey_data.h"

namespace cifra {

// Adds a note `first-text` at that cell for every column that an error of `faults` calls text and that holds numbers
// too, unless a codebook declares its type. `design` is the design file. Nothing is added where no error does: the
// files are not read then.
void note_first_texts(const YamlValue& design, const SurveyDataOptions& options, Diagnostics& faults);

}  // namespace cifra
