// The true values of the made-up country: what a perfect census of its households and adults would find.
//
// Domains: "" the country, `region=R1`, `sex=1`, `region=R1;sex=1`. Vacant dwellings are no households.
//   persons_18plus, households
//   personal_prevalence, personal_incidence_per_1000       personal crimes among adults
//   household_prevalence, household_incidence_per_1000     household crimes among households
//   any_prevalence                                         adults struck personally or by a crime against their
//   household reported_share, dark_figure                            of all incidents: known to an authority by the
//   victim or
//                                                          another; no case file opened for certain
//   personal_reported_share, personal_dark_figure          the same of personal incidents
//   CRIME_prevalence, CRIME_incidence_per_1000             per adult or per household, as the crime's unit is
// Indicators of households and of all incidents have no domains by sex. Oracle: a recount from the country_*.csv files
// by other code (tests/sampling/synthetic_test.cpp).
#pragma once

#include <vector>

#include "engine/table.h"
#include "sampling/synthetic.h"

namespace cifra {

// Columns indicator, domain, value.
Table truth_table(const Country& country);

// Of several waves: indicator, domain, from, to, from_value, to_value, difference, percent, for every pair of waves;
// with the indicators above and, as totals, personal_victims, personal_incidents, struck_households,
// household_incidents.
Table truth_changes_table(const std::vector<Country>& waves);

}  // namespace cifra
