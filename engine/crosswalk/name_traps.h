// Names that mean another crime in law than in the classification: in Spanish law "robo" may be a robbery, a burglary
// or a theft. The list is engine/data/iccs_name_traps.csv: words, all of which stand in a title, and the branches of
// the ICCS that fit it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cifra {

struct NameTrap {
    std::vector<std::string> words;
    std::vector<std::string> branches;
    std::string reason;
};
const std::vector<NameTrap>& name_traps();

// The trap into which a title with this code goes: of those whose words it holds the one of most words decides.
// nullptr where there is none or the code fits. Complexity: traps times words.
const NameTrap* name_trap(std::string_view title, std::string_view iccs);

}  // namespace cifra
