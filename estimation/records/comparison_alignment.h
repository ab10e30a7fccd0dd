// How both sides were made comparable, as parts of the comparison's page. Internal to the rooms `comparison*`.
#pragma once

#include <string>

#include "estimation/records/comparison_plan.h"

namespace cifra {

// The comparable subset: a row a code, with its records of each year, what it is compared as, or why it is not.
std::string subset_markup(const Table& subset, const RecordedCrimePlan& plan, const std::string& language);

// The restrictions on the survey and on the records, the factors with their sources, the counting rules.
std::string alignment_markup(const RecordedCrimePlan& plan, const std::string& language);

}  // namespace cifra
