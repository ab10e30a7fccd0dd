#include "estimation/translate/data_steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/microdata/microdata.h"
#include "engine/study.h"
#include "estimation/counting.h"

namespace cifra {

namespace {

std::vector<std::string> missing_codes(const Codebook& labels, const std::string& name) {
    std::vector<std::string> codes;
    if (const Variable* variable = labels.find(name))
        for (const auto& [code, kind] : variable->missing) codes.push_back(code);
    return codes;
}

}  // namespace

DataSteps::DataSteps(const YamlValue& design_file, const SurveyData& data, std::vector<ScriptStep>& steps)
    : data_(data), steps_(steps), derive_(design_file.find("derive")), counting_(design_file.find("counting")) {
    plans_ = read_level_plans(*design_file.find("data"), ignored_);
}

Expr DataSteps::parse(std::size_t level, const std::string& text, const Location& where) const {
    Diagnostics faults;
    const auto expression = parse_expression(text, where, data_.hierarchy.schema(level), faults);
    faults.throw_if_errors();
    return *expression;
}

void DataSteps::open(std::size_t level) {
    if (!once(level, "")) return;
    const LevelPlan& plan = plans_[level];
    const std::size_t parent = data_.hierarchy[level].parent;
    if (parent != no_level) open(parent);
    ReadStep read{plan.name, {}, {}};
    MicrodataFiles files;
    for (const std::string& file : plan.files) {
        files.push_back(resolve(data_.directory, file, data_.out));
        read.files.push_back(files.back().generic_string());
    }
    for (const std::string& column : row_header(files, plan.csv, ignored_)) {
        const Column* cells = data_.hierarchy[level].table.find(column);
        const bool number = cells && cells->is_number();
        read.columns.push_back(
            {column, number ? ColumnType::number : ColumnType::text, false,
             plan.codebook.empty() ? std::vector<std::string>{} : missing_codes(data_.labels, column)});
    }
    known_.read_at[level] = steps_.size();
    steps_.emplace_back(std::move(read));
    if (parent != no_level) {
        for (const std::string& key : plan.by) need(level, key);
        for (const std::string& key : plan.parent_by) need(parent, key);
        steps_.emplace_back(LinkStep{plan.name, plan.parent, plan.by, plan.parent_by});
    }
    if (!plan.filter) return;
    const Expr condition = parse(level, plan.filter->scalar, plan.filter->where);
    need(level, condition);
    steps_.emplace_back(KeepStep{plan.name, condition});
}

const YamlValue* DataSteps::derived(std::size_t level, const std::string& name) const {
    const YamlValue* of_level = derive_ ? derive_->find(this->name(level)) : nullptr;
    return of_level ? of_level->find(name) : nullptr;
}

void DataSteps::carry(std::size_t level, const std::string& variable, const std::string& name) {
    steps_.emplace_back(CarryStep{this->name(level), this->name(data_.hierarchy[level].parent), variable, name});
}

void DataSteps::need(std::size_t level, const std::string& name) {
    open(level);
    if (!once(level, name)) return;
    if (const YamlValue* value = derived(level, name)) return derive(level, name, *value);
    const auto& columns = std::get<ReadStep>(steps_[known_.read_at.at(level)]).columns;
    if (std::ranges::any_of(columns, [&](const ScriptColumn& column) { return column.name == name; })) {
        known_.columns[level].insert(name);
        return;
    }
    const std::size_t parent = data_.hierarchy[level].parent;
    const std::size_t dot = name.find('.');
    const std::string qualifier = dot == std::string::npos ? "" : name.substr(0, dot);
    if (qualifier == this->name(level)) {
        need(level, name.substr(dot + 1));
        steps_.emplace_back(DeriveStep{qualifier, name, parse(level, name.substr(dot + 1))});
        return;
    }
    if (parent == no_level) throw Untranslatable(fmt::format("variable '{}' was not found", name));
    const std::string above = qualifier == this->name(parent) ? name.substr(dot + 1) : name;
    need(parent, above);
    carry(level, above, name);
}

void DataSteps::need(std::size_t level, const Expr& expression) {
    for (const std::string& name : expression.names()) need(level, name);
}

void DataSteps::need(std::size_t level, const std::optional<Expr>& expression) {
    open(level);
    if (expression) need(level, *expression);
}

void DataSteps::derive(std::size_t level, const std::string& name, const YamlValue& value) {
    const YamlValue* expression = value.is_scalar() ? &value : value.find("expression");
    if (const YamlValue* groups = value.find("groups"); groups && !value.find("iccs"))
        return derive_groups(level, name, *groups);
    if (expression) {
        const Expr parsed = parse(level, expression->scalar, expression->where);
        need(level, parsed);
        steps_.emplace_back(DeriveStep{this->name(level), name, parsed});
    } else if (!derive_sum(level, name, value)) {
        throw Untranslatable(fmt::format("variable '{}' is derived by the tree of a classification", name));
    }
}

void DataSteps::derive_groups(std::size_t level, const std::string& name, const YamlValue& groups) {
    GroupStep step{this->name(level), name, {}};
    for (const auto& [group, condition] : groups.entries) {
        step.groups.emplace_back(group, parse(level, condition.scalar, condition.where));
        need(level, step.groups.back().second);
    }
    steps_.emplace_back(std::move(step));
}

bool DataSteps::derive_sum(std::size_t level, const std::string& name, const YamlValue& value) {
    if (value.find("key")) throw Untranslatable(fmt::format("variable '{}' shares a summary by 'key'", name));
    for (const char* kind : {"count", "any", "sum"}) {
        const YamlValue* from = value.find(kind);
        if (!from) continue;
        const std::size_t below = data_.hierarchy.find(from->scalar);
        SumStep step{this->name(level), name, from->scalar, {}, {}, "", "", std::string(kind) == "any"};
        if (const YamlValue* where = value.find("where")) step.condition = parse(below, where->scalar, where->where);
        if (const YamlValue* summed = value.find("value")) step.value = parse(below, summed->scalar, summed->where);
        need(below, step.condition);
        need(below, step.value);
        row_of(below, level);
        if (!step.any) step.times = times(below, "");
        steps_.emplace_back(std::move(step));
        return true;
    }
    return false;
}

std::string DataSteps::row_of(std::size_t level, std::size_t above) {
    open(level);
    const std::string variable = "row_" + name(above);
    const std::size_t parent = data_.hierarchy[level].parent;
    if (parent == above || !once(level, variable)) return variable;
    row_of(parent, above);
    carry(level, variable, variable);
    return variable;
}

std::string DataSteps::times(std::size_t level, const std::string& rule) {
    const LevelPlan& plan = plans_[level];
    if (plan.counting.empty()) return "";
    const std::string chosen = rule.empty() ? plan.counting.front() : rule;
    const std::string variable = "times_" + chosen;
    if (!once(level, variable)) return variable;
    const CountingRule counting =
        read_counting_rule(chosen, *counting_->find(chosen), data_.hierarchy.schema(level), ignored_);
    if (counting.cap_percentile || !counting.cap_table.empty())
        throw Untranslatable(fmt::format("counting rule '{}' has a cap by groups", chosen));
    need(level, counting.series);
    need(level, counting.count);
    steps_.emplace_back(CountStep{plan.name, variable, counting.series, counting.count, counting.cap,
                                  counting.unknown_as, counting.unknown});
    return variable;
}

std::string DataSteps::record_weight(std::size_t level) {
    open(level);
    const std::string variable = "record_weight";
    if (!once(level, variable)) return variable;
    if (const YamlValue* weight = plans_[level].weight) {
        const Expr expression = parse(level, weight->scalar, weight->where);
        need(level, expression);
        steps_.emplace_back(DeriveStep{name(level), variable, expression});
    } else {
        record_weight(data_.hierarchy[level].parent);
        carry(level, variable, variable);
    }
    return variable;
}

std::string DataSteps::analysis_weight(std::size_t level, const std::string& rule) {
    const std::string own = record_weight(level), counted = times(level, rule);
    if (counted.empty()) return own;
    const std::string variable = "weight_" + counted.substr(6);
    if (once(level, variable)) steps_.emplace_back(ProductStep{name(level), variable, own, counted});
    return variable;
}

void DataSteps::finish() {
    for (const auto& [level, at] : known_.read_at)
        for (ScriptColumn& column : std::get<ReadStep>(steps_[at]).columns)
            column.used = known_.columns[level].contains(column.name);
}

}  // namespace cifra
