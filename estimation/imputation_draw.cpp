#include <fmt/format.h>

#include <stdexcept>

#include "engine/random.h"
#include "estimation/derive.h"
#include "estimation/imputation_plan.h"
#include "estimation/imputation_rows.h"

namespace cifra {

namespace {

// Where the draw starts from: records are named as they were before any item was filled in.
struct Start {
    const Hierarchy& original;
    std::size_t draw = 0;
    std::uint64_t seed = 0;
};

DonorRequest request_of(const ImputationItem& item, const ImputationRows& rows, const Start& start) {
    const Level& level = start.original[item.level];
    DonorRequest request;
    request.universe = rows.universe;
    request.missing = rows.missing;
    request.limit = item.limit;
    request.bootstrap = item.proper;
    request.seed = start.seed;
    request.draw = static_cast<std::uint32_t>(start.draw);
    const std::string prefix = level.name + '\x1f' + item.variable + '\x1f';
    for (const std::string& name : record_names(start.original, item.level, item.id))
        request.unit.push_back(stable_hash(prefix + name));
    if (item.weighted && level.weight.size() != level.rows())
        throw std::invalid_argument("imputation: weighted donors before weights are set");
    if (item.weighted)
        for (std::size_t row = 0; row < level.rows(); ++row)
            request.weight.push_back(level.weight[row] * (level.multiplicity.empty() ? 1 : level.multiplicity[row]));
    return request;
}

// An item imputed before may have been left without donors.
void refuse_missing_predictors(const Hierarchy& hierarchy, const ImputationItem& item, const DonorRequest& request) {
    for (const std::string& name : item.predictors) {
        const Column& column = hierarchy.column(item.level, name);
        for (std::size_t row = 0; row < column.size(); ++row)
            if (request.universe[row] && column.is_number() && !column.present(row))
                throw Refusal(fmt::format("imputation of '{}': its predictor '{}' is still missing in some records",
                                          item.variable, name));
    }
}

Donors donors_of(const Hierarchy& hierarchy, const ImputationItem& item, const DonorRequest& request) {
    if (item.method == ImputationMethod::hot_deck) return hot_deck(request, donor_classes(hierarchy, item));
    const Column& column = hierarchy[item.level].table.at(item.variable);
    refuse_missing_predictors(hierarchy, item, request);
    PredictiveMean model;
    model.predictors = predictor_matrix(hierarchy, item);
    model.neighbours = item.neighbours;
    model.value = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(column.size()));
    for (std::size_t row = 0; row < column.size(); ++row)
        if (column.present(row)) model.value(static_cast<Eigen::Index>(row)) = column.number(row);
    return predictive_mean(request, model);
}

// Cells of `take` come from the donor; where there is none they are missing.
Column filled(const Column& column, const std::vector<std::uint8_t>& take, const std::vector<std::size_t>& donor) {
    std::vector<std::size_t> from(column.size());
    for (std::size_t row = 0; row < from.size(); ++row) from[row] = take[row] ? donor[row] : row;
    return column.pick(from);
}

void complete(Level& level, const std::string& name, const std::vector<std::uint8_t>& take,
              const std::vector<std::size_t>& donor) {
    level.table.set(name, filled(level.table.at(name), take, donor));
    std::vector<double> flags(take.size());
    for (std::size_t row = 0; row < flags.size(); ++row) flags[row] = take[row] && donor[row] != Column::npos;
    level.table.set(name + "_imputed", Column::of_numbers(std::move(flags)));
    level.types[name + "_imputed"] = Type::truth;
}

ImputationOutcome outcome_of(const Level& level, const ImputationItem& item, const ImputationRows& rows,
                             const Donors& donors) {
    ImputationOutcome outcome;
    outcome.level = level.name;
    outcome.variable = item.variable;
    outcome.records = rows.universe_count;
    outcome.missing = rows.missing_count;
    outcome.share = rows.universe_weight > 0 ? rows.missing_weight / rows.universe_weight : 0;
    outcome.unfilled = donors.unfilled;
    outcome.imputed = donors.recipients - donors.unfilled;
    outcome.collapsed = outcome.imputed - (donors.served.empty() ? 0 : donors.served.front());
    outcome.over_limit = donors.over_limit;
    outcome.most_used = donors.most_used;
    return outcome;
}

// A variable taken with the item: its own missing cells among the recipients.
std::vector<std::uint8_t> missing_too(const Column& column, const ImputationRows& rows) {
    std::vector<std::uint8_t> take(column.size(), 0);
    for (std::size_t row = 0; row < take.size(); ++row)
        take[row] = rows.missing[row] && is_missing_item(column, row, {});
    return take;
}

ImputationOutcome impute(Hierarchy& hierarchy, const ImputationItem& item, const Start& start) {
    const ImputationRows rows = imputation_rows(hierarchy, item);
    const Donors donors = donors_of(hierarchy, item, request_of(item, rows, start));
    const ImputationOutcome outcome = outcome_of(hierarchy[item.level], item, rows, donors);
    Level& level = hierarchy.edit(item.level);
    for (const std::string& name : item.together)
        complete(level, name, missing_too(level.table.at(name), rows), donors.of_row);
    complete(level, item.variable, rows.missing, donors.of_row);
    return outcome;
}

bool is_imputed(const ImputationPlan& plan, std::size_t level, const std::string& name) {
    for (const ImputationItem& item : plan.items) {
        if (item.level != level) continue;
        if (item.variable == name) return true;
        for (const std::string& other : item.together)
            if (other == name) return true;
    }
    return false;
}

}  // namespace

Hierarchy with_imputation(const Hierarchy& hierarchy, const ImputationPlan& plan, std::size_t draw, std::uint64_t seed,
                          const YamlValue* derive, std::vector<ImputationOutcome>* outcomes) {
    Hierarchy completed = hierarchy;
    for (const ImputationItem& item : plan.items) {
        const ImputationOutcome outcome = impute(completed, item, {hierarchy, draw, seed});
        if (outcomes) outcomes->push_back(outcome);
        if (!derive) continue;
        Diagnostics faults;
        derive_again(
            *derive, completed,
            [&](std::size_t level, const std::string& name) { return is_imputed(plan, level, name); }, faults);
        faults.throw_if_errors();
    }
    return completed;
}

Table imputation_table(const std::vector<ImputationOutcome>& outcomes) {
    Table table;
    std::vector<std::string> levels, variables;
    std::vector<double> shares;
    for (const ImputationOutcome& outcome : outcomes) {
        levels.push_back(outcome.level);
        variables.push_back(outcome.variable);
        shares.push_back(outcome.share);
    }
    const auto count = [&](const char* name, std::size_t ImputationOutcome::*field) {
        std::vector<double> numbers;
        for (const ImputationOutcome& outcome : outcomes) numbers.push_back(static_cast<double>(outcome.*field));
        table.set(name, Column::of_numbers(std::move(numbers)));
    };
    table.set("level", Column::of_texts(levels));
    table.set("variable", Column::of_texts(variables));
    count("records", &ImputationOutcome::records);
    count("missing", &ImputationOutcome::missing);
    table.set("share", Column::of_numbers(std::move(shares)));
    count("imputed", &ImputationOutcome::imputed);
    count("unfilled", &ImputationOutcome::unfilled);
    count("collapsed", &ImputationOutcome::collapsed);
    count("over_limit", &ImputationOutcome::over_limit);
    count("most_used", &ImputationOutcome::most_used);
    return table;
}

}  // namespace cifra
