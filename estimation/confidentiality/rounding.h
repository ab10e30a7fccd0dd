// Rounding to a base, so that small differences tell nothing.
//
//   conventional   every value to the nearest multiple of the base, halves away from zero; sums may no longer add up
//   controlled     every value to one of its two neighbouring multiples (a multiple stays) so that every relation
//                  holds among the rounded values, with the least sum of absolute changes (Cox and Ernst 1982,
//                  "Controlled rounding", INFOR 20; zero-restricted). Two-way tables always have such a rounding; where
//                  tables of more ways have none, neighbours one step further are allowed.
//
// What a relation leaves to no published cell (`rest`) is rounded as a cell of its own. Deterministic: an integer
// programme, no draw. Oracle: enumeration of all roundings of small tables.
#pragma once

#include <optional>
#include <vector>

#include "estimation/confidentiality/additive_table.h"

namespace cifra {

double round_to_base(double value, double base);

// Nothing where no rounding within two steps keeps the relations.
std::optional<std::vector<double>> controlled_rounding(const AdditiveTable& table, double base);

}  // namespace cifra
