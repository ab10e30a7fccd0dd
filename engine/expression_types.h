// Types of expressions: names found in the schema, operators and functions checked. Internal to the rooms
// `expression*`.
#pragma once

#include <optional>
#include <vector>

#include "engine/expression.h"
#include "engine/expression_lexer.h"

namespace cifra {

// Sets the type of every node of a parsed arena and reports every fault of names and types. `missing` takes the type
// its surroundings ask for; where nothing asks, it is a truth.
void check_types(std::vector<ExprNode>& nodes, const Schema& schema, ExpressionFaults& faults,
                 std::optional<Type> expected);

}  // namespace cifra
