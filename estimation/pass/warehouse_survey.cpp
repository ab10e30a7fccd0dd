#include "estimation/pass/warehouse_survey.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/study.h"
#include "engine/warehouse/server.h"
#include "estimation/level_file.h"
#include "estimation/level_steps.h"
#include "estimation/pass/pass_limits.h"
#include "estimation/pass/pass_run.h"
#include "estimation/pass/streamed_parts.h"
#include "estimation/pass/warehouse_calibration.h"
#include "estimation/pass/warehouse_groups.h"
#include "estimation/pass/warehouse_pass.h"

namespace cifra {

namespace {

struct WarehouseParts {
    StreamedParts survey;
    std::optional<WarehouseRows> rows;
    std::optional<CalibrationPlan> calibration;
    std::unique_ptr<SurveyData> groups;
};

bool names_a_server(const YamlValue& design_file) {
    const YamlValue* data = design_file.find("data");
    return data && std::any_of(data->entries.begin(), data->entries.end(),
                               [](const auto& level) { return level.second.find("source") != nullptr; });
}

class Opener {
public:
    Opener(const YamlValue& design_file, const SurveyDataOptions& options, Diagnostics& faults)
        : file_(design_file), options_(options), faults_(faults) {}

    WarehouseParts open() {
        read_plans();
        if (!faults_.has_errors()) connect();
        if (!faults_.has_errors()) make_prototype();
        if (!faults_.has_errors()) compile();
        return std::move(parts_);
    }

private:
    void refuse(const Location& where, const std::string& what) {
        faults_.error(where, "not-in-warehouse", fmt::format("{} cannot be done by a server", what),
                      "write the table to a file and name it under 'file'; estimation/pass/WAREHOUSE.md says what can");
    }

    void read_plans() {
        Fields fields(file_, faults_, "the design file");
        if (const YamlValue* levels = fields.require("data")) survey_.plans = read_level_plans(*levels, faults_);
        if (survey_.plans.empty()) return;
        if (const YamlValue* design = fields.require("design"))
            survey_.design = read_design_plan(*design, survey_.plans.front().name, faults_);
        survey_.derive = fields.get("derive");
        survey_.directory = options_.directory;
        if (faults_.has_errors()) return;
        if (survey_.plans.size() != 1) refuse(survey_.plans[1].where, "a survey of several levels");
        if (survey_.plans.front().counting_at) refuse(survey_.plans.front().counting_at->where, "a counting rule");
        for (const std::string& what : {asks_for_memory(file_), asks_for_memory(survey_.design)})
            if (!what.empty() && !faults_.has_errors()) refuse(survey_.design.where, what);
        for (const char* known : {"counting", "weight_sets", "impute"}) fields.get(known);
        if (const YamlValue* calibration = fields.get("calibration")) read_calibration(*calibration);
        fields.finish();
    }

    void read_calibration(const YamlValue& value) {
        parts_.calibration =
            read_calibration_plan(value, survey_.plans.front().name, options_.directory, options_.out, faults_);
        if (!parts_.calibration->file.empty()) survey_.prototype.inputs.push_back(parts_.calibration->file);
        if (survey_.design.columns.psu.empty())
            faults_.error(value.where, "not-in-warehouse", "a server calibrates no weights where rows are PSUs",
                          "name the column that numbers the rows under 'psu', or write the table to a file");
    }

    const LevelPlan& plan() const { return survey_.plans.front(); }

