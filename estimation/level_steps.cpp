#include "estimation/level_steps.h"

#include <fmt/format.h>

#include "estimation/counting.h"
#include "estimation/derive.h"

namespace cifra {

void LevelSteps::finish_levels() {
    for (std::size_t level = 0; level < parts_.plans.size(); ++level) finish_level(level);
    if (parts_.derive && !faults_.has_errors()) derive_variables(*parts_.derive, hierarchy_, data_.labels, faults_);
}

void LevelSteps::set_weights() {
    for (std::size_t level = 0; level < parts_.plans.size(); ++level) set_weight(level);
}

void LevelSteps::finish_level(std::size_t index) {
    const LevelPlan& plan = parts_.plans[index];
    if (plan.filter) {
        const auto condition = parse_at(index, *plan.filter, Type::truth);
        if (condition && has_children(index))
            faults_.error(plan.filter->where, "filter-above",
                          fmt::format("level '{}' has levels below and cannot be filtered", plan.name),
                          "dropping its rows would drop PSUs: use a domain, or 'where' of the indicators");
        else if (condition)
            hierarchy_.keep(index, hierarchy_.filter(index, *condition));
    }
    refuse_orphans(index);
    if (!plan.counting.empty() && !faults_.has_errors()) count_records(index);
}

bool LevelSteps::has_children(std::size_t index) const {
    for (std::size_t other = 0; other < hierarchy_.size(); ++other)
        if (hierarchy_[other].parent == index) return true;
    return parts_.plans[index].name == parts_.design.level && !parts_.design.filtered;
}

void LevelSteps::refuse_orphans(std::size_t index) {
    const Level& level = hierarchy_[index];
    std::size_t orphans = 0, first = 0;
    for (std::size_t row = level.parent_row.size(); row-- > 0;)
        if (level.parent_row[row] == Column::npos) ++orphans, first = row;
    if (orphans == 0) return;
    faults_.error({level.table.source, level.table.lines.empty() ? 0 : level.table.lines[first], 0}, "orphan-records",
                  fmt::format("{} records of '{}' have no record in '{}', first here", orphans, level.name,
                              parts_.plans[index].parent),
                  "check the key under 'by', or leave them out with 'where' if they belong to nobody interviewed");
}

void LevelSteps::count_records(std::size_t index) {
    const LevelPlan& plan = parts_.plans[index];
    for (const std::string& name : plan.counting) {
        const YamlValue* rule = parts_.counting ? parts_.counting->find(name) : nullptr;
        if (!rule) {
            faults_.error(plan.counting_at->where, "unknown-rule",
                          fmt::format("there is no rule '{}' under counting:", name), "declare it under 'counting:'");
            continue;
        }
        const CountingRule counting = read_counting_rule(name, *rule, hierarchy_.schema(index), faults_);
        if (faults_.has_errors()) continue;
        std::vector<double> counts = multiplicities(counting, hierarchy_, index, parts_.directory, faults_);
        Level& level = hierarchy_.edit(index);
        if (counting.cap_weighted) data_.recounted.push_back({index, counting, level.multiplicity_by_rule.empty()});
        if (level.multiplicity_by_rule.empty()) level.multiplicity = counts;
        level.multiplicity_by_rule[name] = std::move(counts);
    }
}

std::optional<Expr> LevelSteps::parse_at(std::size_t level, const YamlValue& value, Type type) {
    return parse_expression(text_of(value, faults_, "an expression"), value.where, hierarchy_.schema(level), faults_,
                            type);
}

void LevelSteps::set_weight(std::size_t index) {
    const LevelPlan& plan = parts_.plans[index];
    if (!plan.weight) {
        inherit_weight(index);
        return;
    }
    const auto weights = weights_at(hierarchy_, index, *plan.weight, faults_);
    Level& level = hierarchy_.edit(index);
    level.weight_name = text_of(*plan.weight, faults_, "'weight'");
    level.weight = weights.value_or(std::vector<double>(level.rows(), 0.0));
    if (!faults_.has_errors()) refuse_weightless_parents(index);
}

void LevelSteps::inherit_weight(std::size_t index) {
    Level& level = hierarchy_.edit(index);
    const Level& parent = hierarchy_[level.parent];
    level.weight_name = parent.weight_name;
    for (std::size_t row = 0; row < level.rows(); ++row) level.weight.push_back(parent.weight[level.parent_row[row]]);
}

// v / w would lose the incidents of a person of weight 0.
void LevelSteps::refuse_weightless_parents(std::size_t index) {
    const Level& level = hierarchy_[index];
    if (level.parent == no_level) return;
    const Level& parent = hierarchy_[level.parent];
    std::size_t lost = 0, first = 0;
    for (std::size_t row = level.rows(); row-- > 0;)
        if (level.weight[row] > 0 && parent.weight[level.parent_row[row]] == 0) ++lost, first = row;
    if (lost > 0)
        faults_.error(
            {level.table.source, level.table.lines.empty() ? 0 : level.table.lines[first], 0}, "weightless-parent",
            fmt::format("{} records of '{}' have a weight although their record in '{}' has weight 0, first here", lost,
                        level.name, parent.name),
            "give both a weight, or leave the records out with 'where'");
}

std::optional<std::vector<double>> weights_at(const Hierarchy& hierarchy, std::size_t level_index,
                                              const YamlValue& value, Diagnostics& faults) {
    const auto expression = parse_expression(text_of(value, faults, "an expression"), value.where,
                                             hierarchy.schema(level_index), faults, Type::number);
    if (!expression) return std::nullopt;
    const Column column = hierarchy.evaluate(level_index, *expression);
    const Level& level = hierarchy[level_index];
    std::vector<double> weights(column.numbers().begin(), column.numbers().end());
    std::size_t bad = 0, first = 0;
    for (std::size_t row = level.rows(); row-- > 0;)
        if (!column.present(row) || !(weights[row] >= 0)) ++bad, first = row;
    if (bad == 0) return weights;
    faults.error(
        {level.table.source, level.table.lines.empty() ? 0 : level.table.lines[first], 0}, "bad-weight",
        fmt::format("the weight '{}' is missing or negative in {} rows, first here", expression->source(), bad),
        "weights are numbers from 0; a nonrespondent has weight 0");
    return std::nullopt;
}

}  // namespace cifra
