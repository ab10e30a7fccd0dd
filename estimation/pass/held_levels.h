// The levels below the streamed one, held in memory by the key of their parent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/hierarchy.h"
#include "estimation/level_plan.h"

namespace cifra {

class HeldLevels {
public:
    HeldLevels() = default;
    // `tables` by level; that of level 0 is void. Faults: keys that are not unique or not there, as link_rows.
    HeldLevels(const std::vector<LevelPlan>& plans, std::vector<Table> tables, Diagnostics& faults);

    // Adds to a hierarchy that holds rows of level 0 the records that belong to them. Any thread. A record that belongs
    // to two rows is the fault key-not-unique, at the later row.
    void add_records(const std::vector<LevelPlan>& plans, Hierarchy& levels, Diagnostics& faults);

    // As if no row had taken its records yet.
    void release();

    // The records that no row of level 0 has taken, as levels over an empty level 0 like `like`.
    Hierarchy orphans(const std::vector<LevelPlan>& plans, const Hierarchy& like) const;

private:
    struct Held {
        Table table;
        std::size_t parent = 0;
        std::unordered_map<std::string, std::vector<std::uint32_t>> rows_of_key;  // of records below level 0
        std::vector<std::vector<std::uint32_t>> rows_of_parent;                   // of records further below
        std::vector<std::uint8_t> taken;
    };
    std::vector<Held> held_;  // by level; of level 0 void
};

}  // namespace cifra
