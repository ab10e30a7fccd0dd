// Indicators of incidents below persons below households, one of each kind.
#pragma once

#include <string>

namespace cifra::testing {

inline const std::string incident_indicators = R"(
indicators:
  incidents: {statistic: total, of: incidents}
  thefts: {statistic: incidence, of: incidents, where: crime = "theft", per: persons, scale: 1000}
  victims: {statistic: prevalence, of: incidents, per: persons, scale: 100}
  repeated: {statistic: concentration, of: incidents, per: persons}
  homes: {statistic: prevalence, of: incidents, per: households, scale: 100}
  reported: {statistic: proportion, of: incidents, having: reported = 1, missing: exclude, scale: 100}
  loss: {statistic: mean, of: incidents, value: loss, missing: exclude}
  counted: {statistic: total, of: persons, value: suffered}
)";

}  // namespace cifra::testing
