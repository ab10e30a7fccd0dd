#include "estimation/weighting/nonresponse.h"

#include <algorithm>

#include "engine/diagnostics.h"
#include "engine/summation.h"

namespace cifra {

AdjustedWeights adjust_nonresponse(std::string step, std::span<const double> weights,
                                   std::span<const std::uint8_t> eligible, std::span<const std::uint8_t> responds,
                                   const AdjustmentCells& cells, const CollapseRule& rule) {
    std::vector<CompensatedSum> base(cells.keys.size()), target(cells.keys.size());
    std::vector<AdjustmentSums> sums(cells.keys.size());
    std::vector<std::uint8_t> keep(weights.size(), 0);
    for (std::size_t row = 0; row < weights.size(); ++row) {
        if (!eligible[row]) continue;
        const std::uint32_t cell = cells.of_row[row];
        target[cell].add(weights[row]);
        if (!responds[row]) continue;
        keep[row] = 1;
        base[cell].add(weights[row]);
        ++sums[cell].respondents;
    }
    for (std::size_t cell = 0; cell < sums.size(); ++cell) {
        sums[cell].base = base[cell].value();
        sums[cell].target = target[cell].value();
    }
    CollapseRule at_least_one = rule;
    at_least_one.min_respondents = std::max<std::size_t>(rule.min_respondents, 1);
    auto groups = collapse_cells(cells, sums, at_least_one);
    if (groups.empty() || groups.front().sums.respondents == 0)
        throw Refusal(step + ": nobody responds, so there is nobody to carry the weight");
    return apply_factors(std::move(step), weights, keep, cells, std::move(groups));
}

}  // namespace cifra
