// `chain:` of a design: standard errors of estimates against the chain taken backwards step by step (which
// chain_step_test.cpp holds against numerical derivatives), and against the design's own `calibration:`.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <sstream>

#include "engine/csv.h"
#include "estimation/variance.h"
#include "estimation/weighting/chain_files.h"
#include "estimation/weighting/chain_replicates.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/weighting/made_up_chain.h"
#include "tests/support/scratch_folder.h"

namespace cifra::testing {
namespace {

const std::string weighting = R"(
unknown_eligibility: ["9"]
groups: {old: [{code: a, when: age < 45}, {code: b, when: age >= 45}]}
compare: [area]
steps:
  - {step: eligibility, cells: [region], min_respondents: 1}
  - {step: household_nonresponse, cells: [region, area], min_respondents: 2, max_factor: 5}
  - {step: calibration, controls: {region: {N: 4200, S: 3900}, rooms: {total: 28000}},
     controls_variance: {rooms: {total: 500}}}
  - {step: person_selection, persons: PERSONS}
  - {step: nonresponse, cells: [sex], min_respondents: 2, max_factor: 5}
  - {step: raking, controls: {sex: {f: 5100, m: 5200}, old: {a: 4850, b: 5450}}}
)";

const std::string data_of_one = R"(
data:
  dwellings: {file: weights.csv, weight: household_weight}
  persons: {file: person.csv, parent: dwellings, by: {household: dwelling}, weight: person_weight}
)";
const std::string data_of_all = R"(
data:
  dwellings: {file: weights.csv, weight: household_weight}
  persons: {file: weights_persons.csv, parent: dwellings, by: {household: dwelling}, weight: person_weight}
)";
const std::string tables = R"(
indicators:
  households: {statistic: total, of: dwellings, where: area = "U"}
  old_people: {statistic: total, of: persons, value: age, interval: t}
  age: {statistic: mean, of: persons, value: age, where: person_weight > 0}
tables: [{id: t, indicators: [households, old_people, age]}]
)";

// A folder with the files of a survey and its weights.
struct Survey {
    ScratchFolder folder;
    ChainFiles files;
    WeightingInputs inputs;
    WeightingResult weighed;

    explicit Survey(bool all_persons) {
        const ChainFileTexts texts = made_up_chain(all_persons, 600);
        std::string plan = weighting;
        plan.replace(plan.find("PERSONS"), 7, all_persons ? "all" : "one");
        if (!all_persons) plan.replace(plan.find(", persons: one"), 14, "");
        for (const auto& [name, text] : {std::pair{"sample.csv", texts.sample},
                                         {"household.csv", texts.household},
                                         {"person.csv", texts.person},
                                         {"weighting.yaml", plan}})
            folder.write(name, text);
        Diagnostics faults;
        files = chain_files(read_yaml(folder.path() / "weighting.yaml", faults), folder.path(), folder.path(), faults);
        std::vector<std::filesystem::path> read;
        inputs = read_inputs(files, nullptr, read, faults);
        weighed = weigh(files.plan, inputs, faults);
        faults.throw_if_errors();
        folder.write("weights.csv", to_csv(weights_table(files.plan, inputs, weighed)));
        if (const auto persons = person_weights_table(files.plan, inputs, weighed))
            folder.write("weights_persons.csv", to_csv(*persons));
    }

    // SE of Σ w u by the chain backwards, with response estimated or fixed.
    double error(const Weights& u, bool of_persons, bool of_response) const {
        WeightingChain chain = weighed.chain;
        for (ChainStep& step : chain.steps)
            if (step.sweep && step.sweep->of_response && !of_response) step.sweep.reset();
        Weights a = of_persons ? chain.final_weights() : chain.household_weights();
        for (std::size_t k = 0; k < a.size(); ++k) a[k] *= u[k];
        const Linearized z = linearized(chain, std::move(a), of_persons);
        Diagnostics faults;
        const auto design = chain_design(files.plan, inputs, weighed.units, 1, faults);
        faults.throw_if_errors();
        SparseColumn column;
        for (std::uint32_t unit = 0; unit < design->design.units(); ++unit) {
            column.unit.push_back(unit);
            column.total.push_back(0);
        }
        for (std::size_t k = 0; k < z.by_dwelling.size(); ++k) column.total[design->unit[k]] += z.by_dwelling[k];
        double variance = variances(design->design, {column})(0);
        for (const double source : z.sources) variance += source * source;
        return std::sqrt(variance);
    }
};

