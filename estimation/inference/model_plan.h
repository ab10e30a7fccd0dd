// The section `models:` of a table file; written to models.csv. Keys and columns: estimation/inference/README.md.
//
//   models:
//     - id: victim_model
//       family: binomial
//       of: persons
//       where: EDAD >= 18
//       outcome: victim
//       terms: [{factor: SEXO, reference: "1"}, EDAD, {interaction: [SEXO, EDAD]}]
//       tests: [[SEXO, "SEXO:EDAD"]]
//       margins: [SEXO]
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "estimation/inference/inference_data.h"
#include "estimation/inference/model_inference.h"
#include "estimation/inference/model_matrix.h"
#include "estimation/table_sections.h"

namespace cifra {

struct PlannedVariable {
    std::string name;  // the text of its expression
    Expr expression;
    bool factor = false;
    std::string reference;  // category; empty: the first
    Location place;
};

struct PlannedMargin {
    std::vector<std::size_t> variables;   // crossed
    std::vector<std::vector<double>> at;  // of each variable: values of a number; empty for a factor
};

struct PlannedTest {
    std::vector<std::size_t> terms;
    TermTest kind = TermTest::wald;
};

struct ModelPlan {
    InferenceDomain domain;
    ModelFamily family;
    std::optional<Expr> outcome, offset, exposure;
    std::vector<PlannedVariable> variables;
    std::vector<ModelTerm> terms;
    bool intercept = true;
    std::vector<PlannedTest> tests;
    std::vector<PlannedMargin> margins;
    Convergence convergence = Convergence::full;
    MarginVariance margin_variance = MarginVariance::unconditional;
};

std::vector<ModelPlan> read_model_plans(const YamlValue& value, const SurveyData& data, Diagnostics& faults);

// The section's reader (table_sections.h).
SectionPlan read_models(const YamlValue& value, const SurveyData& data, const SectionOptions& options,
                        Diagnostics& faults);

// models.csv: model, part, term, test, estimate, se, statistic, df1, df2, p, lower, upper, exp_estimate, exp_lower,
// exp_upper, n, notices.
Table run_models(const SurveyData& data, const std::vector<ModelPlan>& plans, double level, Diagnostics& faults);

}  // namespace cifra
