// The terminal side of the program: diagnostics, lines for the user and a progress bar on standard error.
#pragma once

#include "engine/command.h"

namespace cifra {

// A context whose speech goes to this process's streams: say → standard output, reports and progress → standard error.
// Progress is shown only where standard error is a terminal.
Context console_context(Options options);

// Runs `work`, turns what it throws into a message and an exit code.
ExitCode guarded(const std::function<void()>& work);

}  // namespace cifra
