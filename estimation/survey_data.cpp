#include "estimation/survey_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "engine/microdata/microdata.h"
#include "engine/study.h"
#include "estimation/counting.h"
#include "estimation/level_file.h"
#include "estimation/level_plan.h"
#include "estimation/level_steps.h"
#include "estimation/replay.h"
#include "estimation/variance.h"
#include "estimation/variance/design_key.h"
#include "estimation/weighting/calibration_key.h"
#include "estimation/weighting/chain_key.h"

namespace cifra {

namespace {

// Reads files and builds levels in the order of `data:`.
class Reader {
public:
    Reader(const YamlValue& file, const SurveyDataOptions& options, Diagnostics& faults)
        : file_(file), options_(options), faults_(faults) {}

    SurveyData read() {
        read_plans();
        if (faults_.has_errors()) return {};
        for (const LevelPlan& plan : plans_) add_level(plan);
        if (faults_.has_errors()) return {};
        LevelSteps steps({plans_, design_, counting_, derive_, options_.directory}, data_, faults_);
        steps.finish_levels();
        if (faults_.has_errors()) return {};
        place_in_design();
        if (faults_.has_errors()) return {};
        steps.set_weights();
        if (design_.first_phase_weight && !faults_.has_errors())
            weight_second_phase(data_.design, data_.design_level, data_.hierarchy);
        if (!faults_.has_errors() && design_.replicates) set_replicates(*design_.replicates);
        note_replicates();
        if (weight_sets_ && !faults_.has_errors()) read_weight_sets();
        if (calibration_ && !faults_.has_errors()) calibrate_data();
        if (chain_ && !faults_.has_errors()) account_for_chain(*chain_, data_, faults_);
        if (impute_ && !faults_.has_errors())
            data_.imputation = read_imputation_plan(*impute_, data_.hierarchy, faults_);
        if (derive_) data_.derive = *derive_;
        data_.seed = options_.seed;
        data_.directory = options_.directory;
        data_.out = options_.out;
        data_.threads = options_.threads;
        if (!faults_.has_errors()) recount(data_, faults_);
        return std::move(data_);
    }

private:
    void read_plans() {
        Fields fields(file_, faults_, "the design file");
        if (const YamlValue* levels = fields.require("data")) plans_ = read_level_plans(*levels, faults_);
        const YamlValue* design = fields.require("design");
        if (design) design_ = read_design_plan(*design, plans_.empty() ? "" : plans_.front().name, faults_);
        counting_ = fields.get("counting");
        derive_ = fields.get("derive");
        impute_ = fields.get("impute");
        weight_sets_ = fields.get("weight_sets");
        std::set<std::string> names(options_.mentioned.begin(), options_.mentioned.end());
        if (const YamlValue* calibration = fields.get("calibration")) {
            calibration_ =
                read_calibration_plan(*calibration, design_.level, options_.directory, options_.out, faults_);
            names.insert(calibration_->mentioned.begin(), calibration_->mentioned.end());
            if (!calibration_->file.empty()) data_.inputs.push_back(calibration_->file);
            if (const auto& variance = calibration_->controls_variance; variance && !variance->file.empty())
                data_.inputs.push_back(variance->file);
        }
        if (design_.chain) {
            chain_ = read_chain_key(*design_.chain, options_, faults_);
            names.insert(chain_->mentioned.begin(), chain_->mentioned.end());
        }
        fields.finish();
        for (const std::string& name : mentioned_names(file_)) names.insert(name);
        mentioned_.assign(names.begin(), names.end());
    }

    void calibrate_data() {
        std::vector<std::uint8_t> own_weight;
        for (const LevelPlan& plan : plans_) own_weight.push_back(plan.weight != nullptr);
        calibrate_levels(*calibration_, own_weight, data_, faults_);
    }

    void read_weight_sets() {
        for (const auto& [name, value] : weight_sets_->entries) {
            WeightSet set;
            set.name = name;
            Fields fields(value, faults_, fmt::format("weight set '{}'", name));
            if (fields.require("for")) set.variables = fields.texts("for");
            if (const YamlValue* weights = fields.require("weights"))
                for (const auto& [level, weight] : weights->entries) {
                    const std::size_t index = data_.hierarchy.find(level);
                    if (index == no_level)
                        faults_.error(weight.where, "unknown-level", fmt::format("there is no level '{}'", level),
                                      suggestion(level, data_.hierarchy.names()));
                    else if (const auto values = weights_at(data_.hierarchy, index, weight, faults_))
                        set.weights[index] = *values;
                }
            fields.finish();
            data_.weight_sets.push_back(std::move(set));
        }
    }

