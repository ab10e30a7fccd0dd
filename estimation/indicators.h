// Indicators as data: what is estimated, in the field's terms.
//
//   statistic      numerator                                denominator
//   total          sum of value (1 without `value`)         -
//   mean           sum of value                             records with a value
//   proportion     records with `having`                    records
//   ratio          sum of value                             sum of over
//   prevalence     units of `per` with at least one record  units of `per`
//   incidence      records (by the counting rule)           units of `per` (times months_at_risk / 12)
//   concentration  records (by the counting rule)           units of `per` with at least one record
//   formula        any smooth function of weighted sums (formula.h)
//   quantile, variance, sd, cv, covariance, correlation, gini, lorenz_share, top_share, mean_excess: of `value` over
//                 the records (row_statistics.h)
//
// Records of `of` for which `where` is true, weighted with that level's weight times the counting rule; units of
// `per` for which `among` is true, with theirs. Incidence so carries two weights (NCVS User Guide; algorithms:
// Rennison & Rand 2007).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/expression.h"
#include "engine/yaml.h"
#include "estimation/formula.h"
#include "estimation/hierarchy.h"
#include "estimation/inequality.h"
#include "estimation/intervals.h"

namespace cifra {

enum class StatisticKind {
    total,
    mean,
    proportion,
    ratio,
    prevalence,
    incidence,
    concentration,
    formula,
    quantile,
    variance,
    sd,
    cv,
    covariance,
    correlation,
    gini,
    lorenz_share,
    top_share,
    mean_excess
};
const std::vector<std::string>& statistic_names();

// What a missing item of `having`, `value` or `over` counts as, by kind of missing. There is no default: where items
// are missing an indicator must declare it, and their share is reported either way.
enum class MissingRule : std::uint8_t { undeclared, exclude, zero, numerator };
struct MissingRules {
    std::array<MissingRule, 6> of_kind{};  // by Missing
    MissingRule operator[](Missing kind) const { return of_kind[static_cast<std::size_t>(kind)]; }
};

// One weighted sum of a formula: records of `level` below or at the base, their value (a condition counts as 0 or 1).
struct FormulaSum {
    std::size_t level = no_level;
    std::optional<Expr> value;  // nothing: 1
    std::optional<Expr> condition;
    bool whole = false;  // over all rows, whatever the domain
};

// Interviews without an earlier one to bound them report events from before the reference period (telescoping). Their
// incidents are multiplied by b: the rate of bounded over the rate of unbounded interviews in the same data, linearized
// with the numerator, or a factor from outside with its standard error (as the NCVS has done since 2007).
struct Bounding {
    Expr unbounded;  // truth at the level of `per`
    std::optional<double> factor;
    double se = 0;
};

struct Indicator {
    std::string id;
    StatisticKind kind = StatisticKind::total;
    std::size_t of = no_level;   // level of the records
    std::size_t per = no_level;  // level of the units
    std::optional<Expr> where, having, value, over, among;
    std::vector<std::string> victim_key;  // a unit is a victim when any unit with the same key is
    MissingRules missing;
    double scale = 1;
    std::optional<Formula> formula;  // statistic formula, over `sums`
    std::vector<FormulaSum> sums;
    std::optional<Expr> months_at_risk;
    std::optional<Bounding> bounding;
    std::string counting;               // rule of the records; "": the first of their level
    std::vector<double> probabilities;  // quantile
    std::string rule;                   // quantile
    bool as_r = false, clamp = false;   // quantile: R's rule below the first step of F; limits of F kept in 0 to 1
    double share = 0;                   // lorenz_share: of the least affected; top_share: of the most affected
    double threshold = 0;               // mean_excess
    Universe universe = Universe::all;  // inequality: over all, or over those with a positive value
    std::optional<ParameterRange> declared_range;
    IntervalKind interval = IntervalKind::automatic;
    std::string interval_name;  // quantile: of its own list
    Labels label, unit;
    Location where_defined;

    // The level whose rows are units of the denominator (of the total).
    std::size_t base() const { return per != no_level ? per : of; }
    ParameterRange range() const;
    bool of_rows() const { return kind >= StatisticKind::quantile; }  // not a function of sums alone
};

// Reads one entry under `indicators:`.
Indicator read_indicator(const std::string& id, const YamlValue& value, const Hierarchy& hierarchy,
                         Diagnostics& faults);

// The one with this id; a fault at `where` with the nearest id, and nullptr, when there is none.
const Indicator* find_indicator(const std::vector<Indicator>& indicators, const std::string& id, const Location& where,
                                Diagnostics& faults);

}  // namespace cifra
