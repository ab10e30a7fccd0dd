// The tags of records coded as the classification has them, block by block over columns.
//
// Every record has one *state* of a tag: a category of RecordTag::categories, by its position; behind them the kinds of
// missing; and last `undeclared`: a value that the plan does not name, or no condition that holds where none is
// missing.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/crosswalk/record_tags.h"
#include "engine/table.h"

namespace cifra {

inline constexpr std::size_t missing_kinds = 5;

struct TagStates {
    std::size_t categories = 0;
    std::uint16_t missing(Missing kind) const {
        return static_cast<std::uint16_t>(categories + static_cast<std::size_t>(kind) - 1);
    }
    std::uint16_t undeclared() const { return static_cast<std::uint16_t>(categories + missing_kinds); }
    std::size_t count() const { return categories + missing_kinds + 1; }
};
inline TagStates states_of(const RecordTag& tag) { return {tag.categories.size()}; }

// A tag in a block: the state of each row, of so many.
struct BlockTag {
    std::vector<std::uint16_t> states;
    std::size_t kinds = 0;
};

class TagCoder {
public:
    // A tag of bind_record_tags.
    TagCoder(const RecordTag& tag, const Crosswalk& crosswalk);

    // `block`: the columns as they stand in the file; `declared`: with the kinds of missing of the crosswalk's fields.
    // A value of the map goes before the same value under `missing`, that of the tag before that of the field. A row
    // without a condition that holds is missing as the first condition that is missing there.
    BlockTag code(const Table& block, const Table& declared) const;

    // The codes of the tag; a cell without one is missing.
    Column column(const BlockTag& tag) const;

private:
    BlockTag by_values(const Column& column) const;
    BlockTag by_conditions(const Table& declared) const;

    std::string field_;
    TagStates states_;
    std::unordered_map<std::string, std::uint16_t> state_of_value_;
    std::uint16_t blank_ = 0;  // of an empty cell
    struct Condition {
        std::uint16_t state = 0;
        std::optional<Expr> holds;
    };
    std::vector<Condition> conditions_;
    Column::Dictionary codes_;
};

}  // namespace cifra
