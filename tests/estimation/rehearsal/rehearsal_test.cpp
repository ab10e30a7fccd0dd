// The rehearsal: its tallies by hand, its truth and a draw of it against the verbs' own parts on files, a plan without
// bias, a wrong one that shows, blocks on disk.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "engine/csv.h"
#include "estimation/rehearsal/rehearse.h"
#include "sampling/draw.h"
#include "sampling/synthetic_tables.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/scratch_folder.h"

namespace cifra::testing {
namespace {

TEST(RehearsalTally, FiguresByHand) {
    RehearsalTally tally({{{"t", "x", ""}, {10, 0, 0, 0, 0, 0}}}, 0.95);
    const auto draw = [&](double estimate, double se, double lower, double upper) {
        tally.add({{estimate, se, lower, upper, 5, 2}}, {3, 12, 8, 100, 4, 1, 6});
    };
    draw(9, 1, 7, 11);
    draw(12, 2, 11, 16);  // above
    draw(6, 1, 4, 8);     // below
    const double none = std::nan("");
    tally.add({{none, none, none, none, 0, 0}}, {3, 12, 8, 100, 4, 1, 6});
    tally.add_failure("nobody");
    const Table table = tally.results();
    const auto at = [&](const char* column) { return table.at(column).number(0); };
    EXPECT_EQ(tally.draws(), 5);
    EXPECT_EQ(at("draws"), 3);
    EXPECT_DOUBLE_EQ(at("mean"), 9);
    EXPECT_DOUBLE_EQ(at("true_se"), 3);
    EXPECT_DOUBLE_EQ(at("bias_se"), -1.0 / 3);
    EXPECT_DOUBLE_EQ(at("variance_ratio"), 2.0 / 9);
    EXPECT_DOUBLE_EQ(at("coverage"), 1.0 / 3);
    EXPECT_DOUBLE_EQ(at("above"), 1.0 / 3);
    EXPECT_DOUBLE_EQ(at("below"), 1.0 / 3);
    EXPECT_DOUBLE_EQ(at("width"), 13.0 / 3);
    EXPECT_EQ(table.at("verdict").text(0), "coverage");  // 1/3 is far below; a bias cannot be told from three draws
    EXPECT_EQ(tally.workload().at("mean").number(0), 3);
}

const char* weighting = R"(
groups: {old: [{code: a, when: age < 45}, {code: b, when: age >= 45}]}
steps:
  - {step: household_nonresponse, cells: [region], min_respondents: 5, max_factor: 5}
  - {step: household_poststratification, cells: [region, area], total: households,
     benchmarks: $out/country/benchmark_households.csv}
  - {step: person_selection}
  - {step: person_nonresponse, cells: [region], min_respondents: 5, max_factor: 5}
)";

const char* section = R"(
draws: 100
households: {file: $out/country/country_households.csv, outcome: outcome, response: 'if(region = "R1", 0.6, 0.9)'}
persons: {file: $out/country/country_persons.csv, eligible: age >= 18, response: 0.9}
incidents: {file: $out/country/country_incidents.csv}
cost: {psu: 100, dwelling: 10, interview: 20}
interviewers: 5
design:
  data:
    dwellings: {file: $out/weights.csv, weight: household_weight}
    persons: {file: $out/person.csv, parent: dwellings, by: {household: dwelling}, weight: person_weight}
    crimes: {file: $out/incident.csv, parent: persons, by: [household, line]}
  design: {level: dwellings, strata: stratum, psu: [psu, dwelling], certainty: certainty, chain: {persons: persons}}
tables:
  indicators:
    victims: {statistic: prevalence, of: crimes, per: persons, scale: 100}
    adults: {statistic: total, of: persons}
    households: {statistic: total, of: dwellings}
  tables: [{id: t, indicators: [victims, adults], by: [region]}, {id: h, indicators: [households]}]
)";

