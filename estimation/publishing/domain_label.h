// The human name of a domain: "region=R1;sex=2" with a codebook is "Region × Sex", "North · Female".
#pragma once

#include <string>

#include "engine/codebook.h"

namespace cifra {

struct DomainLabel {
    std::string variables;   // "Region × Sex"
    std::string categories;  // "North · Female"
};

// Codes without a label stand for themselves; a part without "=" is taken as it is.
DomainLabel domain_label(const std::string& domain, const Codebook& codebook, const std::string& language);

}  // namespace cifra
