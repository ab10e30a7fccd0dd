// Indicators as data: what is estimated, in the field's terms. Every statistic is a sum or a ratio of two sums.
//
//   statistic      numerator                                denominator
//   total          sum of value (1 without `value`)         -
//   mean           sum of value                             records with a value
//   proportion     records with `having`                    records
//   ratio          sum of value                             sum of over
//   prevalence     units of `per` with at least one record  units of `per`
//   incidence      records (by the counting rule)           units of `per`
//   concentration  records (by the counting rule)           units of `per` with at least one record
//
// Records of `of` for which `where` is true, weighted with that level's weight times the counting rule; units of
// `per` for which `among` is true, with theirs. Incidence so carries two weights (NCVS User Guide; algorithms:
// Rennison & Rand 2007).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/expression.h"
#include "engine/yaml.h"
#include "estimation/hierarchy.h"
#include "estimation/intervals.h"

namespace cifra {

enum class StatisticKind { total, mean, proportion, ratio, prevalence, incidence, concentration };
const std::vector<std::string>& statistic_names();

// What a missing item of `having` or `value` counts as. There is no default: where items are missing an indicator must
// declare it, and the share is reported either way.
enum class MissingRule { undeclared, exclude, zero, numerator };

struct Indicator {
    std::string id;
    StatisticKind kind = StatisticKind::total;
    std::size_t of = no_level;   // level of the records
    std::size_t per = no_level;  // level of the units
    std::optional<Expr> where, having, value, over, among;
    std::vector<std::string> victim_key;  // a unit is a victim when any unit with the same key is
    MissingRule missing = MissingRule::undeclared;
    double scale = 1;
    IntervalKind interval = IntervalKind::automatic;
    Labels label, unit;
    Location where_defined;

    // The level whose rows are units of the denominator (of the total).
    std::size_t base() const { return per != no_level ? per : of; }
    ParameterRange range() const;
};

// Reads one entry under `indicators:`.
Indicator read_indicator(const std::string& id, const YamlValue& value, const Hierarchy& hierarchy,
                         Diagnostics& faults);

}  // namespace cifra
