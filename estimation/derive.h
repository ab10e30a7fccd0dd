// Derived variables of a level: an expression, ordered groups, or a summary of the records below.
//
//   derive:
//     crimes:
//       counted: 'BPCOD != "03"'
//     persons:
//       age_group: {groups: {"18-29": EDAD < 30, "30+": EDAD >= 30}, label: {en: Age}}
//       crimes_suffered: {count: crimes, where: counted}
//       victim: {any: crimes, where: counted, key: [household]}
//
//       offence: {iccs: ICCS, level: 2}
//       violence: {iccs: ICCS, groups: ["02011", "0401"]}
//
// Groups: the first whose condition is true names the row; none leaves it missing. Summaries run over the records of
// the named level that belong to the row: `count` (records, by the counting rule), `any` (truth), `sum` with `value`.
// With `key`, rows that are equal in those variables (one unit interviewed twice) share the summary of all their
// records.
//
// `iccs` rolls a code of the International Classification of Crime (engine/iccs.h) up the tree: to its ancestor at
// `level` 1 to 4, or to the deepest of `groups` it lies under. The letters ICCS before a code are dropped; titles
// become the labels of the categories. A code above the level, or under none of `groups`, leaves the row missing (the
// first is counted in a warning). Codes that the classification does not have are a fault, counted; a known misspelling
// is named with the right code.
#pragma once

#include <functional>
#include <string>

#include "engine/codebook.h"
#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/hierarchy.h"

namespace cifra {

// Adds the variables under `derive:` to the hierarchy, in file order, and their labels to `labels`.
void derive_variables(const YamlValue& derive, Hierarchy& hierarchy, Codebook& labels, Diagnostics& faults);

// The same once more, after columns they are made from have changed (imputation): every variable is made anew but those
// that `keep` names.
using KeepVariable = std::function<bool(std::size_t level, const std::string& name)>;
void derive_again(const YamlValue& derive, Hierarchy& hierarchy, const KeepVariable& keep, Diagnostics& faults);

}  // namespace cifra
