// Variables of the plan made from others: age groups, joined regions.
#pragma once

#include <vector>

#include "engine/diagnostics.h"
#include "estimation/hierarchy.h"
#include "estimation/weighting/plan.h"

namespace cifra {

// Adds each group to the highest level that holds all columns its rules read; rows that no rule takes are missing.
// Faults: those of expressions; duplicate-name where a column of a file bears the group's name.
void add_group_variables(const std::vector<GroupVariable>& groups, Hierarchy& levels, Diagnostics& faults);

}  // namespace cifra
