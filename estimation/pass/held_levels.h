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

// A row of level 0 to which records of a level belong, all those of its key.
struct KeyClaim {
    std::uint32_t level = 0, record = 0;  // the first of them
    std::uint32_t line = 0;               // of the row, in its block
};

class HeldLevels {
public:
    HeldLevels() = default;
    // `tables` by level; that of level 0 is void. Faults: keys that are not unique or not there, as link_rows.
    HeldLevels(const std::vector<LevelPlan>& plans, std::vector<Table> tables, Diagnostics& faults);

    // Adds to a hierarchy that holds rows of level 0 the records that belong to them. Any thread.
    std::vector<KeyClaim> add_records(const std::vector<LevelPlan>& plans, Hierarchy& levels) const;

    // Gives the records to those that claim them, in the order of the file; `start` is where the lines of the claims
    // begin.
    void take(const std::vector<KeyClaim>& claims, const Location& start);

    // Fault key-not-unique, as that of link_rows: rows of level 0 whose records an earlier row had taken, counted, at
    // the first. A key that comes twice and has no record below is none.
    void refuse_repeated(const std::vector<LevelPlan>& plans, Diagnostics& faults) const;

    // As if no row had taken its records yet.
    void release();

    // The records without a row above, as levels over an empty level 0 like `like`.
    Hierarchy orphans(const std::vector<LevelPlan>& plans, const Hierarchy& like) const;

private:
    struct Held {
        Table table;
        std::size_t parent = 0;
        std::unordered_map<std::string, std::vector<std::uint32_t>> rows_of_key;  // of records below level 0
        std::vector<std::vector<std::uint32_t>> rows_of_parent;                   // of records further below
        std::vector<std::uint8_t> taken;                                          // the first record of each key
        std::size_t repeated = 0;
        Location first_repeated;
    };
    static std::vector<std::uint8_t> belonging(const Held& held);

    std::vector<Held> held_;  // by level; of level 0 void
};

}  // namespace cifra
