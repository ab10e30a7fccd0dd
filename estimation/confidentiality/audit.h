// The intruder's view of a table from which cells are kept back: what he can compute of each from the published ones.
// It shares nothing with the choice of the cells (suppression.h): it starts from the published values alone.
//
//   lower, upper   the least and the largest value under the relations and no cell negative, by linear programming
//   determined     the relations alone give the value: its unit vector lies in their row space. Decided exactly, by
//                  elimination over the integers modulo the prime 2^31 - 1 (the relations have factors 1 and -1)
//
// Oracle: enumeration of all tables that agree with what is published. Cost: two linear programmes a cell.
#pragma once

#include <cstddef>
#include <vector>

#include "estimation/confidentiality/additive_table.h"

namespace cifra {

struct AuditedCell {
    std::size_t cell = 0;
    double lower = 0, upper = 0;  // infinity: no limit
    bool determined = false;
};

// One for each suppressed cell, in order.
std::vector<AuditedCell> audit_suppression(const AdditiveTable& table, const std::vector<bool>& suppressed);

}  // namespace cifra
