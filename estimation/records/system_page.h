// The system's map to read: matrices of institutions, stages and variables, the register of records, exchanges, code
// lists, the checklist with its evidence, the glossary. As a page, and as a chapter of a report.
#pragma once

#include <string>
#include <vector>

#include "estimation/records/system_map.h"

namespace cifra {

// In one of `languages`; fixed words, checklist and glossary in English or Spanish.
std::string system_page(const SystemMap& map, const std::vector<std::string>& languages, std::size_t language);

// The same as sections below one heading. `anchor`: of the chapter, unique on its page; `contents`: of its contents.
std::string system_chapter(const SystemMap& map, const std::string& language, const std::string& anchor,
                           const std::string& contents);
std::string system_title(const SystemMap& map, const std::string& language);

}  // namespace cifra
