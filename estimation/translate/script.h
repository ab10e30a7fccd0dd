// A table of estimates as a list of steps that any statistical program can take: read the files, keep, derive, carry
// down what a level above knows, sum what lies below, declare the design, estimate. The three writers (r_text.h,
// stata_text.h, sas_text.h) put it into words; script_builder.h makes it.
//
// A data set has the name of its level. Every step names only variables that its data set has by then.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/expression.h"
#include "engine/table.h"
#include "estimation/design.h"

namespace cifra {

// A column of a file; `used`: otherwise it is passed over.
struct ScriptColumn {
    std::string name;
    ColumnType type = ColumnType::text;
    bool used = false;
    std::vector<std::string> missing;  // codes that the codebook declares missing
};

struct ReadStep {
    std::string data;
    std::vector<std::string> files;
    std::vector<ScriptColumn> columns;  // all, in the order of the file
};

// Rows for which the condition is true.
struct KeepStep {
    std::string data;
    Expr condition;
};

// Finds the row above by its key: makes `row_<above>`, its number there.
struct LinkStep {
    std::string data, above;
    std::vector<std::string> by, above_by;
};

// The variable of the row above, under `name`.
struct CarryStep {
    std::string data, above, variable, name;
};

struct DeriveStep {
    std::string data, name;
    Expr value;
};

// The name of the first condition that is true.
struct GroupStep {
    std::string data, name;
    std::vector<std::pair<std::string, Expr>> groups;
};

// The sum over the records below of value × times where the condition is true, over the divisor of the row; 0 without
// records. `any`: 1 where there is one.
struct SumStep {
    std::string data, name, below;
    std::optional<Expr> condition, value;
    std::string times;    // variables of the records that multiply; "": none
    std::string divisor;  // variable of the row; "": none
    bool any = false;
};

// 1, or min(count, cap) for series, or `unknown_as`.
struct CountStep {
    std::string data, name;
    std::optional<Expr> series, count;
    std::optional<double> cap, unknown_as;
    std::vector<double> unknown;
};

// `product`: of two variables.
struct ProductStep {
    std::string data, name, first, second;
};

// What one statistic needs in its data set: in_<name> (1 in the universe), num_<name>, and den_<name> where it is a
// ratio; 0 outside. A row is in the universe where `where` is true and every item of `present` has a value.
struct ItemStep {
    std::string data, name;
    std::optional<Expr> where;
    std::vector<Expr> present;
    double scale = 1;
    std::optional<Expr> numerator;   // of type number; or truth: 1 where it holds
    std::string numerator_variable;  // instead; with neither: 1
    bool missing_counts = false;     // a numerator that is missing is 1, not 0
    std::optional<Expr> denominator;
    std::string denominator_variable;
    double denominator_scale = 1;
};

// Adds a row of weight 0 for every unit of the design's level, so that no PSU is lost.
struct UnitsStep {
    std::string data, design_data;
    std::vector<std::string> columns;
};

// Published replicate weights of the design.
struct ScriptReplicates {
    std::vector<std::string> columns;
    std::string method;
    std::vector<double> coefficients;
    bool about_mean = false, combined = true;
    double fay = 0, df = 0;
};

struct DesignStep {
    std::string data, weight;
    DesignColumns columns;
    std::optional<ScriptReplicates> replicates;
};

enum class ScriptStatistic { total, mean, ratio, quantile };

struct EstimateStep {
    std::string data, name;         // of the item
    std::string indicator, domain;  // how the table calls it; `domain`: of a part of the numerator
    ScriptStatistic statistic = ScriptStatistic::total;
    std::vector<std::string> by;
    std::vector<double> probabilities;
};

// A word about what comes next, or what cannot be written.
struct RemarkStep {
    std::string text;
};

using ScriptStep = std::variant<ReadStep, KeepStep, LinkStep, CarryStep, DeriveStep, GroupStep, SumStep, CountStep,
                                ProductStep, ItemStep, UnitsStep, DesignStep, EstimateStep, RemarkStep>;

struct Script {
    std::string title;
    std::vector<ScriptStep> steps;
};

}  // namespace cifra
