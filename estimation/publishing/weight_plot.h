// A histogram of weights before and after a step, or a whole chain, as SVG: what trimming or calibration did to their
// spread at one look.
//
// Weights above 0 stand on a logarithmic axis, since they spread by factors; both sets share classes of equal width on
// it. Filled bars: after; stepped outline: before, so that shape tells them apart as well as colour. The picture needs
// no style sheet; its title and description, read by screen readers, give the numbers: units, range, median, and the
// design effect of unequal weights (audit.h). The text is English or Spanish. Cost: O(n log n).
#pragma once

#include <span>
#include <string>

namespace cifra {

struct WeightPlot {
    std::string id = "weights";  // of the svg, unique on the page
    std::string language = "en";
    std::string title;  // empty: "Distribution of weights"
    std::span<const double> before, after;
};

// "" when no weight is positive.
std::string weight_plot(const WeightPlot& plot);

}  // namespace cifra
