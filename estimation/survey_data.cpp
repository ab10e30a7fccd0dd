#include "estimation/survey_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "engine/csv.h"
#include "engine/study.h"
#include "estimation/counting.h"
#include "estimation/derive.h"
#include "estimation/replay.h"
#include "estimation/variance.h"
#include "estimation/variance/design_key.h"
#include "estimation/weighting/calibration_key.h"

namespace cifra {

namespace {

// A level as its YAML says it, before any file is read.
struct LevelPlan {
    std::string name, file, parent;
    std::vector<std::string> by, parent_by, counting;
    const YamlValue* weight = nullptr;
    const YamlValue* filter = nullptr;
    const YamlValue* parent_at = nullptr;
    const YamlValue* counting_at = nullptr;
    std::string codebook;
    CsvOptions csv;
    Location where;
};

void read_keys(LevelPlan& plan, const YamlValue* by, Diagnostics& faults) {
    if (!by) return;
    if (!by->is_map()) {
        plan.by = plan.parent_by = texts_of(*by, faults, "'by'");
        return;
    }
    for (const auto& [own, above] : by->entries) {
        plan.by.push_back(own);
        plan.parent_by.push_back(text_of(above, faults, "the key column of the level above"));
    }
}

char separator_of(const std::string& word) {
    if (word == "comma") return ',';
    if (word == "semicolon") return ';';
    return word == "tab" ? '\t' : '\0';
}

LevelPlan read_level_plan(const std::string& name, const YamlValue& value, Diagnostics& faults) {
    LevelPlan plan;
    plan.name = name;
    plan.where = value.where;
    Fields fields(value, faults, fmt::format("level '{}'", name));
    plan.file = fields.required_text("file");
    plan.parent_at = fields.get("parent");
    plan.parent = fields.text("parent");
    read_keys(plan, fields.get("by"), faults);
    plan.weight = fields.get("weight");
    plan.filter = fields.get("where");
    plan.counting_at = fields.get("count");
    plan.counting = fields.texts("count");
    plan.codebook = fields.text("codebook");
    plan.csv.separator = separator_of(fields.choice("separator", {"comma", "semicolon", "tab"}, ""));
    plan.csv.decimal_comma = fields.boolean("decimal_comma", false);
    fields.finish();
    if (plan.parent.empty() && !plan.weight)
        faults.error(plan.where, "missing-key", fmt::format("level '{}' needs a weight", name),
                     "add 'weight: <column>', or 'weight: 1' for a census");
    if (!plan.parent.empty() && plan.by.empty())
        faults.error(plan.where, "missing-key", fmt::format("level '{}' needs the key of its parent", name),
                     "add 'by: [<key columns>]'");
    return plan;
}

void collect(const YamlValue& value, std::set<std::string>& names) {
    if (value.is_scalar()) {
        names.insert(value.scalar);
        for (const std::string& name : names_in(value.scalar)) {
            names.insert(name);
            if (const std::size_t dot = name.find('.'); dot != std::string::npos) names.insert(name.substr(dot + 1));
        }
    }
    for (const YamlValue& item : value.items) collect(item, names);
    for (const auto& [key, item] : value.entries) {
        names.insert(key);
        collect(item, names);
    }
}

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
        for (std::size_t level = 0; level < plans_.size(); ++level) finish_level(level);
        if (faults_.has_errors()) return {};
        if (derive_) derive_variables(*derive_, data_.hierarchy, data_.labels, faults_);
        if (faults_.has_errors()) return {};
        place_in_design();
        if (faults_.has_errors()) return {};
        for (std::size_t level = 0; level < plans_.size(); ++level) set_weight(level);
        if (design_.first_phase_weight && !faults_.has_errors())
            weight_second_phase(data_.design, data_.design_level, data_.hierarchy);
        if (!faults_.has_errors() && design_.replicates)
            data_.replicates =
                read_replicates(*design_.replicates, data_.hierarchy[data_.design_level], options_.directory, faults_);
        note_replicates();
        if (weight_sets_ && !faults_.has_errors()) read_weight_sets();
        if (calibration_ && !faults_.has_errors()) calibrate_data();
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
        if (const YamlValue* levels = fields.require("data"))
            for (const auto& [name, value] : levels->entries) plans_.push_back(read_level_plan(name, value, faults_));
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
        }
        fields.finish();
        collect(file_, names);
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
                    else if (const auto values = weights_at(index, weight))
                        set.weights[index] = *values;
                }
            fields.finish();
            data_.weight_sets.push_back(std::move(set));
        }
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
        if (!plan.parent.empty() && level.parent == no_level) {
            faults_.error(plan.parent_at->where, "unknown-level",
                          fmt::format("level '{}' has no parent '{}' above it", plan.name, plan.parent),
                          suggestion(plan.parent, data_.hierarchy.names()));
            return;
        }
        level.table = read_table(plan, level.unread);
        if (level.parent != no_level && !faults_.has_errors()) {
            level.parent_row =
                link_rows(level.table, plan.by, data_.hierarchy[level.parent].table, plan.parent_by, faults_);
        }
        data_.hierarchy.add(std::move(level));
    }

    Table read_table(const LevelPlan& plan, std::vector<std::string>& unread) {
        const std::filesystem::path path = resolve(options_.directory, plan.file, options_.out);
        Codebook codebook;
        CsvOptions csv = plan.csv;
        if (!plan.codebook.empty()) {
            codebook = read_codebook_file(resolve(options_.directory, plan.codebook, options_.out));
            for (const Variable& variable : codebook.variables) csv.types[variable.name] = variable.type;
        }
        csv.columns = key_columns(plan);
        Diagnostics ignored;
        const std::vector<std::string> header = csv_header(path, plan.csv, ignored);
        for (const std::string& name : identity_columns(design_))
            if (std::find(header.begin(), header.end(), name) != header.end()) csv.columns.push_back(name);
        for (const std::string& key : csv.columns) csv.types[key] = ColumnType::text;
        csv.optional_columns = mentioned_;
        data_.inputs.push_back(path);
        for (const std::string& name : header)
            if (is_replicate(name)) csv.optional_columns.push_back(name);
        Table table = read_csv(path, csv, faults_);
        for (const std::string& name : header)
            if (!table.has(name)) unread.push_back(name);
        return plan.codebook.empty() ? table : apply_codebook(std::move(table), codebook, faults_);
    }

    bool is_replicate(const std::string& name) const {
        const YamlValue* columns = design_.replicates ? design_.replicates->find("columns") : nullptr;
        if (!columns) return false;
        Diagnostics ignored;
        const std::vector<std::string> patterns = texts_of(*columns, ignored, "'columns'");
        return std::any_of(patterns.begin(), patterns.end(),
                           [&](const std::string& pattern) { return matches_pattern(name, pattern); });
    }

    Codebook read_codebook_file(const std::filesystem::path& path) {
        data_.inputs.push_back(path);
        const YamlValue value = read_yaml(path, faults_);
        const YamlValue* variables = value.find("variables");
        Codebook codebook = variables ? read_codebook(*variables, faults_) : Codebook{};
        for (const Variable& variable : codebook.variables)
            if (!data_.labels.find(variable.name)) data_.labels.variables.push_back(variable);
        return codebook;
    }

    // Own key of the level and what its children call their parent by; text, so that equal codes are equal bytes.
    std::vector<std::string> key_columns(const LevelPlan& plan) const {
        std::vector<std::string> keys = plan.by;
        for (const LevelPlan& other : plans_)
            if (other.parent == plan.name)
                for (const std::string& key : other.parent_by)
                    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
        return keys;
    }

    void finish_level(std::size_t index) {
        const LevelPlan& plan = plans_[index];
        if (plan.filter) {
            const auto condition = parse_at(index, *plan.filter, Type::truth);
            if (condition && has_children(index))
                faults_.error(plan.filter->where, "filter-above",
                              fmt::format("level '{}' has levels below and cannot be filtered", plan.name),
                              "dropping its rows would drop PSUs: use a domain, or 'where' of the indicators");
            else if (condition)
                data_.hierarchy.keep(index, data_.hierarchy.filter(index, *condition));
        }
        refuse_orphans(index);
        if (!plan.counting.empty() && !faults_.has_errors()) count_records(index);
    }

    bool has_children(std::size_t index) const {
        for (std::size_t other = 0; other < data_.hierarchy.size(); ++other)
            if (data_.hierarchy[other].parent == index) return true;
        return plans_[index].name == design_.level && !design_.filtered;
    }

    void refuse_orphans(std::size_t index) {
        const Level& level = data_.hierarchy[index];
        std::size_t orphans = 0, first = 0;
        for (std::size_t row = level.parent_row.size(); row-- > 0;)
            if (level.parent_row[row] == Column::npos) ++orphans, first = row;
        if (orphans == 0) return;
        faults_.error({level.table.source, level.table.lines.empty() ? 0 : level.table.lines[first], 0},
                      "orphan-records",
                      fmt::format("{} records of '{}' have no record in '{}', first here", orphans, level.name,
                                  plans_[index].parent),
                      "check the key under 'by', or leave them out with 'where' if they belong to nobody interviewed");
    }

    void count_records(std::size_t index) {
        const LevelPlan& plan = plans_[index];
        for (const std::string& name : plan.counting) {
            const YamlValue* rule = counting_ ? counting_->find(name) : nullptr;
            if (!rule) {
                faults_.error(plan.counting_at->where, "unknown-rule",
                              fmt::format("there is no rule '{}' under counting:", name),
                              "declare it under 'counting:'");
                continue;
            }
            const CountingRule counting = read_counting_rule(name, *rule, data_.hierarchy.schema(index), faults_);
            if (faults_.has_errors()) continue;
            const std::filesystem::path folder = options_.directory;
            std::vector<double> counts = multiplicities(counting, data_.hierarchy, index, folder, faults_);
            Level& level = data_.hierarchy.edit(index);
            if (counting.cap_weighted) data_.recounted.push_back({index, counting, level.multiplicity_by_rule.empty()});
            if (level.multiplicity_by_rule.empty()) level.multiplicity = counts;
            level.multiplicity_by_rule[name] = std::move(counts);
        }
    }

    std::optional<Expr> parse_at(std::size_t level, const YamlValue& value, Type type) {
        return parse_expression(text_of(value, faults_, "an expression"), value.where, data_.hierarchy.schema(level),
                                faults_, type);
    }

    // Values of a weight expression, finite and from 0; nothing when there was a fault.
    std::optional<std::vector<double>> weights_at(std::size_t index, const YamlValue& value) {
        const auto expression = parse_at(index, value, Type::number);
        if (!expression) return std::nullopt;
        const Column column = data_.hierarchy.evaluate(index, *expression);
        const Level& level = data_.hierarchy[index];
        std::vector<double> weights(column.numbers().begin(), column.numbers().end());
        std::size_t bad = 0, first = 0;
        for (std::size_t row = level.rows(); row-- > 0;)
            if (!column.present(row) || !(weights[row] >= 0)) ++bad, first = row;
        if (bad == 0) return weights;
        faults_.error(
            {level.table.source, level.table.lines.empty() ? 0 : level.table.lines[first], 0}, "bad-weight",
            fmt::format("the weight '{}' is missing or negative in {} rows, first here", expression->source(), bad),
            "weights are numbers from 0; a nonrespondent has weight 0");
        return std::nullopt;
    }

    void set_weight(std::size_t index) {
        const LevelPlan& plan = plans_[index];
        if (!plan.weight) {
            inherit_weight(index);
            return;
        }
        const auto weights = weights_at(index, *plan.weight);
        Level& level = data_.hierarchy.edit(index);
        level.weight_name = text_of(*plan.weight, faults_, "'weight'");
        level.weight = weights.value_or(std::vector<double>(level.rows(), 0.0));
        if (!faults_.has_errors()) refuse_weightless_parents(index);
    }

    void inherit_weight(std::size_t index) {
        Level& level = data_.hierarchy.edit(index);
        const Level& parent = data_.hierarchy[level.parent];
        level.weight_name = parent.weight_name;
        for (std::size_t row = 0; row < level.rows(); ++row)
            level.weight.push_back(parent.weight[level.parent_row[row]]);
    }

    // v / w would lose the incidents of a person of weight 0.
    void refuse_weightless_parents(std::size_t index) {
        const Level& level = data_.hierarchy[index];
        if (level.parent == no_level) return;
        const Level& parent = data_.hierarchy[level.parent];
        std::size_t lost = 0, first = 0;
        for (std::size_t row = level.rows(); row-- > 0;)
            if (level.weight[row] > 0 && parent.weight[level.parent_row[row]] == 0) ++lost, first = row;
        if (lost > 0)
            faults_.error(
                {level.table.source, level.table.lines.empty() ? 0 : level.table.lines[first], 0}, "weightless-parent",
                fmt::format("{} records of '{}' have a weight although their record in '{}' has weight 0, first here",
                            lost, level.name, parent.name),
                "give both a weight, or leave the records out with 'where'");
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
    if (data.replicates.empty() || level == no_level || data.hierarchy.is_above(data.design_level, level)) return;
    faults.error(where, "above-replicates",
                 fmt::format("the replicate weights are of '{}', and '{}' is not below it",
                             data.hierarchy[data.design_level].name, data.hierarchy[level].name),
                 "give 'design: level:' the highest level that is estimated, with replicate weights of its own");
}

std::vector<std::string> mentioned_names(const YamlValue& value) {
    std::set<std::string> names;
    collect(value, names);
    return {names.begin(), names.end()};
}

}  // namespace cifra
