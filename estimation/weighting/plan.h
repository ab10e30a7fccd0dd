// The `weighting:` section of study.yaml: which files, which codes, and the ordered steps. Every key is explained in
// estimation/weighting/README.md.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/replication/replication_plan.h"
#include "estimation/weighting/calibration_key.h"
#include "estimation/weighting/cells.h"
#include "estimation/weighting/propensity.h"
#include "estimation/weighting/trimming.h"

namespace cifra {

enum class StepKind {
    multiplicity,        // w / factor: links by which a unit could be drawn
    subsampling,         // w * factor: a part of what was found was taken
    first_stage_ratio,   // the PSUs drawn carry what the frame knows of their cell
    eligibility,         // units of unknown status hand their weight to known ones
    nonresponse,         // by cells, or by response propensity
    person_selection,    // from households to persons
    poststratification,  // cells of known totals
    calibration,         // margins and totals
    trimming,            // extreme weights
    time_factor          // panels, annualizing, bounding: w * factor
};
enum class StepLevel { current, household, person };

// Response propensity: predicted from these variables by logistic regression.
struct PropensityKeys {
    std::vector<std::string> predictors;
    std::size_t classes = 5;  // of equal numbers of units; 0: the inverse of each unit's own propensity
    bool weighted = true;     // the regression
    ClassFactor factor = ClassFactor::response_rate;
};

struct TrimmingKeys {
    TrimmingRule limits;
    std::vector<double> candidates;  // for `upper`: that of the smallest mean squared error of `minimize` is taken
    std::vector<std::pair<std::string, Location>> minimize;  // expressions whose means are meant
    bool keep_controls = false;                              // of the calibration before it; else the sum of each cell
};

struct WeightingStep {
    StepKind kind = StepKind::nonresponse;
    StepLevel level = StepLevel::current;
    std::string name;                      // unique in the file: "household_nonresponse", "person_trimming_2"
    std::vector<std::string> cells;        // variables, the most important first
    std::optional<CollapseRule> collapse;  // nonresponse, eligibility: always; poststratification: only where asked
    std::string factor;                    // expression over the units
    double cap = 0;                        // most that a factor, or a number of eligible persons, may be; 0: no cap
    bool all_persons = false;              // person_selection: every person of the household, not one of `eligible`
    std::string benchmarks, total;         // file, and its column of totals
    std::string size;                      // first_stage_ratio: what the frame knows of a PSU
    std::optional<PropensityKeys> propensity;
    std::shared_ptr<const YamlValue> calibration_keys;  // `calibration` points into them
    std::optional<CalibrationPlan> calibration;
    bool of_persons = false;  // household calibration to totals of persons: one g a household
    std::optional<TrimmingKeys> trimming;
    Location where, factor_at;
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

// What codes of an outcome mean; any other is an eligible unit that did not respond.
struct OutcomeCodes {
    std::vector<std::string> respondent, ineligible, unknown;
};

struct WeightingPlan {
    std::string sample = "sample.csv", household = "household.csv", person = "person.csv";
    bool sample_given = false, household_given = false, person_given = false;  // else they lie in the out folder
    bool has_household = true;                                                 // `household: none`
    std::string unit = "dwelling", base_weight = "base_weight";                // columns of the sample
    std::string outcome = "outcome", eligible = "eligible", person_outcome = "outcome";
    OutcomeCodes outcomes{{"1"}, {"4"}, {}}, person_outcomes{{"1"}, {}, {}};
    std::map<std::string, std::string> dispositions;  // AAPOR code of each outcome; empty: not told
    std::vector<GroupVariable> groups;
    std::vector<WeightingStep> steps;
    YamlValue design;  // null: stratum, psu and unit of the sample
    std::optional<ReplicationPlan> replicates;
    bool replicates_seeded = false;  // a seed of their own; else the study's
    bool write_replicates = true;    // to files, which holds them all; else they serve `compare` alone
    Location replicates_at;
    std::vector<std::string> compare;  // variables whose totals get both standard errors
    bool keep_steps = false;
    Location where;

    bool weighs_persons() const;
    bool selects_one_person() const;
    bool weighs_all_persons() const;  // persons: all
};

struct WeightingPlaces {
    std::filesystem::path directory, out;  // files of controls lie below
};

// Faults: those of the YAML reader, unknown-choice (a step), step-order (households before person_selection before
// persons), bad-number, unknown-disposition, those of calibration_key.h.
WeightingPlan read_weighting(const YamlValue& section, const WeightingPlaces& places, Diagnostics& faults);

}  // namespace cifra
