// The `weighting:` section of study.yaml: which files, which codes, and the ordered steps. Every key is explained in
// estimation/weighting/README.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/weighting/cells.h"

namespace cifra {

enum class StepKind {
    household_nonresponse,
    household_poststratification,
    person_selection,
    person_nonresponse,
    person_poststratification
};
std::string to_text(StepKind kind);
bool is_person_step(StepKind kind);

struct WeightingStep {
    StepKind kind = StepKind::household_nonresponse;
    std::vector<std::string> cells;        // variables, the most important first
    std::optional<CollapseRule> collapse;  // nonresponse: always; post-stratification: only where asked
    double cap = 0;                        // person_selection: at most this many eligible adults count; 0: no cap
    std::string benchmarks, total;         // post-stratification: file, and its column of totals
    Location where;
};

// A variable made from others: the code of the first rule whose condition holds. Conditions are expressions over the
// columns of the sample, the household and the person file.
struct GroupRule {
    std::string code, when;
    Location where;
};
struct GroupVariable {
    std::string name;
    std::vector<GroupRule> rules;
    Location where;
};

struct WeightingPlan {
    std::string sample = "sample.csv", household = "household.csv", person = "person.csv";
    bool sample_given = false, household_given = false, person_given = false;  // else they lie in the out folder
    std::string outcome = "outcome", eligible = "eligible", person_outcome = "outcome";
    std::vector<std::string> respondent{"1"}, ineligible{"4"}, person_respondent{"1"};
    std::vector<GroupVariable> groups;
    std::vector<WeightingStep> steps;
    bool keep_steps = false;
    bool weighs_persons() const;
    Location where;
};

// Faults: those of the YAML reader, unknown-choice (a step), step-order (household steps, then person_selection, then
// person steps, each kind at most once), bad-number.
WeightingPlan read_weighting(const YamlValue& section, Diagnostics& faults);

}  // namespace cifra
