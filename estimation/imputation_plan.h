// Which items of a survey are imputed, from the section `impute:` of the design file, and the data with the items
// filled in.
//
//   impute:
//     crimes:
//       id: [ID_DEL]
//       loss: {method: hot_deck, classes: [type, DOMINIO], draws: 20, donors: {limit: 5}, missing_codes: [9999999]}
//       month: {predictive_mean: {predictors: [age, type], neighbours: 5}, draws: 20, where: counted}
//
// Missing is a cell of a kind of missing other than `not_asked` (a question that did not apply has no answer to
// impute), or one of `missing_codes`. Items are imputed in order; an item may use those before it. Every draw gives a
// completed hierarchy with the column and a flag `<name>_imputed`; estimate each and pool them (imputation_pool.h).
// The keys are described in estimation/IMPUTATION.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/expression.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "estimation/hierarchy.h"

namespace cifra {

enum class ImputationMethod { hot_deck, predictive_mean };

struct ImputationItem {
    std::size_t level = no_level;
    std::string variable;
    ImputationMethod method = ImputationMethod::hot_deck;
    std::vector<std::string> classes;   // hot deck
    std::vector<std::string> collapse;  // variables in the order in which classes lose them; empty: none is lost
    std::vector<std::string> predictors;
    std::size_t neighbours = 5;
    std::size_t limit = 0, minimum = 1;  // uses of a donor (0: no limit); donors a class needs
    bool weighted = false;               // donors drawn, and models fitted, with the weights of the level
    bool proper = true;                  // approximate Bayesian bootstrap
    std::optional<Expr> where;           // records that take part
    std::vector<std::string> missing_codes;
    std::vector<std::string> together;  // variables taken from the same donor where they are missing too
    std::vector<std::string> id;        // columns that name a record; empty: all its own columns
    Location defined;
};

struct ImputationPlan {
    std::vector<ImputationItem> items;
    std::size_t draws = 1;
};

// Faults beside those of YAML and expressions: unknown-level, unknown-name, wrong-item (no column of the level itself),
// wrong-method, out-of-range, draws-differ, id-not-unique, missing-predictor (counted), no-donors, unknown-collapse.
// Without `id` a note: identity is then the content of the record.
ImputationPlan read_imputation_plan(const YamlValue& value, const Hierarchy& hierarchy, Diagnostics& faults);

// What one item came to in one draw.
struct ImputationOutcome {
    std::string level, variable;
    std::size_t records = 0;                // that take part
    std::size_t missing = 0;                // of those
    double share = 0;                       // weighted share of records missing, before imputation
    std::size_t imputed = 0, unfilled = 0;  // unfilled stay missing
    std::size_t collapsed = 0;              // served by a coarser class than the finest
    std::size_t over_limit = 0, most_used = 0;
};

// The hierarchy with every item of the plan completed, draw `draw` from 0 on. `derive` is the section of that name: its
// variables are made again after each item, since they may be made of it. The same result for any order of rows.
Hierarchy with_imputation(const Hierarchy& hierarchy, const ImputationPlan& plan, std::size_t draw, std::uint64_t seed,
                          const YamlValue* derive = nullptr, std::vector<ImputationOutcome>* outcomes = nullptr);

// level, variable, records, missing, share, imputed, unfilled, collapsed, over_limit, most_used: one row an item.
Table imputation_table(const std::vector<ImputationOutcome>& outcomes);

}  // namespace cifra
