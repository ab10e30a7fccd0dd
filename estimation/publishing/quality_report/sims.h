// The concepts of the Single Integrated Metadata Structure, version 2.0 (Eurostat 2014, Technical Manual of the Single
// Integrated Metadata Structure): the nineteen headings of ESMS with the standard quality indicators of ESQRS.
#pragma once

#include <string>
#include <vector>

#include "engine/yaml.h"

namespace cifra {

struct SimsConcept {
    std::string id;  // "S.13.3.3.1"
    Labels name;
    std::size_t depth() const;  // 1: a heading
};

// In their order. The Spanish names are working translations.
const std::vector<SimsConcept>& sims_concepts();

}  // namespace cifra
