// What a verb of this wing works on: the instrument of a study, or an instrument by itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/command.h"
#include "engine/study.h"
#include "questionnaires/instrument.h"

namespace cifra {

struct Assignment {
    Instrument instrument;
    std::filesystem::path out;  // folder of results
    std::uint64_t seed = 1;
    std::vector<std::string> languages;  // of the study where the instrument has them, else the instrument's
    std::optional<Study> study;
};

// The input of the command: study.yaml (its key `instrument` is a path, a library name, or {use:, period:}), an
// instrument file, or `library:NAME`. Throws InputError with every fault of study and instrument; reports the
// warnings.
Assignment read_assignment(Context& context);

// A section of the assignment's study, null without a study.
Section section_of(const Assignment& assignment, std::string_view name, Diagnostics& faults);

void report_warnings(Context& context, const Diagnostics& faults);

}  // namespace cifra
