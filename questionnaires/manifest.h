// An instrument made of parts: files that it includes, with what a country adds, changes and leaves out. The ids of the
// parts stay, so that questions keep their names and answers their columns whatever is around them.
//
//   include: [library:modules/trust, corruption.yaml]  files, in this order, before what the instrument itself holds
//   drop: [bicycle_theft, income]                      ids of modules and crimes, names of questions and code lists
//   change: {reported: {text: {es: "¿Lo denunció?"}}}  keys of these that are replaced; a null removes one
//   add: [{to: home, after: tenure, questions: [...]}] questions into a module; without `after` at its end
//   order: [home, persons, crimes]                     ids of all modules
//
// Joining: lists (modules, crimes, coding, hierarchy, tests) follow each other; maps (codes, offences, indicators) are
// united. A key that two parts give is a fault unless they say the same, so that parts may each hold the code lists
// they need.
// The head (name, version, title, languages) is the instrument's own; its period, bounding, safety profile, show cards
// and missing answers come from the first part that has them, unless it has its own. Parts may hold more languages than
// the instrument, which takes its own. A change goes into maps: `{text: {es: ...}}` leaves the other languages.
//
// Paths start at the folder of the file that includes. Faults: unknown-library, include-cycle, too-many-includes (100
// files, 8 deep), duplicate-include, no-include (such a key without `include`), unknown-id, duplicate-id,
// unordered-module, and those of reading YAML.
#pragma once

#include <filesystem>
#include <string>

#include "engine/yaml.h"

namespace cifra {

// The document of a file, or of `library:NAME`.
YamlValue read_instrument_file(const std::string& name, const std::filesystem::path& directory, Diagnostics& faults);

// The document as one, without the keys above. `directory` is that of its file.
YamlValue resolve_manifest(YamlValue document, const std::filesystem::path& directory, Diagnostics& faults);

}  // namespace cifra
