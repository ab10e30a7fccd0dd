// Derived variables of a level: an expression, ordered groups, or a summary of the records below.
//
//   derive:
//     crimes:
//       counted: 'BPCOD != "03"'
//     persons:
//       age_group: {groups: {"18-29": EDAD < 30, "30+": EDAD >= 30}, label: {en: Age}}
//       crimes_suffered: {count: crimes, where: counted}
//
// Groups: the first whose condition is true names the row; none leaves it missing. Summaries run over the records of
// the named level that belong to the row: `count` (records, by the counting rule), `any` (truth), `sum` with `value`.
#pragma once

#include <string>

#include "engine/codebook.h"
#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/hierarchy.h"

namespace cifra {

// Adds the variables under `derive:` to the hierarchy, in file order, and their labels to `labels`.
void derive_variables(const YamlValue& derive, Hierarchy& hierarchy, Codebook& labels, Diagnostics& faults);

}  // namespace cifra
