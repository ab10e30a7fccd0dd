// What models and tests share when they read a table file: the level, the domain, and records without missing values.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/expression.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "estimation/inference/inference_sample.h"
#include "estimation/inference/result_rows.h"
#include "estimation/survey_data.h"

namespace cifra {

// Who is analysed: keys `id`, `of` and `where` of a model or test.
struct InferenceDomain {
    std::string id;
    std::size_t level = no_level;
    std::optional<Expr> where;
    Location place;
};
InferenceDomain read_domain(Fields& fields, const SurveyData& data, Diagnostics& faults);

// The list under a key as maps, one a model or test, ids distinct; faults say what is wrong.
std::vector<const YamlValue*> read_entries(const YamlValue& value, std::string_view what, Diagnostics& faults);

// An expression over the records of the domain's level. Without a value or a level: nothing, the fault having been
// told. A variable that is imputed (imputation_plan.h), or derived from one, is the fault imputed-variable: models and
// tests are not pooled over draws.
std::optional<Expr> read_value(const YamlValue* value, const InferenceDomain& domain, const SurveyData& data,
                               Diagnostics& faults, std::optional<Type> type = std::nullopt);

// A column of a level whose rows each stand for several records with equal variables: their number (no variable has
// such a name). Models count records by it.
inline constexpr const char* record_counts = "number of records";

// The records of a domain in which every column is present. Weights are the level's times its counting rule.
struct CompleteRecords {
    InferenceSample sample;
    std::vector<Column> columns;  // as given
    double missing_share = 0;     // of the domain's weight, left out because a column is missing
    std::size_t domain_rows = 0;  // rows of the domain, complete or not, with any weight
};
CompleteRecords complete_records(const SurveyData& data, const InferenceDomain& domain, std::vector<Column> columns);

Eigen::VectorXd numbers_of(const Column& column, const InferenceSample& sample);

// Categories in the order of their codes: numbers by value, text by bytes, false before true. Only occupied ones.
struct Categories {
    std::vector<std::uint32_t> code;  // by position in sample.rows
    std::vector<std::string> names;
};
Categories categories_of(const Column& column, Type type, const InferenceSample& sample);
Categories crossed(const Categories& a, const Categories& b);  // "a;b", occupied ones

// "5 % of ..." when a share was left out, else nothing.
std::vector<std::string> missing_notice(double share);

}  // namespace cifra
