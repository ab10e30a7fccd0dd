#include "estimation/pass/warehouse_tables.h"

#include <algorithm>
#include <set>

#include "estimation/inference/model_plan.h"
#include "estimation/tabulate.h"

namespace cifra {

namespace {

constexpr const char* remedy = "leave it out, or write the table to a file and name it under 'file'";

// Kinds of missing are not kept in groups.
bool asks_for_kinds(const Expr& expression) {
    return std::any_of(expression.nodes().begin(), expression.nodes().end(), [](const ExprNode& node) {
        return node.op == ExprNode::Op::is_dk || node.op == ExprNode::Op::is_refused;
    });
}

// Every name that a model reads.
std::vector<std::string> names_of(const std::vector<ModelPlan>& plans, Diagnostics& faults) {
    std::set<std::string> names;
    for (const ModelPlan& plan : plans) {
        std::vector<std::optional<Expr>> read = {plan.domain.where, plan.outcome, plan.offset, plan.exposure};
        for (const PlannedVariable& variable : plan.variables) read.emplace_back(variable.expression);
        for (const auto& expression : read) {
            if (!expression) continue;
            for (const std::string& name : expression->names()) names.insert(name);
            if (asks_for_kinds(*expression))
                faults.error(plan.domain.place, "not-in-warehouse", "a model by kinds of missing", remedy);
        }
    }
    return {names.begin(), names.end()};
}

// Models read the rows in groups; no other part of a table file than tables and comparisons can be made.
void set_jobs(const YamlValue& tables, WarehouseTables& result, Diagnostics& faults) {
    for (auto& [file, job] : result.plan.jobs) {
        if (file != "models.csv") {
            faults.error(tables.where, "not-in-warehouse", "'" + file + "' cannot be made by a server", remedy);
            continue;
        }
        const YamlValue& models = *tables.find("models");
        const auto names = names_of(read_model_plans(models, result.survey.prototype(), faults), faults);
        const SurveyData* groups = faults.has_errors() ? nullptr : result.survey.grouped_by(names, faults);
        if (groups) job = read_models(models, *groups, {result.plan.level, 0}, faults);
    }
}

}  // namespace

std::optional<WarehouseTables> warehouse_tables(const YamlValue& design, const YamlValue& tables,
                                                const SurveyDataOptions& options,
                                                const std::function<void(double)>& progress, Diagnostics& faults) {
    std::optional<WarehouseSurvey> survey = WarehouseSurvey::open(design, options, faults);
    if (!survey) return std::nullopt;
    WarehouseTables result{std::move(*survey), {}};
    result.plan = read_tabulation_plan(tables, result.survey.prototype(), faults);
    if (!result.plan.changes.empty())
        faults.error(tables.where, "not-in-warehouse", "changes between waves cannot be made by a server", remedy);
    if (faults.has_errors()) return std::nullopt;
    const PlannedRequests planned = planned_requests(result.plan);
    result.survey.run(planned.requests, {planned.covariances, options.threads, progress}, faults);
    if (!faults.has_errors()) set_jobs(tables, result, faults);
    return faults.has_errors() ? std::nullopt : std::optional(std::move(result));
}

}  // namespace cifra
