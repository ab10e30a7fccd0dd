// Grammar of expressions: text → untyped tree. Internal to the rooms `expression*`; the grammar stands in
// engine/README.md.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/expression.h"
#include "engine/expression_lexer.h"

namespace cifra {

inline constexpr std::size_t max_expression_bytes = std::size_t{64} * 1024;
inline constexpr std::size_t max_expression_nodes = 4096;
inline constexpr int max_expression_levels = 200;

// The arena of the tree, root last, types not yet set. Reports at most one fault; the arena is void after it.
std::vector<ExprNode> parse_nodes(const std::string& text, ExpressionFaults& faults);

}  // namespace cifra