// A country of two regions on disk, and the parts of its rehearsal.
struct Rehearsed {
    ScratchFolder folder;
    RehearsalPlan plan;
    SamplePlan sample;
    Frame frame;
    KnownPopulation population;
    RehearsalStage stage;

    explicit Rehearsed(const std::string& weights = weighting) {
        Diagnostics faults;
        const SyntheticPlan country_plan = read_synthetic_plan(
            parse_yaml("{regions: 2, psu_scale: 0.5, dwellings_per_psu: 40}", "synthetic.yaml", faults), faults);
        std::filesystem::create_directories(folder.path() / "country");
        for (const auto& [name, table] : country_tables(synthesize_country(country_plan, 3)))
            folder.write("country/" + name, to_csv(table));
        plan =
            read_rehearsal_plan(parse_yaml(section, "rehearsal.yaml", faults), {folder.path(), folder.path()}, faults);
        sample =
            read_plan(parse_yaml("draw: {psus: 40, take: 8, keep: [region, area]}", "sampling.yaml", faults), faults);
        frame = read_frame({folder.path() / "country/frame_psu.csv", folder.path() / "country/frame_dwelling.csv"},
                           sample.draw->stages, faults);
        stage.weighting = parse_yaml(weights, "weighting.yaml", faults);
        stage.chain = chain_files(stage.weighting, folder.path(), folder.path(), faults);
        faults.throw_if_errors();
        const auto benchmarks = folder.path() / "country/benchmark_households.csv";
        stage.benchmarks[benchmarks] = read_csv(benchmarks, {}, faults);
        population = KnownPopulation::read(plan, stage.chain.plan, sample.draw->person, folder.path(), faults);
        faults.throw_if_errors();
        stage.plan = &plan;
        stage.population = &population;
        stage.frame = &frame;
        stage.draw = &*sample.draw;
        stage.mentioned = mentioned_names(plan.tables);
    }

    RehearsalTally run(std::uint64_t draws, int threads, const std::string& blocks, const std::string& key = "k") {
        plan.draws = draws;
        return rehearse(stage, true_values(stage), {5, threads, folder.path() / blocks, key, [](double) {}});
    }
};

double value_of(const std::vector<std::pair<EstimateKey, CellResult>>& cells, const EstimateKey& key) {
    for (const auto& [each, result] : cells)
        if (each == key) return result.estimate;
    return std::nan("");
}

TEST(Rehearsal, TheTruthIsTheCountrys) {
    const Rehearsed rehearsed;
    Diagnostics faults;
    const Table truth = read_csv(rehearsed.folder.path() / "country/truth.csv", {}, faults);
    const auto cells = true_values(rehearsed.stage).cells;
    std::size_t found = 0;
    for (std::size_t row = 0; row < truth.rows(); ++row) {
        const std::string indicator = truth.at("indicator").text(row), domain = truth.at("domain").cell(row);
        if (indicator != "persons_18plus" || !domain.empty()) continue;
        ++found;
        EXPECT_EQ(value_of(cells, {"t", "adults", ""}), truth.at("value").number(row));
    }
    EXPECT_EQ(found, 1U);
    EXPECT_GT(value_of(cells, {"t", "victims", "region=R2"}), 1);
}

