// Every step taken backwards against the numerical derivative of the same step taken forwards, and chains of them on a
// made-up sample: known totals met, replicates of factor 1, scale, all persons of a household.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "estimation/weighting/chain.h"
#include "estimation/weighting/chain_replicates.h"
#include "estimation/weighting/response.h"
#include "tests/estimation/oracle_table.h"
#include "tests/estimation/weighting/made_up_chain.h"

namespace cifra {
namespace {

const std::string groups = "groups: {old: [{code: a, when: age < 45}, {code: b, when: age >= 45}]}\n";

struct Example {
    WeightingPlan plan;
    WeightingInputs inputs;
    WeightingResult result;
};

Example run(const std::string& steps, bool all_persons = false, unsigned dwellings = 60) {
    Diagnostics faults;
    Example run;
    const testing::ChainFileTexts files = testing::made_up_chain(all_persons, dwellings);
    run.plan = read_weighting(
        parse_yaml("unknown_eligibility: [\"9\"]\n" +
                       (steps.find("person_selection") != std::string::npos ? groups : "") + "steps:\n" + steps,
                   "weighting.yaml", faults),
        {}, faults);
    faults.throw_if_errors();
    run.inputs = {table_from(files.sample, "sample.csv"),
                  table_from(files.household, "household.csv"),
                  table_from(files.person, "person.csv"),
                  {{"households.csv", table_from("region,total\nN,420\nS,390\n", "households.csv")},
                   {"sizes.csv", table_from("region,total\nN,7000\nS,6800\n", "sizes.csv")}}};
    run.result = weigh(run.plan, run.inputs, faults);
    faults.throw_if_errors();
    return run;
}

// y of each final unit, some pattern without meaning.
double value(std::size_t k) { return static_cast<double>((k * 37) % 11) + 0.25; }

double total(const WeightingChain& chain, const Weights& base) {
    const FinalWeights weights = take_steps(chain, base);
    const Weights& w = chain.weighs_persons() ? weights.person : weights.household;
    double sum = 0;
    for (std::size_t k = 0; k < w.size(); ++k) sum += w[k] * value(k);
    return sum;
}

void expect_derivatives(const std::string& steps, bool all_persons = false, double tolerance = 2e-6) {
    const WeightingChain chain = run(steps, all_persons).result.chain;
    Weights a = chain.final_weights();
    for (std::size_t k = 0; k < a.size(); ++k) a[k] *= value(k);
    const Weights z = linearized(chain, a, chain.weighs_persons()).by_dwelling;
    ASSERT_EQ(z.size(), chain.base.size());
    const double h = 1e-5;
    for (std::size_t k = 0; k < z.size(); ++k) {
        Weights up = chain.base, down = chain.base;
        up[k] *= 1 + h, down[k] *= 1 - h;
        const double derivative = (total(chain, up) - total(chain, down)) / (2 * h);
        EXPECT_NEAR(z[k], derivative, tolerance * (std::abs(z[k]) + 10)) << steps << " unit " << k;
    }
}

const std::string eligibility = "  - {step: eligibility, cells: [region], min_respondents: 1}\n";
const std::string nonresponse =
    "  - {step: household_nonresponse, cells: [region, area], min_respondents: 2, max_factor: 5}\n";
const std::string households = "  - {step: poststratification, cells: [region], benchmarks: households.csv}\n";
const std::string one_person = "  - {step: person_selection, cap: 2}\n";
const std::string all = "  - {step: person_selection, persons: all}\n";
const std::string person_nonresponse = "  - {step: nonresponse, cells: [sex], min_respondents: 2, max_factor: 5}\n";
const std::string raking = "  - {step: raking, controls: {sex: {f: 500, m: 520}, old: {a: 480, b: 540}}}\n";

const std::string linear =
    "  - {step: calibration, controls: {sex: {f: 500, m: 520}, old: {a: 480, b: 540}, age: {total: 45000}}}\n";

// Of methods whose derivative is that of their residuals: F linear, or one margin.
TEST(ChainSteps, BackwardsIsTheDerivativeOfForwards) {
    expect_derivatives(nonresponse);
    expect_derivatives(eligibility + nonresponse);
    expect_derivatives(nonresponse + households);
    expect_derivatives("  - {step: multiplicity, links: lines}\n  - {step: subsampling, factor: found}\n" +
                       nonresponse);
    expect_derivatives("  - {step: calibration, controls: {region: {N: 420, S: 390}, rooms: {total: 2600}}}\n");
    expect_derivatives(
        "  - {step: calibration, method: logit, bounds: [0.3, 4], controls: {area: {U: 400, R: 410}}}\n");
    expect_derivatives(eligibility + nonresponse + households + one_person + person_nonresponse + linear);
    expect_derivatives(eligibility + nonresponse + households + all + person_nonresponse + linear, true);
}

TEST(ChainSteps, FirstStageRatioMeetsTheFrame) {
    const std::string ratio = "  - {step: first_stage_ratio, cells: [region], size: psu_size, benchmarks: sizes.csv}\n";
    // Replicates move whole PSUs, so the derivative is by PSU.
    const WeightingChain chain = run(ratio).result.chain;
    Weights a = chain.final_weights();
    for (std::size_t k = 0; k < a.size(); ++k) a[k] *= value(k);
    const Weights z = linearized(chain, a, false).by_dwelling;
    for (std::size_t psu = 0; psu < 12; ++psu) {
        Weights up = chain.base, down = chain.base;
        double expected = 0;
        for (std::size_t k = psu * 5; k < psu * 5 + 5; ++k) up[k] *= 1.00001, down[k] *= 0.99999, expected += z[k];
        EXPECT_NEAR(expected, (total(chain, up) - total(chain, down)) / 2e-5, 1e-5 * (std::abs(expected) + 10)) << psu;
    }
}

TEST(ChainSteps, ReplicateOfFactorOneIsTheSample) {
    const Example whole = run(eligibility + nonresponse + households + one_person + person_nonresponse + raking);
    const FinalWeights again = take_steps(whole.result.chain, whole.result.chain.base);
    EXPECT_EQ(again.household, whole.result.chain.household_weights());
    EXPECT_EQ(again.person, whole.result.chain.final_weights());
}

TEST(ChainSteps, ScaleOfBaseWeightsDoesNotMatterUnderKnownTotals) {
    const Example whole = run(nonresponse + households + one_person + person_nonresponse + raking);
    Weights base = whole.result.chain.base;
    for (double& w : base) w *= 3;
    const FinalWeights scaled = take_steps(whole.result.chain, base);
    for (std::size_t k = 0; k < scaled.person.size(); ++k)
        EXPECT_NEAR(scaled.person[k], whole.result.chain.final_weights()[k], 1e-7) << k;
}

double sum_where(const Table& table, const char* column, const char* code, const char* weight) {
    double sum = 0;
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (table.at(column).present(row) && table.at(column).cell(row) == code) sum += table.at(weight).number(row);
    return sum;
}

TEST(ChainSteps, MarginsOfAllPersonsAreMet) {
    const Example whole = run(nonresponse + all + person_nonresponse + raking, true);
    const auto table = person_weights_table(whole.plan, whole.inputs, whole.result);
    ASSERT_TRUE(table.has_value());
    EXPECT_NEAR(sum_where(*table, "sex", "f", "person_weight"), 500, 1e-6);
    EXPECT_NEAR(sum_where(*table, "sex", "m", "person_weight"), 520, 1e-6);
    EXPECT_FALSE(weights_table(whole.plan, whole.inputs, whole.result).has("person_weight"));
}

TEST(ChainSteps, IntegratedCalibrationGivesAHouseholdOneFactor) {
    const Example whole = run(nonresponse +
                                  "  - {step: household_calibration, of: persons, controls: {sex: {f: 700, m: 690}, "
                                  "region: {N: 700, S: 690}}}\n" +
                                  all,
                              true);
    const auto table = person_weights_table(whole.plan, whole.inputs, whole.result);
    // Nonrespondents of a household are of the population too: before person nonresponse the margins hold over all.
    const auto& units = whole.result.units;
    const Weights& w = whole.result.chain.after[whole.result.chain.household_steps];
    std::map<std::string, double> sums;
    for (std::size_t k = 0; k < w.size(); ++k) {
        sums[units.levels.column(person_level, "sex").cell(k)] += w[k];
        EXPECT_EQ(w[k], whole.result.chain.household_weights()[units.dwelling[k]]);
    }
    EXPECT_NEAR(sums["f"], 700, 1e-6);
    EXPECT_NEAR(sums["m"], 690, 1e-6);
}

TEST(ChainSteps, TrimmingKeepsTheSumOfItsCellOrTheControls) {
    const Example cells =
        run(nonresponse + households + "  - {step: trimming, rule: median, upper: 1.2, cells: [region]}\n");
    const Weights& before = cells.result.chain.after[cells.result.chain.after.size() - 2];
    const Weights& after = cells.result.chain.final_weights();
    EXPECT_LT(*std::max_element(after.begin(), after.end()), *std::max_element(before.begin(), before.end()));
    const Table table = weights_table(cells.plan, cells.inputs, cells.result);
    EXPECT_NEAR(sum_where(table, "region", "N", "household_weight"), 420, 1e-9);
    const Example controls = run(nonresponse + one_person + person_nonresponse + raking +
                                 "  - {step: trimming, rule: mean, upper: 1.7, keep: controls}\n");
    const AuditRecord& last = controls.result.audit.back();
    EXPECT_GT(last.merged, 0u);
    double women = 0;
    const Column& sex = controls.result.units.levels.column(person_level, "sex");
    for (std::size_t k = 0; k < sex.size(); ++k)
        if (sex.present(k) && sex.cell(k) == "f") women += controls.result.chain.final_weights()[k];
    EXPECT_NEAR(women, 500, 1e-6);
}

TEST(ChainSteps, TrimmingByMeanSquaredErrorTakesItsBestCandidate) {
    const std::string before = nonresponse + one_person + person_nonresponse + raking;
    const auto trimmed = [&](const std::string& keys) {
        return run(before + "  - {step: trimming, rule: mean, " + keys + "}\n");
    };
    const Example chosen = trimmed("upper: [1.5, 2, 3], minimize: [age, 'if(sex = \"f\", 1, 0)']");
    std::map<std::string, double> mse;
    for (const AuditRecord& record : chosen.result.audit)
        if (record.step == "trimming" && !record.cell.empty()) mse[record.cell] = record.factor;
    ASSERT_EQ(mse.size(), 4U);
    EXPECT_EQ(mse["upper=inf"], 1);
    const auto best =
        std::min_element(mse.begin(), mse.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    const Weights expected = best->first == "upper=inf"
                                 ? run(before).result.chain.final_weights()
                                 : trimmed("upper: " + best->first.substr(6)).result.chain.final_weights();
    EXPECT_EQ(chosen.result.chain.final_weights(), expected);
}

TEST(ChainSteps, PropensityClassesKeepTheWeightOfTheEligible) {
    const Example classes =
        run("  - {step: nonresponse, propensity: {predictors: [region, area], classes: 3}, min_respondents: 2, "
            "max_factor: 5}\n");
    const auto& audit = classes.result.audit;
    EXPECT_NEAR(audit.back().after.sum, audit[1].after.sum, 1e-9);
    const Example inverse = run("  - {step: nonresponse, propensity: {predictors: [region, area], classes: 0}}\n");
    for (std::size_t k = 0; k < inverse.result.chain.base.size(); ++k) {
        const double w = inverse.result.chain.final_weights()[k];
        EXPECT_TRUE(w == 0 || w > inverse.result.chain.base[k]) << k;
    }
}

TEST(ChainSteps, OutcomeRatesOfTheDispositions) {
    Diagnostics faults;
    Example run;
    const testing::ChainFileTexts files = testing::made_up_chain(false, 60);
    run.plan =
        read_weighting(parse_yaml("dispositions: {\"1\": \"1.1\", \"2\": \"2.11\", \"4\": \"4.6\", \"9\": \"3.1\"}\n"
                                  "steps: [{step: eligibility, min_respondents: 1}, {step: nonresponse, cells: "
                                  "[region], min_respondents: 1}]\n",
                                  "w.yaml", faults),
                       {}, faults);
    run.inputs = {table_from(files.sample, "sample.csv"), table_from(files.household, "household.csv"), {}, {}};
    run.result = weigh(run.plan, run.inputs, faults);
    faults.throw_if_errors();
    const Table rates = outcome_rate_table(run.plan, run.result.units);
    std::map<std::string, double> count;
    for (const std::string& outcome : run.result.units.outcome) ++count[outcome];
    const double e = (count["1"] + count["2"]) / (count["1"] + count["2"] + count["4"]);
    EXPECT_DOUBLE_EQ(rates.at("unweighted").number(0), count["1"] / (60 - count["4"]));
    EXPECT_DOUBLE_EQ(rates.at("unweighted").number(2), count["1"] / (count["1"] + count["2"] + e * count["9"]));
    const Table response = response_table(run.plan, run.result.units, faults);
    EXPECT_EQ(response.at("variable").text(0), "region");
    EXPECT_EQ(response.at("variable").text(3), "r_indicator");
    EXPECT_GT(response.at("all").number(3), 0.5);
}

TEST(ChainSteps, RefuseWhatTheyCannotDo) {
    const auto has_fault = [](const std::string& steps, const std::string& code) {
        try {
            run(steps);
        } catch (const InputError& error) {
            return error.diagnostics().contains(code);
        }
        return false;
    };
    EXPECT_TRUE(has_fault("  - {step: multiplicity, links: lines - 1}\n", "bad-factor"));
    EXPECT_TRUE(has_fault("  - {step: person_selection, probability: age / 20}\n", "bad-factor"));
    EXPECT_TRUE(has_fault("  - {step: trimming, rule: mean, upper: 2, keep: controls}\n", "step-order"));
    EXPECT_TRUE(has_fault("  - {step: household_calibration, of: persons, controls: {sex: {f: 1}}}\n", "step-order"));
    EXPECT_TRUE(has_fault("  - {step: poststratification, cells: [sex], benchmarks: households.csv}\n" + one_person,
                          "unknown-variable"));
    EXPECT_TRUE(has_fault("  - {step: calibration, controls: {area: {U: 400}}}\n", "category-without-control"));
}

// ---- replicates of the whole chain

struct Replicated {
    std::vector<FinalWeights> weights;
    ReplicatedChain chain;
};

Replicated replicate(const Example& whole, const ChainDesign& design, int threads) {
    Replicated replicates;
    replicates.chain = replicate_chain(
        whole.result.chain, design, threads,
        [&](const FinalWeights& weights) { replicates.weights.push_back(weights); }, [](double) {});
    return replicates;
}

Table errors_of(Example& whole, const std::string& method, std::size_t count, int threads = 1,
                const std::string& compare = "area") {
    Diagnostics faults;
    whole.plan.replicates = ReplicationPlan{replication_from_text(method), count, 5, 0.5};
    whole.plan.compare = {compare};
    const auto design = chain_design(whole.plan, whole.inputs, whole.result.units, 5, faults);
    faults.throw_if_errors();
    const Replicated replicates = replicate(whole, *design, threads);
    ErrorComparison comparison(whole.plan, whole.result.units, whole.result.chain, faults);
    faults.throw_if_errors();
    for (const FinalWeights& weights : replicates.weights) comparison.add(weights);
    return comparison.table(*design, replicates.chain.coefficients);
}

// The jackknife of a total without estimated steps is the linearized variance, exactly.
TEST(ChainReplicates, JackknifeOfBaseWeightsIsTheLinearizedError) {
    Example whole = run("  - {step: multiplicity, links: lines}\n");
    const Table errors = errors_of(whole, "JKn", 0);
    ASSERT_EQ(errors.rows(), 2U);
    for (std::size_t row = 0; row < 2; ++row) EXPECT_NEAR(errors.at("ratio").number(row), 1, 1e-12) << row;
}

TEST(ChainReplicates, BothErrorsOfTheWholeChainAgree) {
    Example whole = run(eligibility + "  - {step: nonresponse, cells: [region]}\n" + one_person +
                            "  - {step: nonresponse, cells: [region]}\n"
                            "  - {step: raking, controls: {sex: {f: 5100, m: 5200}, old: {a: 4850, b: 5450}}}\n",
                        false, 600);
    for (const char* method : {"JKn", "rao_wu", "rwyb", "antal_tille"}) {
        const Table errors = errors_of(whole, method, std::string(method) == "JKn" ? 0 : 2000);
        for (std::size_t row = 0; row < errors.rows(); ++row)
            EXPECT_NEAR(errors.at("ratio").number(row), 1, 0.08) << method << " " << row;
    }
}

// The total of a control that is an estimate has the error of that control, and what depends on it more than half of
// it.
TEST(ChainReplicates, ErrorsOfEstimatedControls) {
    const std::string controls = "controls: {region: {N: 4200, S: 3900}}";
    const std::string errors = ", controls_variance: {region: {N: 300, S: 200}}";
    const auto run_with = [&](const std::string& more, const char* compare, const char* method) {
        Example whole = run("  - {step: calibration, " + controls + more + "}\n", false, 600);
        return errors_of(whole, method, std::string(method) == "JKn" ? 0 : 400, 1, compare);
    };
    for (const char* method : {"JKn", "rao_wu"}) {
        const Table region = run_with(errors, "region", method);
        ASSERT_EQ(region.rows(), 2U);
        for (const char* column : {"se_linearized", "se_replicates"}) {
            EXPECT_NEAR(region.at(column).number(0), 300, 1e-6) << method << column;
            EXPECT_NEAR(region.at(column).number(1), 200, 1e-6) << method << column;
        }
        const Table known = run_with("", "area", method), estimated = run_with(errors, "area", method);
        for (std::size_t row = 0; row < 2; ++row) {
            EXPECT_GT(estimated.at("se_linearized").number(row), 1.2 * known.at("se_linearized").number(row));
            EXPECT_NEAR(estimated.at("ratio").number(row), 1, 0.1) << method << row;
        }
    }
}

// The factors in one replicate of the dwellings of a sample, by their id.
std::map<std::string, double> factors_by_id(const Example& whole, const Table& sample, ReplicationMethod method) {
    Diagnostics faults;
    WeightingPlan plan = whole.plan;
    plan.replicates = ReplicationPlan{method, 20, 5, 0.5};
    WeightingInputs inputs;
    inputs.sample = sample;
    WeightingUnits units;
    units.file_row.resize(sample.rows());
    std::iota(units.file_row.begin(), units.file_row.end(), std::size_t{0});
    const auto design = chain_design(plan, inputs, units, 5, faults);
    faults.throw_if_errors();
    std::vector<double> by_unit(design->factors->units());
    design->factors->of(7, by_unit);
    std::map<std::string, double> result;
    for (std::size_t k = 0; k < sample.rows(); ++k) result[sample.at("dwelling").cell(k)] = by_unit[design->unit[k]];
    return result;
}

std::vector<std::size_t> rows_where(const Table& table, const char* column, const std::string& code, bool equal) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < table.rows(); ++row)
        if ((table.at(column).cell(row) == code) == equal) rows.push_back(row);
    return rows;
}

TEST(ChainReplicates, AnotherStratumLeavesTheFactorsOfTheOthersAlone) {
    const Example whole = run("  - {step: multiplicity, links: lines}\n");
    const Table& sample = whole.inputs.sample;
    const auto all = factors_by_id(whole, sample, ReplicationMethod::rao_wu);
    const auto alone =
        factors_by_id(whole, sample.pick(rows_where(sample, "stratum", "1", true)), ReplicationMethod::rao_wu);
    ASSERT_EQ(alone.size(), 30U);
    for (const auto& [id, factor] : alone) EXPECT_EQ(factor, all.at(id)) << id;
    EXPECT_TRUE(std::any_of(alone.begin(), alone.end(), [](const auto& entry) { return entry.second != 1; }));
}

// Within a PSU the factors of two dwellings differ by those of the second stage, which are keyed by the PSU's code.
TEST(ChainReplicates, AnotherPsuLeavesTheSecondStageOfTheOthersAlone) {
    Example whole = run("  - {step: multiplicity, links: lines}\n");
    Diagnostics faults;
    whole.plan.design = parse_yaml("{strata: stratum, psu: [psu, dwelling], fpc: [f1, f2]}", "design.yaml", faults);
    Table& sample = whole.inputs.sample;
    for (const char* fraction : {"f1", "f2"})
        sample.set(fraction, Column::of_numbers(std::vector<double>(sample.rows(), 0.5)));
    const auto all = factors_by_id(whole, sample, ReplicationMethod::rwyb);
    const auto fewer =
        factors_by_id(whole, sample.pick(rows_where(sample, "psu", "p0", false)), ReplicationMethod::rwyb);
    for (unsigned psu = 1; psu < 12; ++psu)
        for (unsigned k = 1; k < 5; ++k) {
            const std::string first = fmt::format("d{:03}", psu * 5), other = fmt::format("d{:03}", psu * 5 + k);
            EXPECT_NEAR(fewer.at(other) * all.at(first), all.at(other) * fewer.at(first), 1e-12) << other;
        }
}

TEST(ChainReplicates, ThreadsDoNotMatter) {
    Example whole = run(nonresponse + households);
    const Table one = errors_of(whole, "rao_wu", 40, 1), two = errors_of(whole, "rao_wu", 40, 2);
    for (std::size_t row = 0; row < one.rows(); ++row)
        EXPECT_EQ(one.at("se_replicates").number(row), two.at("se_replicates").number(row));
}

// Adds a step that some replicates cannot take: those without `units`.
void add_fragile_step(Example& whole, std::vector<std::size_t> units) {
    WeightingChain& chain = whole.result.chain;
    const auto take = [units](const Weights& w, const ControlShift&) {
        if (std::all_of(units.begin(), units.end(), [&](std::size_t k) { return w[k] == 0; })) throw Refusal("nobody");
        return w;
    };
    chain.steps.push_back({"fragile", take, std::nullopt});
    chain.after.push_back(chain.household_weights());
    chain.household_steps = chain.steps.size();
}

TEST(ChainReplicates, ThoseThatCannotBeMadeAreCounted) {
    Example whole = run("  - {step: multiplicity, links: lines}\n");
    const Weights& w = whole.result.chain.final_weights();
    std::vector<std::size_t> some;  // responding units of four PSUs of one stratum
    for (std::size_t k = 0; k < 20; ++k)
        if (w[k] > 0) some.push_back(k);
    add_fragile_step(whole, some);
    Diagnostics faults;
    whole.plan.replicates = ReplicationPlan{ReplicationMethod::rao_wu, 400, 5, 0.5};
    const auto design = chain_design(whole.plan, whole.inputs, whole.result.units, 5, faults);
    const Replicated replicates = replicate(whole, *design, 1);
    const std::size_t failed = replicates.chain.failures.size();
    EXPECT_GT(failed, 0U);
    EXPECT_EQ(failed + replicates.weights.size(), 400U);
    EXPECT_DOUBLE_EQ(replicates.chain.coefficients.front(), 1 / static_cast<double>(400 - failed));
    Example jackknifed = run("  - {step: multiplicity, links: lines}\n");
    add_fragile_step(jackknifed, {some.front()});
    EXPECT_THROW(errors_of(jackknifed, "JKn", 0), Refusal);
}

}  // namespace
}  // namespace cifra