    void connect() {
        const Location& where = plan().source_at->where;
        const Environment environment = process_environment();
        const auto address = parse_warehouse_address(plan().source, where, faults_);
        const auto credentials = address ? warehouse_credentials(*address, environment, faults_) : std::nullopt;
        const WarehouseOptions options = warehouse_options(environment, faults_);
        if (faults_.has_errors()) return;
        const WarehouseClient client(*address, *credentials, where, options);
        parts_.rows.emplace(WarehouseRows{client, read_source(client), "1", {}, {}});
        SqlSource& source = parts_.rows->source;
        source.level = plan().name;
        if (!plan().codebook.empty()) {
            const std::filesystem::path path = resolve(options_.directory, plan().codebook, options_.out);
            const Codebook codebook = read_codebook_file(path, faults_);
            declare_missing(source, codebook);
            survey_.prototype.inputs.push_back(path);
            survey_.prototype.labels.variables = codebook.variables;
        }
        const std::vector<std::string> identities = identity_columns(survey_.design);
        for (SqlColumn& column : source.columns)
            if (std::find(identities.begin(), identities.end(), column.name) != identities.end())
                column.declared = Type::text;
    }

    // The level without rows, made ready as any other: its expressions are checked, its derived variables have types.
    void make_prototype() {
        SurveyData& data = survey_.prototype;
        Level level;
        level.name = plan().name;
        level.table.source = to_text(parts_.rows->client.address());
        const SqlSource& source = parts_.rows->source;
        const Schema schema = schema_of(source);
        for (const SqlColumn& column : source.columns) {
            if (const auto type = schema.find(column.name))
                level.table.set(column.name, *type == Type::text ? Column::of_texts({}) : Column::of_numbers({}));
            else
                level.unread.push_back(column.name);
        }
        const std::vector<std::string> known = level.table.names();
        refuse_absent(survey_.design.columns, known, {level.table.source, 0, 0}, faults_);
        survey_.unit_columns = unit_columns(survey_.design.columns, known);
        data.hierarchy.add(std::move(level));
        LevelSteps steps({survey_.plans, survey_.design, nullptr, survey_.derive, survey_.directory}, data, faults_);
        steps.finish_levels();
        if (!faults_.has_errors()) steps.set_weights();
        data.directory = options_.directory;
        data.out = options_.out;
        data.threads = options_.threads;
        data.seed = options_.seed;
        if (survey_.derive) data.derive = *survey_.derive;
    }

    // In the order of the steps: the filter sees the columns, derived variables those before them, the weight all.
    void compile() {
        WarehouseRows& rows = *parts_.rows;
        if (plan().filter)
            if (const auto condition = compiled(*plan().filter, Type::truth)) rows.where = condition->value.value;
        if (survey_.derive)
            for (const auto& [level, variables] : survey_.derive->entries)
                for (const auto& [name, value] : variables.entries) derive(name, value);
        if (const auto weight = compiled(*plan().weight, Type::number)) rows.weight = weight->value;
        rows.identity = rows.weight.value;
        rows.weight_text = survey_.prototype.hierarchy[0].weight_name;
    }

    std::optional<SqlItem> compiled(const YamlValue& value, std::optional<Type> type) {
        const SqlSource& source = parts_.rows->source;
        const auto expression =
            parse_expression(text_of(value, faults_, "an expression"), value.where, schema_of(source), faults_, type);
        return expression ? sql_item(*expression, source, value.where, faults_) : std::nullopt;
    }

    void derive(const std::string& name, const YamlValue& value) {
        const YamlValue *groups = value.find("groups"),
                        *expression = value.is_map() ? value.find("expression") : &value;
        std::optional<SqlItem> item;
        if (groups)
            item = grouped(*groups);
        else if (expression)
            item = compiled(*expression, std::nullopt);
        else
            refuse(value.where, fmt::format("the derived variable '{}', which is made from several rows,", name));
        if (item) parts_.rows->source.derived.emplace_back(name, std::move(*item));
    }

    // The first group whose condition holds; none: missing.
    std::optional<SqlItem> grouped(const YamlValue& groups) {
        std::vector<std::string> cases, conditions;
        for (const auto& [name, value] : groups.entries) {
            const auto condition = compiled(value, Type::truth);
            if (!condition) return std::nullopt;
            cases.push_back(fmt::format("{}, {}", condition->value.value, sql_text(name)));
            conditions.push_back(condition->value.value);
        }
        const std::string any =
            conditions.size() == 1 ? conditions[0] : fmt::format("or({})", fmt::join(conditions, ", "));
        SqlItem item;
        item.value = {Type::text, fmt::format("multiIf({}, '')", fmt::join(cases, ", ")),
                      fmt::format("equals({}, 0)", any)};
        return item;
    }

