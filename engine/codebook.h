// Variables of a file: type, categories, labels by language, and which codes are which kind of missing.
//
// As YAML:
//   variables:
//     sex:   {type: text, label: {en: Sex, es: Sexo}, categories: {"1": {en: Male, es: Hombre}, "2": ...}}
//     value: {type: number, missing: {"9999999": dont_know}, blank: not_asked}
// A code is missing only if the codebook declares it so.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/yaml.h"

namespace cifra {

struct Variable {
    std::string name;
    ColumnType type = ColumnType::text;
    Labels label;
    std::vector<std::pair<std::string, Labels>> categories;  // code → label, in order
    std::map<std::string, Missing> missing;                  // code → kind
    Missing blank = Missing::system;                         // what an empty cell means
    Location where;
};

struct Codebook {
    std::vector<Variable> variables;
    const Variable* find(std::string_view name) const;
};

// Reads the map under `variables:`.
Codebook read_codebook(const YamlValue& value, Diagnostics& faults);

// The codebook as YAML text, ready to be read back.
std::string to_yaml(const Codebook& codebook);

// The table with declared missing codes and blanks turned into kinds of missing. Columns that the codebook does not
// name stay as they are; a category code that is neither declared nor missing is reported once a code, as a warning.
Table apply_codebook(Table table, const Codebook& codebook, Diagnostics& faults);

}  // namespace cifra
