// The rows of comparisons.csv and changes.csv: one comparison a row.
#pragma once

#include <string>
#include <vector>

#include "engine/table.h"
#include "engine/yaml.h"
#include "estimation/derived.h"

namespace cifra {

// How two values are compared.
//   difference  a - b, t interval
//   ratio       a / b, log scale where both are positive
//   percent     100 (a / b - 1), log scale where both are positive
enum class Measure { difference, ratio, percent };
const std::vector<std::string>& measure_names();
Formula formula_of(Measure measure);  // of a and b

// What every entry of `comparisons:` and `changes:` may say: measure, adjust, power. Fault: power outside 0.5 to 1.
struct ComparisonOptions {
    Measure measure = Measure::difference;
    MultipleTesting adjust = MultipleTesting::none;
    double power = 0.8;
};
ComparisonOptions read_comparison_options(Fields& fields, Diagnostics& faults);

struct ComparisonRow {
    std::string id, measure, indicator, domain, reference, from, to;
    double estimate = missing_number, se = missing_number, df = missing_number, statistic = missing_number;
    double df2 = missing_number;  // of an F statistic
    double p = missing_number, lower = missing_number, upper = missing_number;
    double detectable = missing_number;  // smallest true difference found with the stated power
    double n = missing_number;
    std::string notices;
};

// The row of g(a, b) or of any derived estimate: test against no difference (a ratio against 1, on the log scale) and
// interval. `log_scale` gives V of log(a / b) for ratio and percent; NaN where a or b is not positive.
void fill_row(ComparisonRow& row, Measure measure, const DerivedEstimate& derived, double log_variance, double level,
              double power);

// Rows of one entry, their p-values adjusted together, appended to `all` with the adjusted p.
struct ComparisonTable {
    std::vector<ComparisonRow> rows;
    std::vector<double> adjusted;
    std::vector<std::string> method;
    void add(std::vector<ComparisonRow> entry, MultipleTesting adjust);
    Table to_table(double level) const;
};

}  // namespace cifra