    void set_replicates(const YamlValue& value) {
        if (makes_replicates(value))
            data_.replicates = make_replicates(value, data_.design, options_.seed, data_.design.notices, faults_);
        else
            data_.replicates = read_replicates(value, data_.hierarchy, data_.design_level,
                                               {options_.directory, options_.out}, data_.inputs, faults_);
    }

    // Without a stated df it is that of the strata and PSUs in the file, or R - 1.
    void note_replicates() {
        if (data_.replicates.empty() || data_.replicates.df_stated) return;
        if (!design_.columns.psu.empty() || !design_.columns.strata.empty()) {
            std::vector<std::uint32_t> all(data_.design.stages.front().units());
            std::iota(all.begin(), all.end(), 0U);
            data_.replicates.df = degrees_of_freedom(data_.design, all);
        } else {
            data_.design.notices.push_back(fmt::format(
                "degrees of freedom of the replicates are not stated: {} replicates - 1", data_.replicates.count()));
        }
    }

    void add_level(const LevelPlan& plan) {
        Level level;
        level.name = plan.name;
        level.parent = plan.parent.empty() ? no_level : data_.hierarchy.find(plan.parent);
        const LevelFile file = level_file(plan, plans_, design_, mentioned_, options_, faults_);
        note_file(file, data_);
        if (!file.files.empty()) level.table = read_level(file, data_, faults_);
        for (const std::string& name : file.header)
            if (!level.table.has(name)) level.unread.push_back(name);
        if (!plan.codebook.empty()) level.table = apply_codebook(std::move(level.table), file.codebook, faults_);
        if (level.parent != no_level && !faults_.has_errors()) {
            level.parent_row =
                link_rows(level.table, plan.by, data_.hierarchy[level.parent].table, plan.parent_by, faults_);
        }
        data_.hierarchy.add(std::move(level));
    }

    void place_in_design() {
        data_.design_level = data_.hierarchy.find(design_.level);
        if (data_.design_level == no_level) {
            faults_.error(design_.where, "unknown-level",
                          fmt::format("the design's level '{}' is not under data:", design_.level),
                          suggestion(design_.level, data_.hierarchy.names()));
            return;
        }
        data_.design = place_design(design_, data_.hierarchy, data_.design_level, {options_.directory, options_.out},
                                    data_.inputs, faults_);
    }

    const YamlValue& file_;
    const SurveyDataOptions& options_;
    Diagnostics& faults_;
    std::vector<LevelPlan> plans_;
    DesignPlan design_;
    const YamlValue* counting_ = nullptr;
    const YamlValue *derive_ = nullptr, *impute_ = nullptr, *weight_sets_ = nullptr;
    std::optional<CalibrationPlan> calibration_;
    std::optional<ChainKey> chain_;
    std::vector<std::string> mentioned_;
    SurveyData data_;
};

}  // namespace

SurveyData read_survey_data(const YamlValue& design_file, const SurveyDataOptions& options, Diagnostics& faults) {
    return Reader(design_file, options, faults).read();
}

void check_variables(const SurveyData& data, std::size_t level, const std::vector<std::string>& names,
                     const Location& where, Diagnostics& faults) {
    for (const std::string& name : names)
        if (level != no_level && !data.hierarchy.knows(level, name))
            faults.error(where, "unknown-name",
                         fmt::format("'{}' is not a variable of level '{}' or above", name, data.hierarchy[level].name),
                         suggestion(name, data.hierarchy.schema(level).names()));
}

void check_replicates(const SurveyData& data, std::size_t level, const Location& where, Diagnostics& faults) {
    if (data.replicates.empty() || data.replicates.made || level == no_level ||
        data.hierarchy.is_above(data.design_level, level))
        return;
    faults.error(where, "above-replicates",
                 fmt::format("the replicate weights are of '{}', and '{}' is not below it",
                             data.hierarchy[data.design_level].name, data.hierarchy[level].name),
                 "give 'design: level:' the highest level that is estimated, with replicate weights of its own");
}

}  // namespace cifra