Weights numbers_of(const Hierarchy& levels, std::size_t level, const std::string& name) {
    const Column& column = levels.column(level, name);
    Weights values(column.size(), 0.0);
    for (std::size_t k = 0; k < values.size(); ++k)
        if (column.present(k)) values[k] = column.number(k);
    return values;
}

void expect_chain_errors(bool all_persons, bool of_response) {
    const Survey survey(all_persons);
    const std::string design = fmt::format(
        "{}design: {{level: dwellings, strata: stratum, psu: [psu, dwelling], chain: {{plan: weighting.yaml, persons: "
        "persons, response: {}}}}}\n",
        all_persons ? data_of_all : data_of_one, of_response ? "estimated" : "fixed");
    const Table estimates = run_estimation(design, tables, survey.folder.path());
    const Hierarchy& levels = survey.weighed.units.levels;
    Weights urban;
    const Column& area = levels.column(dwelling_level, "area");
    for (std::size_t k = 0; k < area.size(); ++k) urban.push_back(area.cell(k) == "U" ? 1 : 0);
    EXPECT_NEAR(find_estimate(estimates, "households").se / survey.error(urban, false, of_response), 1, 1e-9);
    const Weights age = numbers_of(levels, person_level, "age");
    const auto total = find_estimate(estimates, "old_people"), mean = find_estimate(estimates, "age");
    EXPECT_NEAR(total.se / survey.error(age, true, of_response), 1, 1e-9);
    double size = 0;
    for (const double w : survey.weighed.chain.final_weights()) size += w;
    Weights deviation;
    for (const double y : age) deviation.push_back((y - mean.estimate) / size);
    EXPECT_NEAR(mean.se / survey.error(deviation, true, of_response), 1, 1e-9);
    EXPECT_NE(estimates.at("variance_method").text(0).find("weighting chain"), std::string::npos);
}

TEST(ChainKey, ErrorsAreThoseOfTheChainBackwards) {
    for (const bool all_persons : {false, true})
        for (const bool of_response : {false, true}) expect_chain_errors(all_persons, of_response);
}

// The replicate weights of both levels as published: those of persons know the steps of persons.
TEST(ChainKey, ReplicateFilesOfBothLevels) {
    Survey survey(false);
    Diagnostics faults;
    survey.files.plan.replicates = ReplicationPlan{ReplicationMethod::jkn, 0, 1, 0.5};
    survey.files.plan.compare = {"area", "sex"};
    const auto design = chain_design(survey.files.plan, survey.inputs, survey.weighed.units, 1, faults);
    faults.throw_if_errors();
    ErrorComparison comparison(survey.files.plan, survey.weighed.units, survey.weighed.chain, faults);
    ReplicateWeights household, person;
    const auto keep = [&](const FinalWeights& weights) {
        comparison.add(weights);
        household.push_back(weights.household);
        person.push_back(weights.person);
    };
    const ReplicatedChain replicates = replicate_chain(survey.weighed.chain, *design, 1, keep, [](double) {});
    std::ostringstream of_households, of_persons;
    write_household_replicates(survey.inputs, survey.files.plan, survey.weighed, household, of_households);
    write_person_replicates(survey.inputs, survey.weighed, person, of_persons);
    survey.folder.write("rh.csv", of_households.str());
    survey.folder.write("rp.csv", of_persons.str());
    const Table errors = comparison.table(*design, replicates.coefficients);
    std::string scales;
    for (const double c : replicates.coefficients) scales += fmt::format("{}{}", scales.empty() ? "" : ", ", c);
    const std::string design_file = fmt::format(
        "{}design: {{level: dwellings, strata: stratum, psu: [psu, dwelling], replicates: {{file: rh.csv, columns: "
        "'rw_*', "
        "method: JKn, rscales: [{}], levels: {{persons: rp.csv}}}}}}\n",
        data_of_one, scales);
    const Table estimates =
        run_estimation(design_file,
                       "indicators: {h: {statistic: total, of: dwellings}, p: {statistic: total, of: persons}}\n"
                       "tables: [{id: h, indicators: [h], by: [area]}, {id: p, indicators: [p], by: [area]}]\n",
                       survey.folder.path());
    std::size_t found = 0;
    for (std::size_t row = 0; row < errors.rows(); ++row) {
        if (errors.at("variable").text(row) != "area") continue;
        const bool persons = errors.at("weight").text(row) == "person";
        const auto se = find_estimate(estimates, persons ? "p" : "h", "area=" + errors.at("category").text(row)).se;
        EXPECT_NEAR(se / errors.at("se_replicates").number(row), 1, 1e-9) << row;
        ++found;
    }
    EXPECT_EQ(found, 4U);
}

