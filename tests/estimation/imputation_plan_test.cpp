// The section `impute:`: what it makes of a hierarchy, cell by cell, and each fault at its place.
#include "estimation/imputation_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "estimation/derive.h"
#include "estimation/imputation_pool.h"
#include "estimation/statistics.h"
#include "estimation/survey_data.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/shared_data.h"

namespace cifra {
namespace {

using enum Missing;

// 60 persons in two regions, 180 crimes: the loss is missing in every fourth, the month in every eighth crime.
Hierarchy made_up(bool reversed = false) {
    std::vector<std::size_t> order(180);
    std::iota(order.begin(), order.end(), 0);
    if (reversed) std::reverse(order.begin(), order.end());
    Level persons;
    persons.name = "persons";
    std::vector<std::string> person, region;
    std::vector<double> age;
    for (std::size_t row = 0; row < 60; ++row) {
        person.push_back("p" + std::to_string(row));
        region.emplace_back(row % 2 ? "south" : "north");
        age.push_back(20.0 + static_cast<double>(row % 40));
        persons.weight.push_back(1 + static_cast<double>(row % 3));
    }
    persons.table.set("person", Column::of_texts(person));
    persons.table.set("region", Column::of_texts(region));
    persons.table.set("age", Column::of_numbers(age));
    Level crimes;
    crimes.name = "crimes";
    crimes.parent = 0;
    std::vector<std::string> crime, type, month;
    std::vector<double> loss, health;
    std::vector<Missing> no_loss, no_month, no_health;
    for (const std::size_t row : order) {
        crime.push_back("c" + std::to_string(row));
        type.emplace_back(row % 5 == 0 ? "fraud" : "theft");
        loss.push_back(row % 8 == 4 ? 9999999 : 100 + static_cast<double>(row));
        no_loss.push_back(row % 8 == 0 ? (row % 16 == 0 ? refused : dont_know) : row % 30 == 7 ? not_asked : none);
        month.push_back(std::to_string(row % 12 + 1));
        no_month.push_back(row % 8 == 0 ? system : none);
        health.push_back(static_cast<double>(row % 10));
        no_health.push_back(none);
        crimes.parent_row.push_back(row % 60);
        crimes.weight.push_back(1 + static_cast<double>(row % 3));
    }
    crimes.table.set("crime", Column::of_texts(crime));
    crimes.table.set("type", Column::of_texts(type));
    crimes.table.set("loss", Column::of_numbers(loss, no_loss));
    crimes.table.set("month", Column::of_texts(month, no_month));
    crimes.table.set("health", Column::of_numbers(health, no_health));
    Hierarchy hierarchy;
    hierarchy.add(std::move(persons));
    hierarchy.add(std::move(crimes));
    return hierarchy;
}

ImputationPlan plan_of(const std::string& text, const Hierarchy& hierarchy) {
    Diagnostics faults;
    const ImputationPlan plan = read_imputation_plan(parse_yaml(text, "design.yaml", faults), hierarchy, faults);
    for (const Diagnostic& item : faults.items())
        if (item.severity == Severity::error) ADD_FAILURE() << to_text(item);
    return plan;
}

constexpr const char* hot_deck_plan =
    "crimes:\n  id: [crime]\n  loss: {method: hot_deck, classes: [type, region], draws: 6, donors: {limit: 5},\n"
    "         missing_codes: [9999999], together: [month]}\n";

TEST(ImputationPlan, AHotDeckFillsWhatIsMissingAndNothingElse) {
    const Hierarchy hierarchy = made_up();
    const ImputationPlan plan = plan_of(hot_deck_plan, hierarchy);
    EXPECT_EQ(plan.draws, 6u);
    std::vector<ImputationOutcome> outcomes;
    const Hierarchy completed = with_imputation(hierarchy, plan, 0, 1, nullptr, &outcomes);
    const Table &before = hierarchy[1].table, &after = completed[1].table;
    std::size_t imputed = 0, asked = 0;
    double missing_weight = 0, weight = 0;
    std::map<double, std::size_t> crime_of_loss;
    for (std::size_t row = 0; row < 180; ++row) crime_of_loss[100.0 + static_cast<double>(row)] = row;
    for (std::size_t row = 0; row < 180; ++row) {
        const Column& loss = after.at("loss");
        const bool skipped = before.at("loss").missing(row) == not_asked;
        const bool missing = !skipped && (row % 8 == 0 || row % 8 == 4);
        EXPECT_EQ(after.at("loss_imputed").number(row), missing ? 1 : 0);
        EXPECT_EQ(after.at("month_imputed").number(row), missing && row % 8 == 0 ? 1 : 0);
        EXPECT_EQ(loss.present(row), !skipped) << row;
        if (!skipped) ++asked, weight += hierarchy[1].weight[row];
        if (!missing) {
            EXPECT_EQ(loss.missing(row), before.at("loss").missing(row));
            EXPECT_EQ(loss.number(row), before.at("loss").number(row));
            EXPECT_EQ(after.at("month").cell(row), before.at("month").cell(row));
            continue;
        }
        ++imputed;
        missing_weight += hierarchy[1].weight[row];
        const std::size_t donor = crime_of_loss.at(loss.number(row));  // a value that occurs
        EXPECT_TRUE(donor % 8 != 0 && donor % 8 != 4);
        EXPECT_EQ(before.at("type").text(donor), before.at("type").text(row));
        EXPECT_EQ(hierarchy.column(1, "region").text(donor), hierarchy.column(1, "region").text(row));
        if (row % 8 == 0) {
            EXPECT_EQ(after.at("month").text(row), before.at("month").text(donor));
        }
    }
    ASSERT_EQ(outcomes.size(), 1u);
    EXPECT_EQ(outcomes[0].records, asked);
    EXPECT_EQ(outcomes[0].missing, imputed);
    EXPECT_EQ(outcomes[0].imputed, imputed);
    EXPECT_EQ(outcomes[0].unfilled, 0u);
    EXPECT_NEAR(outcomes[0].share, missing_weight / weight, 1e-14);
    const Table report = imputation_table(outcomes);
    EXPECT_EQ(report.at("variable").text(0), "loss");
    EXPECT_EQ(report.at("missing").number(0), static_cast<double>(imputed));
    EXPECT_EQ(report.width(), 10u);
    // The flag is a truth of the expression language.
    EXPECT_EQ(completed.schema(1).find("loss_imputed"), Type::truth);
}

TEST(ImputationPlan, OrderOfRowsDoesNotMatterWithOrWithoutAnId) {
    const std::string models[] = {
        "loss: {classes: [type, region], missing_codes: [9999999], donors: {limit: 2, weighted: true}}",
        "loss: {predictive_mean: {predictors: [age, type, health]}, missing_codes: [9999999], where: health > 1}"};
    for (const std::string& model : models)
        for (const char* id : {"  id: [crime]\n", ""}) {
            const std::string text = std::string("crimes:\n") + id + "  " + model + "\n";
            const Hierarchy straight = made_up(), turned = made_up(true);
            for (const std::size_t draw : {0, 3}) {
                const Hierarchy a = with_imputation(straight, plan_of(text, straight), draw, 9),
                                b = with_imputation(turned, plan_of(text, turned), draw, 9);
                for (std::size_t row = 0; row < 180; ++row)
                    EXPECT_EQ(a[1].table.at("loss").cell(row), b[1].table.at("loss").cell(179 - row)) << model << id;
            }
        }
}

TEST(ImputationPlan, DrawsAndSeedsDiffer) {
    const Hierarchy hierarchy = made_up();
    const ImputationPlan plan = plan_of(hot_deck_plan, hierarchy);
    const auto losses = [&](std::size_t draw, std::uint64_t seed) {
        const Hierarchy completed = with_imputation(hierarchy, plan, draw, seed);
        const auto numbers = completed[1].table.at("loss").numbers();
        return std::vector<double>(numbers.begin(), numbers.end());
    };
    EXPECT_EQ(losses(2, 1), losses(2, 1));
    const std::set<std::vector<double>> different = {losses(0, 1), losses(1, 1), losses(2, 1), losses(0, 2)};
    EXPECT_EQ(different.size(), 4u);
}

TEST(ImputationPlan, DerivedVariablesAreMadeAgainAndItemsFollowEachOther) {
    Hierarchy hierarchy = made_up();
    Diagnostics faults;
    const YamlValue derive = parse_yaml(
        "crimes:\n  size: {groups: {small: loss < 180, large: loss >= 180}}\npersons:\n  lost: {sum: crimes, value: "
        "loss}\n",
        "design.yaml", faults);
    Codebook labels;
    derive_variables(derive, hierarchy, labels, faults);
    ASSERT_FALSE(faults.has_errors());
    // The second item uses the first one's derived size, the third a number imputed before.
    const ImputationPlan plan = plan_of(
        "crimes:\n  id: [crime]\n  loss: {classes: [type], missing_codes: [9999999], where: loss is not 0}\n"
        "  month: {classes: [size]}\n  health: {predictive_mean: {predictors: [loss]}, missing_codes: [9], where: loss "
        "is not missing}\n",
        hierarchy);
    ASSERT_EQ(plan.items.size(), 3u);
    EXPECT_EQ(plan.draws, 20u);
    std::vector<ImputationOutcome> outcomes;
    const Hierarchy completed = with_imputation(hierarchy, plan, 4, 8, &derive, &outcomes);
    const Table& crimes = completed[1].table;
    std::vector<double> lost(60, 0);
    for (std::size_t row = 0; row < 180; ++row) {
        if (crimes.at("loss").present(row)) {
            EXPECT_EQ(crimes.at("size").text(row), crimes.at("loss").number(row) < 180 ? "small" : "large");
            lost[row % 60] += crimes.at("loss").number(row);
        }
        EXPECT_TRUE(crimes.at("month").present(row));
    }
    for (std::size_t row = 0; row < 60; ++row) EXPECT_EQ(completed[0].table.at("lost").number(row), lost[row]);
    EXPECT_EQ(outcomes.size(), 3u);
    EXPECT_EQ(outcomes[1].variable, "month");
}

struct Fault {
    std::size_t line, column;
    std::string code;
    bool operator==(const Fault&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Fault& fault) {
    return out << fault.line << ":" << fault.column << " " << fault.code;
}

std::vector<Fault> faults_of(const std::string& items) {
    Diagnostics faults;
    read_imputation_plan(parse_yaml(items, "design.yaml", faults), made_up(), faults);
    std::vector<Fault> found;
    for (const Diagnostic& item : faults.items()) {
        EXPECT_FALSE(item.hint.empty()) << item.message;
        if (item.severity == Severity::error) found.push_back({item.where.line, item.where.column, item.code});
    }
    return found;
}

TEST(ImputationPlan, FaultsAreNamedAtTheirPlaces) {
    const auto item = [](const std::string& keys) {
        return faults_of("crimes:\n  id: [crime]\n  loss: {" + keys + "}\n");
    };
    using List = std::vector<Fault>;
    EXPECT_EQ(item("classes: [type]"), List{});
    EXPECT_EQ(faults_of("crime: {}\n"), (List{{1, 1, "unknown-level"}}));
    EXPECT_EQ(faults_of("[crimes]\n"), (List{{1, 1, "wrong-type"}}));
    EXPECT_EQ(faults_of("crimes: {id: [type], loss: {}}\n"), (List{{1, 14, "id-not-unique"}}));
    EXPECT_EQ(faults_of("crimes: {id: [crimee], loss: {}}\n"), (List{{1, 14, "unknown-name"}}));
    EXPECT_EQ(faults_of("crimes:\n  id: [crime]\n  age: {}\n"), (List{{3, 8, "wrong-item"}}));
    EXPECT_EQ(item("classes: [typ]"), (List{{3, 19, "unknown-name"}}));
    EXPECT_EQ(item("clases: [type]"), (List{{3, 10, "unknown-key"}}));
    EXPECT_EQ(item("method: cold_deck"), (List{{3, 18, "unknown-choice"}}));
    EXPECT_EQ(item("method: predictive_mean"), (List{{3, 9, "missing-key"}}));
    EXPECT_EQ(item("predictive_mean: {neighbours: 3}"), (List{{3, 27, "missing-key"}}));
    EXPECT_EQ(item("predictive_mean: {predictors: [age], neighbours: 0}"), (List{{3, 59, "out-of-range"}}));
    EXPECT_EQ(item("method: hot_deck, predictive_mean: {predictors: [age]}"), (List{{3, 9, "wrong-method"}}));
    EXPECT_EQ(item("classes: [type], predictive_mean: {predictors: [age]}"), (List{{3, 9, "wrong-method"}}));
    EXPECT_EQ(item("classes: [type], collapse: [region]"), (List{{3, 37, "unknown-collapse"}}));
    EXPECT_EQ(item("donors: {limit: -1}"), (List{{3, 26, "out-of-range"}}));
    EXPECT_EQ(item("draws: 0"), (List{{3, 17, "out-of-range"}}));
    EXPECT_EQ(item("where: loss < 0 or losss = 1"), (List{{3, 29, "unknown-name"}}));
    EXPECT_EQ(item("where: loss is missing"), (List{{3, 9, "no-donors"}}));
    EXPECT_EQ(item("together: [age]"), (List{{3, 9, "wrong-item"}}));
    EXPECT_EQ(faults_of("crimes:\n  id: [crime]\n  month: {predictive_mean: {predictors: [age]}}\n"),
              (List{{3, 10, "wrong-method"}}));
    EXPECT_EQ(
        faults_of("crimes:\n  id: [crime]\n  health: {predictive_mean: {predictors: [loss]}, missing_codes: [9]}\n"),
        (List{{3, 11, "missing-predictor"}}));
    EXPECT_EQ(faults_of("crimes:\n  id: [crime]\n  loss: {draws: 5}\n  month: {draws: 6}\n"),
              (List{{4, 10, "draws-differ"}}));
    // Without an id the plan is read, with a note.
    Diagnostics faults;
    read_imputation_plan(parse_yaml("crimes: {loss: {}}\n", "design.yaml", faults), made_up(), faults);
    EXPECT_FALSE(faults.has_errors());
    EXPECT_TRUE(faults.contains("no-record-id"));
}

// ENVIPE 2021: losses of 9999999 pesos are unknown. Total and mean loss with 5 imputations: the pooled error is larger
// than that of one completed file, values imputed lie in the class they belong to.
TEST(ImputationPlan, LossesOfEnvipe) {
    CIFRA_NEEDS_DATA("envipe2021");
    Diagnostics faults;
    const YamlValue design = parse_yaml(
        "data:\n  persons: {file: persons.csv, weight: FAC_ELE}\n"
        "  crimes: {file: crimes.csv, weight: FAC_DEL, parent: persons, by: [ID_PER], where: 'BPCOD != \"03\"'}\n"
        "design: {level: persons, strata: EST_DIS, psu: UPM_DIS}\n"
        "derive: {crimes: {loss: number(BP1_34)}}\n",
        "design.yaml", faults);
    const SurveyData data = read_survey_data(
        design, {testing::shared_data("envipe2021"), "", {"BPCOD", "DOMINIO", "ID_DEL", "BP1_34"}, 1}, faults);
    faults.throw_if_errors();
    const ImputationPlan plan = read_imputation_plan(
        parse_yaml("crimes:\n  id: [ID_DEL]\n  loss: {classes: [BPCOD, DOMINIO], draws: 5, where: loss is not missing, "
                   "missing_codes: [9999999], donors: {limit: 8}}\n",
                   "design.yaml", faults),
        data.hierarchy, faults);
    faults.throw_if_errors();
    const YamlValue mean = parse_yaml("{statistic: mean, of: crimes, value: loss, missing: exclude}", "t", faults);
    std::vector<Estimate> estimates;
    std::vector<ImputationOutcome> outcomes;
    for (std::size_t draw = 0; draw < plan.draws; ++draw) {
        SurveyData completed = data;
        completed.hierarchy = with_imputation(data.hierarchy, plan, draw, 2021, nullptr, &outcomes);
        const Indicator indicator = read_indicator("loss", mean, completed.hierarchy, faults);
        estimates.push_back(estimate(completed, indicator, {}, {}, faults));
    }
    faults.throw_if_errors();
    const Pooled pooled = pool(estimates);
    EXPECT_GT(outcomes[0].missing, 1000u);
    EXPECT_EQ(outcomes[0].unfilled, 0u);
    EXPECT_GT(pooled.between(0, 0), 0);
    EXPECT_GT(pooled.estimate.covariance(0, 0), pooled.within(0, 0));
    EXPECT_LT(pooled.estimate.df[0], estimates[0].df[0]);
    EXPECT_GT(pooled.missing_information[0], 0.005);
    EXPECT_LT(pooled.missing_information[0], 0.6);
    EXPECT_GT(pooled.estimate.values(0), 1000);
    EXPECT_LT(pooled.estimate.values(0), 20000);
}

}  // namespace
}  // namespace cifra