    const YamlValue& file_;
    const SurveyDataOptions& options_;
    Diagnostics& faults_;
    WarehouseParts parts_;
    StreamedParts& survey_ = parts_.survey;
};

}  // namespace

struct WarehouseSurvey::Parts : WarehouseParts {};

WarehouseSurvey::WarehouseSurvey(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
WarehouseSurvey::WarehouseSurvey(WarehouseSurvey&&) noexcept = default;
WarehouseSurvey& WarehouseSurvey::operator=(WarehouseSurvey&&) noexcept = default;
WarehouseSurvey::~WarehouseSurvey() = default;

std::optional<WarehouseSurvey> WarehouseSurvey::open(const YamlValue& design_file, const SurveyDataOptions& options,
                                                     Diagnostics& faults) {
    if (!names_a_server(design_file)) return std::nullopt;
    auto parts = std::make_unique<Parts>();
    static_cast<WarehouseParts&>(*parts) = Opener(design_file, options, faults).open();
    if (faults.has_errors()) return std::nullopt;
    return WarehouseSurvey(std::move(parts));
}

SurveyData& WarehouseSurvey::prototype() { return parts_->survey.prototype; }

const SurveyData* WarehouseSurvey::grouped_by(const std::vector<std::string>& names, Diagnostics& faults) {
    if (parts_->survey.design.columns.psu.empty())
        faults.error(parts_->survey.design.where, "not-in-warehouse", "a server makes no models where rows are PSUs",
                     "write the table to a file and name it under 'file'");
    if (parts_->calibration)
        faults.error(parts_->calibration->where, "not-in-warehouse", "a server makes no models under a calibration",
                     "write the table to a file and name it under 'file'");
    if (faults.has_errors()) return nullptr;
    parts_->groups = grouped_survey(parts_->survey, *parts_->rows, names, faults);
    return parts_->groups.get();
}

void WarehouseSurvey::run(const std::vector<EstimateRequest>& requests, const PassOptions& options,
                          Diagnostics& faults) {
    StreamedParts& survey = parts_->survey;
    const bool elements = survey.design.columns.psu.empty();
    if (parts_->calibration) {
        WarehouseCalibration calibrated =
            calibrate_warehouse(*parts_->calibration, survey.prototype, *parts_->rows, faults);
        survey.prototype.residuals.push_back(std::move(calibrated.residuals));
        survey.prototype.design.notices = std::move(calibrated.notices);
    }
    if (faults.has_errors()) return;
    const std::size_t auxiliaries = parts_->calibration ? parts_->rows->auxiliaries->columns : 0;
    const PassPlan plan =
        plan_pass(survey.prototype.hierarchy, 0, requests, elements, faults, WantDrawn::always, auxiliaries);
    const char* remedy = "write the table to a file and name it under 'file'";
    if (elements && options.keep_linearized)
        faults.error(survey.design.where, "not-in-warehouse", "a server gives no covariances where rows are PSUs",
                     remedy);
    for (const PassTask& task : plan.tasks)
        if (!task.by_row)
            faults.error(task.indicator->where_defined, "not-in-warehouse",
                         fmt::format("the indicator '{}' is no sum of the rows themselves", task.indicator->id),
                         remedy);
    if (faults.has_errors()) return;
    PassSums sums(plan);
    BlockResult result =
        pass_warehouse(plan, *parts_->rows, survey.prototype.hierarchy, survey.unit_columns, options.progress, faults);
    if (faults.has_errors()) return;
    merge(sums, plan, result, std::vector<std::uint32_t>(result.unit_keys.size(), 0));
    finish_pass(survey, requests, plan, sums, options, faults);
}

}  // namespace cifra
