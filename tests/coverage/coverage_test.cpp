// The Monte Carlo in small: that a draw is estimated as the verb estimates its files, and that a wrong variance shows.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "engine/csv.h"
#include "estimation/tabulate.h"
#include "tests/coverage/report.h"
#include "tests/coverage/scenarios.h"
#include "tests/support/inclusion_check.h"

namespace cifra::coverage {
namespace {

Scenario scenario(const std::string& name) {
    for (Scenario each : scenarios())
        if (each.name == name) {
            each.psu_scale = std::min(each.psu_scale, 1.0);
            return each;
        }
    throw std::runtime_error("no scenario " + name);
}

class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("cifra_coverage_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// The two samples of a draw as files w1/ and w2/.
void write_samples(const Experiment& experiment, std::uint64_t draw, const std::filesystem::path& folder) {
    const std::uint64_t seed = experiment.seed_of(draw);
    const std::vector<WaveSample> samples = experiment.sampler().draw(seed);
    for (std::size_t w = 0; w < 2; ++w) {
        const std::filesystem::path to = folder / ("w" + std::to_string(w + 1));
        std::filesystem::create_directories(to);
        for (const auto& [name, table] : sample_tables(experiment.populations()[w].country, experiment.sampler(),
                                                       samples[w], experiment.scenario().rotation.one_adult, seed))
            std::ofstream(to / name) << to_csv(table);
    }
}

std::string design_text(bool fpc) {
    const std::string stages = fpc ? "psu: [psu, household], fpc: [N_psu, N_dwelling]" : "psu: psu";
    return "data:\n"
           "  households: {file: households.csv, weight: weight}\n"
           "  persons: {file: persons.csv, parent: households, by: [household], weight: weight}\n"
           "  crimes: {file: incidents.csv, parent: persons, by: [household, line], weight: weight}\n"
           "design: {level: households, strata: stratum, " +
           stages +
           "}\n"
           "derive: {persons: {young: {groups: {women: sex = 2 and age < 30}}}}\n";
}

std::string tables_text() {
    std::string text = "period: \"2\"\nwaves:\n  \"1\": {design: design.yaml, folder: ../w1}\nindicators:\n", all;
    for (std::size_t c = 0; c < levels; ++c) {
        const std::string person(crime_ids()[personal_crime[c]]), home(crime_ids()[household_crime[c]]);
        const std::string n = std::to_string(c);
        text += "  total" + n + ": {statistic: total, of: crimes, where: crime = \"" + person + "\"}\n";
        text += "  rate" + n + ": {statistic: incidence, of: crimes, where: 'crime in [\"" + person + "\", \"" + home +
                "\"]', per: persons, scale: 1000}\n";
        text += "  share" + n + ": {statistic: prevalence, of: crimes, where: crime = \"" + person +
                "\", per: persons, scale: 100}\n";
        all += "total" + n + ", rate" + n + ", share" + n + ", ";
    }
    text += "  people0: {statistic: total, of: persons}\n";
    const std::string list = "[" + all + "people0], by: [sex, region, young]";
    text += "tables: [{id: x, indicators: " + list + "}]\nchanges:\n";
    text += "  - {id: d, indicators: " + list + ", from: \"1\"}\n";
    return text + "  - {id: p, indicators: " + list + ", from: \"1\", measure: percent}\n";
}

struct Published {
    std::map<std::pair<std::string, std::string>, std::size_t> row;
    Table table;
    Published(Table from, const std::string& id_column, const std::string& id) : table(std::move(from)) {
        for (std::size_t r = 0; r < table.rows(); ++r)
            if (table.at(id_column).text(r) == id) row[{table.at("indicator").text(r), table.at("domain").text(r)}] = r;
    }
    // NaN where the row or its cell is missing.
    double at(const std::string& indicator, const std::string& domain, const char* column) const {
        const auto found = row.find({indicator, domain});
        if (found == row.end()) return missing_number;
        const Column& cells = table.at(column);
        return cells.present(found->second) ? cells.number(found->second) : missing_number;
    }
};

constexpr const char* ids[kinds] = {"total", "rate", "share", "people"};
constexpr const char* cells[domains] = {"", "sex=2", "region=R5", "young=women"};

void expect_close(double actual, double expected, const std::string& what) {
    if (std::isnan(expected) && std::isnan(actual)) return;
    EXPECT_NEAR(actual, expected, 1e-9 * std::max(1.0, std::abs(expected))) << what;
}

struct Run {
    Table estimates, changes;
};

Run run_verb(const Experiment& experiment, const std::filesystem::path& folder) {
    Diagnostics faults;
    std::ofstream(folder / "w2" / "design.yaml") << design_text(experiment.scenario().fpc);
    const YamlValue design = read_yaml(folder / "w2" / "design.yaml", faults);
    std::ofstream(folder / "w2" / "tables.yaml") << tables_text();
    const YamlValue tables = read_yaml(folder / "w2" / "tables.yaml", faults);
    const SurveyData data = read_survey_data(design, {folder / "w2", folder, mentioned_names(tables), 1, 1}, faults);
    faults.throw_if_errors();
    const TabulationPlan plan = read_tabulation_plan(tables, data, faults);
    faults.throw_if_errors();
    const Tabulation tabulation = tabulate_all(data, plan, {}, faults);
    Run run{tabulation.estimates, {}};
    for (auto& [name, table] : tabulate_rest(data, plan, tabulation, 1, faults))
        if (name == "changes.csv") run.changes = std::move(table);
    faults.throw_if_errors();
    return run;
}

// Every number of one draw, of the second wave and of the change. Returns how many statistics had cases in both waves.
std::size_t compare_with_the_verb(const Experiment& experiment, std::uint64_t draw) {
    const Folder folder;
    write_samples(experiment, draw, folder.path());
    const Run run = run_verb(experiment, folder.path());
    const Published estimates(run.estimates, "table", "x"), differences(run.changes, "id", "d"),
        percents(run.changes, "id", "p");
    const auto waves = experiment.draw(draw);
    const ChangeTools tools(waves);
    std::size_t compared = 0;
    for (std::size_t k = 0; k < kinds; ++k)
        for (std::size_t c = 0; c < levels && exists(k, c); ++c)
            for (std::size_t d = 0; d < domains; ++d) {
                const Cell& cell = waves[1].cells[k][c][d];
                const std::string id = ids[k] + std::to_string(c), what = id + " " + cells[d];
                if (cell.cases == 0 || waves[0].cells[k][c][d].cases == 0) continue;
                ++compared;
                const auto expect = [&](const char* column, double value) {
                    expect_close(value, estimates.at(id, cells[d], column), what + " " + column);
                };
                const Interval limits = interval(input_of(cell, IntervalKind::automatic));
                expect("estimate", cell.value);
                expect("se", cell.has_se() ? std::sqrt(cell.variance) : missing_number);
                expect("df", cell.df);
                expect("n", cell.n);
                expect("n_cases", cell.cases);
                expect("lower", limits.lower);
                expect("upper", limits.upper);
                const CellPlace place{k, c, d};
                const double df = tools.union_df(waves[0].at(place), waves[1].at(place));
                const Change change = change_of(waves, tools, place, df, Overlap::common_psus);
                for (const auto& [row, published] :
                     {std::pair(&change.of_difference, &differences), std::pair(&change.of_percent, &percents)}) {
                    expect_close(row->se, published->at(id, cells[d], "se"), what + " change se");
                    expect_close(row->lower, published->at(id, cells[d], "lower"), what + " change lower");
                    expect_close(row->upper, published->at(id, cells[d], "upper"), what + " change upper");
                }
            }
    return compared;
}

TEST(Coverage, ADrawIsEstimatedAsTheVerbDoes) {
    std::size_t compared = 0;
    for (const char* name : {"sparse", "medium", "fpc"}) {
        SCOPED_TRACE(name);
        const Experiment experiment(scenario(name), 7);
        for (std::uint64_t draw = 0; draw < 2; ++draw) compared += compare_with_the_verb(experiment, draw);
    }
    EXPECT_GT(compared, 180u);  // of 240
}

// Whether the draws of one statistic speak against its variance: the covered ones against the binomial, and mean(V̂)
// against the variance over the draws, whose relative error is about sqrt(2 / draws).
struct Verdict {
    double tail = 1, ratio = 0;
    bool right(std::size_t draws) const {
        const double error = std::sqrt(2.0 / static_cast<double>(draws));
        return tail > 1e-4 && ratio > 1 - 4 * error && ratio < 1 / (1 - 4 * error);
    }
};

Verdict judge(const std::vector<Cell>& draws, double truth, double factor) {
    double mean = 0, squares = 0, estimated = 0;
    std::size_t covered = 0;
    for (Cell cell : draws) {
        cell.variance *= factor;
        mean += cell.value / static_cast<double>(draws.size());
        estimated += cell.variance / static_cast<double>(draws.size());
        const Interval limits = interval(input_of(cell, IntervalKind::automatic));
        covered += limits.lower <= truth && truth <= limits.upper;
    }
    for (const Cell& cell : draws) squares += (cell.value - mean) * (cell.value - mean);
    Verdict verdict;
    verdict.ratio = estimated / (squares / static_cast<double>(draws.size() - 1));
    verdict.tail = testing::binomial_tail(draws.size(), 0.95, covered);
    return verdict;
}

TEST(Coverage, HoldsAndAWrongVarianceShows) {
    constexpr std::size_t number = 800;
    const Experiment experiment(scenario("medium"), 11);
    const std::size_t common = 2;
    std::map<std::pair<std::size_t, std::size_t>, std::vector<Cell>> draws;
    for (std::size_t draw = 0; draw < number; ++draw) {
        const auto waves = experiment.draw(draw);
        for (const std::size_t kind : {std::size_t{total}, std::size_t{rate}, std::size_t{share}})
            for (std::size_t d = 0; d < 2; ++d) draws[{kind, d}].push_back(waves[0].cells[kind][common][d]);
    }
    for (const auto& [place, list] : draws) {
        const double truth = experiment.populations()[0].truth[place.first][common][place.second];
        const Verdict verdict = judge(list, truth, 1);
        EXPECT_TRUE(verdict.right(number)) << kind_names[place.first] << " " << domain_names[place.second] << " "
                                           << verdict.tail << " " << verdict.ratio;
        EXPECT_FALSE(judge(list, truth, 1.5).right(number));
        EXPECT_FALSE(judge(list, truth, 1 / 1.5).right(number));
    }
}

// Totals that are large beside their spread show what each way of taking the overlap does.
TEST(Coverage, OnlyTheCommonPsusGiveTheVarianceOfAChange) {
    const Experiment experiment(scenario("medium"), 13);
    const Results results = run(experiment, 400, 0);
    std::size_t found = 0;
    for (const ChangeRow& row : results.changes) {
        if (row.kind != people || row.domain != 0) continue;
        ++found;
        const double error = std::sqrt(2.0 / 400);
        EXPECT_NEAR(row.estimate[0].variance_ratio(), 1, 4 * error);
        EXPECT_GT(row.estimate[1].variance_ratio(), 1.5);
        EXPECT_GT(row.estimate[2].variance_ratio(), 3);
        EXPECT_GT(testing::binomial_tail(
                      400, 0.95, static_cast<std::size_t>(400 - row.difference[0].below - row.difference[0].above)),
                  1e-4);
    }
    EXPECT_EQ(found, 1u);
}

TEST(Coverage, ResultsDoNotDependOnThreads) {
    const Scenario sparse = scenario("sparse");
    const Experiment experiment(sparse, 17);
    const std::string one = to_csv_lines({sparse, run(experiment, 220, 1)}, true);
    EXPECT_EQ(one, to_csv_lines({sparse, run(experiment, 220, 3)}, true));
    EXPECT_GT(one.size(), 10000u);
}

}  // namespace
}  // namespace cifra::coverage
