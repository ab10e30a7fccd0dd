// Pictures of the flow: bars that shrink from stage to stage, and the share that reached each stage by day.
#pragma once

#include <string>

#include "estimation/records/cohort.h"
#include "estimation/records/funnel.h"

namespace cifra {

// A bar per stage, as long as its share of the first, with its interval; "" where the first has no count.
std::string funnel_chart(const Funnel& funnel, const std::string& id, const std::string& title,
                         const std::string& language);

// A step curve per stage, of all events of the cohort; told apart by dashes and a name at its end beside the colour. ""
// without events.
std::string cohort_chart(const Cohort& cohort, const std::string& id, const std::string& title,
                         const std::string& language);

// The name of the stage that the plan gives it, else that of the list.
std::string stage_title(const FlowStagePlan& stage, const std::string& language);

}  // namespace cifra
