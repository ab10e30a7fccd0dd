// The sums of one task of a pass as estimates take them (accumulate.h). Internal to the rooms `pass/*_estimates`.
#pragma once

#include <vector>

#include "estimation/accumulate.h"
#include "estimation/pass/table_view.h"

namespace cifra {

struct TaskView {
    TaskSums sums;
    TermShape shape;  // with the names of the parts
    Cells cells;      // names alone
};

// `views`: of every table of the plan.
TaskView view_task(const PassPlan& plan, const PassTask& task, const PassSums& sums,
                   const std::vector<TableView>& views);

// The names of the cells of a table, in the order of its view.
std::vector<std::string> cell_names(const PassTable& table, const TableSums& sums);

}  // namespace cifra
