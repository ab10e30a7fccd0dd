// The sums of a pass under each replicate made here: from unit totals, without another look at the rows.
#pragma once

#include <vector>

#include "estimation/accumulate.h"
#include "estimation/replication/replicate_factors.h"

namespace cifra {

// Fills `by_replicate` of all sums of all tasks, which are worked together so that factors are made once. Cost:
// replication/replicate_totals.h. The same bytes at any number of threads.
void add_replicate_sums(const ReplicateFactors& factors, const std::vector<TaskSums*>& tasks, int threads);

}  // namespace cifra
