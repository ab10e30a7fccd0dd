// The levels of a survey as `data:` of the design file names them, before any file is read.
#pragma once

#include <string>
#include <vector>

#include "engine/csv.h"
#include "engine/diagnostics.h"
#include "engine/yaml.h"

namespace cifra {

// Pointers are into the YAML, which outlives the plan.
struct LevelPlan {
    std::string name, parent;
    std::vector<std::string> files;  // read one after another
    std::string source;              // a table of a server instead: clickhouse://host/database/table
    const YamlValue* source_at = nullptr;
    std::vector<std::string> by, parent_by, counting;
    const YamlValue* weight = nullptr;
    const YamlValue* filter = nullptr;
    const YamlValue* parent_at = nullptr;
    const YamlValue* counting_at = nullptr;
    std::string codebook;
    CsvOptions csv;
    Location where;
};

// Faults: unknown and missing keys, wrong types.
LevelPlan read_level_plan(const std::string& name, const YamlValue& value, Diagnostics& faults);

// The levels of `data:` in the order of the file. Faults also: no level, and a parent that does not stand above.
std::vector<LevelPlan> read_level_plans(const YamlValue& data, Diagnostics& faults);

// Own key of a level and what its children call their parent by: read as text, so that equal codes are equal bytes.
std::vector<std::string> key_columns(const LevelPlan& plan, const std::vector<LevelPlan>& plans);

}  // namespace cifra