// One calibration and nothing else: what `calibration:` gives, which R agrees with.
TEST(ChainKey, OneCalibrationIsTheCalibrationOfTheDesign) {
    ScratchFolder folder;
    std::string rows = "unit,stratum,w,x,g\n";
    for (int k = 0; k < 40; ++k)
        rows += fmt::format("u{},{},{},{},{}\n", k, k % 3, 5 + k % 4, (k * 7) % 13 + 1, k % 2 ? "a" : "b");
    folder.write("sample.csv", rows);
    const std::string controls = "controls: {g: {a: 130, b: 140}, x: {total: 1900}}";
    folder.write("weighting.yaml",
                 "household: none\nunit: unit\nbase_weight: w\nsteps: [{step: calibration, " + controls + "}]\n");
    Diagnostics faults;
    const ChainFiles files =
        chain_files(read_yaml(folder.path() / "weighting.yaml", faults), folder.path(), folder.path(), faults);
    std::vector<std::filesystem::path> read;
    const WeightingInputs inputs = read_inputs(files, nullptr, read, faults);
    const WeightingResult weighed = weigh(files.plan, inputs, faults);
    faults.throw_if_errors();
    folder.write("weights.csv", to_csv(weights_table(files.plan, inputs, weighed)));
    const std::string y =
        "indicators: {t: {statistic: total, of: units, value: x * x, interval: t}}\n"
        "tables: [{id: t, indicators: [t], by: [[], [stratum], [g]]}]\n";
    const Table chained = run_estimation(
        "data: {units: {file: weights.csv, weight: household_weight}}\n"
        "design: {strata: stratum, chain: {plan: weighting.yaml}}\n",
        y, folder.path());
    const Table calibrated = run_estimation(
        "data: {units: {file: weights.csv, weight: w}}\n"
        "design: {strata: stratum}\ncalibration: {" +
            controls + "}\n",
        y, folder.path());
    ASSERT_EQ(chained.rows(), calibrated.rows());
    ASSERT_GT(chained.rows(), 5U);
    for (std::size_t row = 0; row < chained.rows(); ++row)
        for (const char* column : {"estimate", "se"})
            EXPECT_NEAR(chained.at(column).number(row) / calibrated.at(column).number(row), 1, 1e-10) << column << row;
}

TEST(ChainKey, WeightsThatAreNotTheChainsAreRefused) {
    const Survey survey(false);
    const auto code_of = [&](const std::string& data, const std::string& chain) -> std::string {
        try {
            run_estimation(data + "design: {level: dwellings, strata: stratum, psu: [psu, dwelling], " + chain + "}\n",
                           tables, survey.folder.path());
        } catch (const InputError& error) {
            return error.diagnostics().items().front().code;
        }
        return "";
    };
    const std::string plan = "chain: {plan: weighting.yaml, persons: persons}";
    EXPECT_EQ(code_of(data_of_one, plan), "");
    EXPECT_EQ(code_of(data_of_one, "chain: {persons: persons}"), "missing-weighting");
    EXPECT_EQ(code_of(data_of_one, "chain: {plan: weighting.yaml}"), "missing-key");
    EXPECT_EQ(code_of(data_of_one, "chain: {plan: weighting.yaml, persons: people}"), "unknown-level");
    EXPECT_EQ(code_of(data_of_one, plan + ", replicates: {method: JKn}"), "chain-conflict");
    std::string doubled = data_of_one;
    doubled.replace(doubled.find("weight: household_weight"), 24, "weight: household_weight * 2");
    EXPECT_EQ(code_of(doubled, plan), "chain-mismatch");
    const std::string weights = bytes_of(survey.folder.path() / "weights.csv");
    const std::size_t first = weights.find('\n') + 1;  // a dwelling without household
    survey.folder.write("some.csv", weights.substr(0, first) + weights.substr(weights.find('\n', first) + 1));
    std::string some = data_of_one;
    some.replace(some.find("weights.csv"), 11, "some.csv");
    EXPECT_EQ(code_of(some, plan), "chain-mismatch");
}

}  // namespace
}  // namespace cifra::testing
