// From all estimates to those that may be published: sensitive figures, the complementary ones that protect them, and
// the record of both.
//
// **The masked view is a table of its own**: what is kept back is not in it, not even as a hidden value. Who makes a
// public file (page, workbook, SDMX, JSON) makes it from `Disclosure::published` and can leak nothing.
//
// A figure is known by indicator, domain and period, so that one which stands in several tables is kept back in all.
//   additive indicators    their estimates are the values that relations (additive_table.h) hold between
//   any other              the sample cases stand in for the estimate (the sample units where cases are not counted):
//                          a rate is worked out from rates and populations along the same relations as the cases
// `sums` adds relations between indicators. A share made by `shares:` of a table is kept back where its part or its
// whole is, and `follows` says so of other indicators.
#pragma once

#include <functional>
#include <string>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/confidentiality/confidentiality_plan.h"

namespace cifra {

struct Disclosure {
    // The estimates with the numbers of suppressed rows missing, and a last column `suppressed`: "", "quality" (by a
    // rule of precision) or "confidential". It does not tell sensitive from complementary: that would help an intruder.
    Table published;
    // The estimates as they are, with what was kept back and why among the notices. Internal.
    Table full;
    // One row a suppressed figure: indicator, domain, period, tables, status (sensitive, complementary, follows,
    // quality), reason, estimate, n_cases, n, lower, upper (what an intruder can still conclude), measure (of
    // lower and upper: the estimate, or the cases that stand in for it), determined. Internal.
    Table report;
    std::size_t sensitive = 0, complementary = 0, follows = 0, quality = 0;
    double lost = 0;     // share of the additive figures' sum that complementary suppression takes
    bool proven = true;  // nothing cheaper protects as much
};

// `hidden(row)`: the row is kept back for its precision. Reads the columns table, indicator, domain, estimate, and
// period, n, n_cases, df where they are. Throws Refusal where a sensitive figure cannot be protected or controlled
// rounding does not exist. Faults: unknown-indicator.
Disclosure protect(const Table& estimates, const ConfidentialityPlan& plan,
                   const std::function<bool(std::size_t)>& hidden, Diagnostics& faults);

}  // namespace cifra
