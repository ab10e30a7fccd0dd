// Rolling codes of the International Classification of Crime up the tree, for derived variables (derive.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/codebook.h"
#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/yaml.h"

namespace cifra {

struct IccsRollUp {
    int level = 0;                   // 1 to 4, or 0 where codes are listed
    std::vector<std::string> codes;  // without the letters ICCS, in the order of the file
};

// Reads `level` or `groups`. Faults: missing-key, out-of-range, unknown-iccs.
std::optional<IccsRollUp> read_iccs_roll_up(Fields& fields, const Location& where, Diagnostics& faults);

// The group of one code ("ICCS020111" or "020111"); "" where it lies above the level or under none of the codes.
// Nothing for a code the classification does not have.
std::optional<std::string> iccs_group(std::string_view code, const IccsRollUp& roll_up);

// The groups of a text column; missing cells keep their kind.
Column iccs_groups(const Column& codes, const IccsRollUp& roll_up, const Location& where, Diagnostics& faults);

// Titles of the groups as categories of the variable `name`, in English and Spanish, beside what is there already.
void add_iccs_labels(const std::string& name, const Location& where, const IccsRollUp& roll_up, Codebook& labels);

}  // namespace cifra
