#include "estimation/comparison_rows.h"

#include <algorithm>
#include <cmath>

namespace cifra {

const std::vector<std::string>& measure_names() {
    static const std::vector<std::string> names = {"difference", "ratio", "percent"};
    return names;
}

Formula formula_of(Measure measure) {
    static const char* texts[] = {"a - b", "a / b", "100 * (a / b - 1)"};
    Diagnostics faults;
    return *Formula::parse(texts[static_cast<std::size_t>(measure)], {}, {"a", "b"}, faults);
}

ComparisonOptions read_comparison_options(Fields& fields, Diagnostics& faults) {
    const auto choice = [&](const char* key, const std::vector<std::string>& names) {
        const std::string name = fields.choice(key, names, names.front());
        return std::find(names.begin(), names.end(), name) - names.begin();
    };
    ComparisonOptions options;
    options.measure = static_cast<Measure>(choice("measure", measure_names()));
    options.adjust = static_cast<MultipleTesting>(choice("adjust", multiple_testing_names()));
    options.power = fields.number("power", options.power);
    if (!(options.power > 0.5 && options.power < 1))
        faults.error(fields.get("power")->where, "out-of-range", "'power' lies between 0.5 and 1", "for example 0.8");
    return options;
}

void fill_row(ComparisonRow& row, Measure measure, const DerivedEstimate& derived, double log_variance, double level,
              double power) {
    row.estimate = derived.value;
    row.df = derived.df;
    row.n = derived.n;
    if (!(derived.variance >= 0)) {
        row.notices = "the variance of a part is not known";
        return;
    }
    row.se = std::sqrt(derived.variance);
    const double t = t_quantile(0.5 + level / 2, derived.df);
    row.detectable = (t + t_quantile(power, derived.df)) * row.se;
    if (measure != Measure::difference && log_variance > 0) {
        const double ratio = measure == Measure::ratio ? derived.value : derived.value / 100 + 1;
        const double spread = std::exp(t * std::sqrt(log_variance));
        const auto back = [&](double x) { return measure == Measure::ratio ? x : 100 * (x - 1); };
        row.statistic = std::log(ratio) / std::sqrt(log_variance);
        row.lower = back(ratio / spread);
        row.upper = back(ratio * spread);
    } else {
        const double null = measure == Measure::ratio ? 1 : 0;
        if (row.se > 0) row.statistic = (derived.value - null) / row.se;
        row.lower = derived.value - t * row.se;
        row.upper = derived.value + t * row.se;
    }
    row.p = t_p_value(row.statistic, derived.df);
}

void ComparisonTable::add(std::vector<ComparisonRow> entry, MultipleTesting adjust) {
    std::vector<double> p;
    for (const ComparisonRow& row : entry) p.push_back(row.p);
    const std::vector<double> all = adjusted_p_values(p, adjust);
    for (std::size_t i = 0; i < entry.size(); ++i) {
        rows.push_back(std::move(entry[i]));
        adjusted.push_back(all[i]);
        method.push_back(multiple_testing_names()[static_cast<std::size_t>(adjust)]);
    }
}

Table ComparisonTable::to_table(double level) const {
    Table table;
    const auto texts = [&](const char* name, auto pick) {
        std::vector<std::string> cells;
        for (const ComparisonRow& row : rows) cells.push_back(pick(row));
        table.set(name, Column::of_texts(cells));
    };
    const auto numbers = [&](const char* name, auto pick) {
        std::vector<double> cells;
        for (const ComparisonRow& row : rows) cells.push_back(std::isfinite(pick(row)) ? pick(row) : missing_number);
        table.set(name, Column::of_numbers(cells));
    };
    texts("id", [](const auto& row) { return row.id; });
    texts("measure", [](const auto& row) { return row.measure; });
    texts("indicator", [](const auto& row) { return row.indicator; });
    texts("domain", [](const auto& row) { return row.domain; });
    texts("reference", [](const auto& row) { return row.reference; });
    texts("from", [](const auto& row) { return row.from; });
    texts("to", [](const auto& row) { return row.to; });
    numbers("estimate", [](const auto& row) { return row.estimate; });
    numbers("se", [](const auto& row) { return row.se; });
    numbers("statistic", [](const auto& row) { return row.statistic; });
    numbers("df", [](const auto& row) { return row.df; });
    numbers("df2", [](const auto& row) { return row.df2; });
    numbers("p", [](const auto& row) { return row.p; });
    table.set("p_adjusted", Column::of_numbers(adjusted));
    table.set("adjustment", Column::of_texts(method));
    numbers("lower", [](const auto& row) { return row.lower; });
    numbers("upper", [](const auto& row) { return row.upper; });
    numbers("level", [&](const auto&) { return level; });
    std::vector<std::string> significant;
    for (const double p : adjusted) significant.emplace_back(p < 0.05 ? "95" : p < 0.10 ? "90" : "");
    table.set("significant", Column::of_texts(significant));
    numbers("detectable", [](const auto& row) { return row.detectable; });
    numbers("n", [](const auto& row) { return row.n; });
    texts("notices", [](const auto& row) { return row.notices; });
    return table;
}

}  // namespace cifra
