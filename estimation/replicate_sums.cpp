#include "estimation/replicate_sums.h"

#include "estimation/replication/replicate_totals.h"

namespace cifra {

namespace {

void gather(CellSums& cell, std::vector<CellSum*>& sums) {
    for (CellSum& sum : cell.shared) sums.push_back(&sum);
    for (PartSums& part : cell.parts)
        for (CellSum& sum : part.own) sums.push_back(&sum);
}

}  // namespace

void add_replicate_sums(const ReplicateFactors& factors, const std::vector<TaskSums*>& tasks, int threads) {
    std::vector<CellSum*> sums;
    for (TaskSums* task : tasks) {
        for (CellSums& cell : task->cells) gather(cell, sums);
        gather(task->whole, sums);
    }
    std::vector<const SparseColumn*> columns;
    for (const CellSum* sum : sums) columns.push_back(&sum->by_unit);
    std::vector<std::vector<double>> totals = replicate_totals(factors, columns, threads);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i]->by_replicate = std::move(totals[i]);
}

}  // namespace cifra