// The files of a draw written out and estimated as files.
TEST(Rehearsal, ADrawIsWhatTheVerbsMakeOfItsFiles) {
    Rehearsed rehearsed;
    const RehearsedDraw draw = rehearse_once(rehearsed.stage, 5, 3);
    ASSERT_EQ(draw.failure, "");
    const std::uint64_t own = stable_hash("5:3");
    const DrawnSample sample = draw_sample(*rehearsed.stage.draw, rehearsed.frame, own);
    const TablesInMemory tables = rehearsed.population.fieldwork(sample.sample, own);
    for (const auto& [file, table] : tables) rehearsed.folder.write(file.filename().string(), to_csv(table));
    std::vector<std::filesystem::path> read;
    Diagnostics faults;
    const WeightingInputs inputs = read_inputs(rehearsed.stage.chain, nullptr, read, faults);
    const WeightingResult weighed = weigh(rehearsed.stage.chain.plan, inputs, faults);
    faults.throw_if_errors();
    rehearsed.folder.write("weights.csv", to_csv(weights_table(rehearsed.stage.chain.plan, inputs, weighed)));
    rehearsed.folder.write("weighting.yaml", weighting);
    std::string text = section;
    text = text.substr(text.find("design:\n"));
    const std::size_t middle = text.find("tables:\n");
    const auto unindented = [](std::string part) {
        std::string result;
        for (std::size_t at = part.find('\n') + 1; at < part.size();) {
            const std::size_t end = part.find('\n', at);
            result += part.substr(at + 2, end - at - 1);
            at = end + 1;
        }
        return result;
    };
    std::string design = unindented(text.substr(0, middle));
    design.replace(design.find("chain: {"), 8, "chain: {plan: weighting.yaml, ");
    const Table estimates = run_estimation(design, unindented(text.substr(middle)), rehearsed.folder.path());
    ASSERT_EQ(estimates.rows(), draw.cells.size());
    ASSERT_GT(estimates.rows(), 5U);
    for (std::size_t row = 0; row < estimates.rows(); ++row) {
        EXPECT_EQ(estimates.at("estimate").number(row), draw.cells[row].second.estimate);
        if (!estimates.at("se").present(row)) continue;
        EXPECT_EQ(estimates.at("se").number(row), draw.cells[row].second.se);
    }
    EXPECT_EQ(draw.work.psus, 40);
    EXPECT_EQ(draw.work.cost, 100 * 40 + 10 * draw.work.dwellings + 20 * draw.work.interviews);
}

TEST(Rehearsal, ResponseAtRandomWithinCellsLeavesNoBias) {
    Rehearsed rehearsed;
    const Table results = rehearsed.run(200, 2, "blocks").results();
    for (std::size_t row = 0; row < results.rows(); ++row) {
        EXPECT_EQ(results.at("draws").number(row), 200);
        if (!results.at("bias_se").present(row)) continue;
        EXPECT_LT(std::abs(results.at("bias_se").number(row)), 4 / std::sqrt(200.0));
        EXPECT_GT(results.at("coverage").number(row), 0.87);
    }
    // Without the adjustment the regions' numbers of adults are far off.
    std::string unadjusted = weighting;
    unadjusted.replace(unadjusted.find("  - {step: person_nonresponse"), std::string::npos, "");
    Rehearsed wrong(unadjusted);
    const Table told = wrong.run(50, 2, "unadjusted").results();
    std::size_t biased = 0;
    for (std::size_t row = 0; row < told.rows(); ++row)
        biased += told.at("indicator").text(row) == "adults" && told.at("verdict").text(row).starts_with("bias");
    EXPECT_EQ(biased, 3U);
}

TEST(Rehearsal, ThreadsAndInterruptionsDoNotMatter) {
    Rehearsed rehearsed;
    const std::string one = to_csv(rehearsed.run(100, 1, "one").results());
    EXPECT_EQ(one, to_csv(rehearsed.run(100, 2, "two").results()));
    EXPECT_NE(one, to_csv(rehearsed.run(50, 2, "more").results()));
    std::filesystem::remove(rehearsed.folder.path() / "two/work_00000.csv");
    EXPECT_EQ(one, to_csv(rehearsed.run(100, 2, "more").results()));
    EXPECT_EQ(one, to_csv(rehearsed.run(100, 2, "two").results()));
    const auto block = rehearsed.folder.path() / "one/draws_00000.csv";
    const std::string bytes = bytes_of(block);
    rehearsed.run(50, 1, "one", "another plan");
    EXPECT_FALSE(std::filesystem::exists(rehearsed.folder.path() / "one/draws_00001.csv"));
    EXPECT_EQ(bytes, bytes_of(block));
}

}  // namespace
}  // namespace cifra::testing
