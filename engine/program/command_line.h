// What is wrong with a command line, told as all other faults are: what, and the remedy.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "engine/diagnostics.h"

namespace cifra {

// Adds the fault behind `error`, which `program` threw over `words` (the arguments without the name of the program):
// no-verb, unknown-verb, unknown-option, too-many-arguments, missing-value (an option stands last) or bad-value. A
// value is not quoted, for it may be a secret, nor may the checks of options quote it.
void tell_command_line(const CLI::App& program, const CLI::ParseError& error, const std::vector<std::string>& words,
                       Diagnostics& faults);

}  // namespace cifra
