// Precision against cost: for each target, the CV that every total of dwellings gives, and what that total costs.
//
// A total is divided among the domains of a target as its own sizes are; the CV is that of the domain where it is
// largest, so that the target is met from the chosen point on. Where there is neither a finite population correction
// nor a change of the division, a curve is a straight line of slope −1/2 on logarithmic axes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/table.h"
#include "sampling/targets.h"

namespace cifra {

struct CurvePoint {
    std::uint64_t issued = 0;
    double completed = 0;  // interviews expected
    double cost = 0;       // with the fixed cost; NaN without costs in the plan
    double cv = 0;
};

struct SizeCurve {
    std::string target;
    std::vector<CurvePoint> points;  // by `issued`, the same totals for all targets
    CurvePoint chosen;               // the size that the target asks for
    bool required = true;            // false where the plan gives the size or the budget, not the precision
};

// From a third of the smallest size to three times the largest, 41 totals evenly apart by their logarithm.
std::vector<SizeCurve> size_curves(const SizePlan& plan);

// One row a target and point, the chosen one included: target, issued, completed, cost, cv, chosen (0 or 1).
Table size_curve_table(const std::vector<SizeCurve>& curves);

// The curves as SVG on logarithmic axes, over cost where there are costs, else over issued dwellings. Lines differ by
// dashes and marks, never by colour alone, and carry their names; a thin line leads from the CV required to the chosen
// point. Words in English, or Spanish where the language begins with "es". "" where no curve has two points.
std::string size_curve_plot(const std::vector<SizeCurve>& curves, const std::string& language);

}  // namespace cifra
