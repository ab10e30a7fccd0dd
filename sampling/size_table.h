// `size.csv`: the sizes that the targets of a plan ask for, and what the largest sample gives for each.
#pragma once

#include "engine/table.h"
#include "sampling/targets.h"

namespace cifra {

// One row a target and domain; SIZE.md of this folder explains the columns. Sizes and cost are those of all `domains`
// of the row together; precision is that of each.
Table size_table(const SizePlan& plan);

}  // namespace cifra
