// What the program says of itself in forms that other programs read: a manual page for man(1), and the words after
// which a shell completes.
#pragma once

#include <string>
#include <vector>

#include "engine/command.h"

namespace cifra {

std::string man_page(const std::vector<Verb>& verbs);         // cifra(1), groff's man macros
std::string bash_completion(const std::vector<Verb>& verbs);  // for bash-completion's folder

// `cifra manual`: prints one of the two.
Verb manual_verb(const std::vector<Verb>& verbs);

}  // namespace cifra
