// The estimates as figures to protect: one a (indicator, period, domain), wherever it is printed, and the additive
// table that they form.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/table.h"
#include "estimation/confidentiality/additive_table.h"
#include "estimation/confidentiality/confidentiality_plan.h"

namespace cifra {

struct Figure {
    std::string indicator, period, domain;
    std::string table;              // "" unless tables print different estimates under the same name: then each its own
    std::vector<std::size_t> rows;  // of the estimates, where it is printed
    double estimate = 0, n = 0, cases = 0, df = 0;  // NaN where unknown
};

std::vector<Figure> figures_of(const Table& estimates);

struct FigureTable {
    AdditiveTable table;        // a cell each figure, then the known wholes of partitions
    std::vector<double> cost;   // value over the largest of the indicator
    std::vector<bool> of_sums;  // the value is the estimate itself, not the cases that stand in for it
};

// The values and relations of the figures (disclosure.h), within indicators and, by `plan.sums` and `plan.partitions`,
// between them.
FigureTable figure_table(const std::vector<Figure>& figures, const ConfidentialityPlan& plan);

}  // namespace cifra
