// Households, persons and incidents: the pass reads households and holds the files below.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "tests/estimation/made_up_survey.h"
#include "tests/estimation/pass/incident_indicators.h"
#include "tests/estimation/pass/two_ways.h"
#include "tests/support/scratch_folder.h"

namespace cifra::testing {
namespace {

// Makes the topmost file the largest one, as it is where a pass is worth it.
void widen(const std::filesystem::path& file) {
    std::istringstream lines(bytes_of(file));
    std::ofstream out(file, std::ios::binary);
    std::string line;
    for (const char* what = "note"; std::getline(lines, line); what = "")
        out << line << ',' << what << std::string(*what ? 0 : 300, 'x') << '\n';
}

class HierarchyPass : public ::testing::Test {
protected:
    HierarchyPass() { widen(survey_.folder() / "households.csv"); }

    TwoWays ways(const std::string& tables) const { return {survey_.folder(), MadeUpSurvey::design, tables}; }
    // The made-up survey's design and tables with another text in place of one.
    static std::string with(std::string text, const std::string& from, const std::string& to) {
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return at == std::string::npos ? text : text.replace(at, from.size(), to);
    }

    const MadeUpSurvey survey_;
};

const std::string rates = incident_indicators + R"(
  at_risk: {statistic: incidence, of: incidents, per: persons, months_at_risk: age / 10}
  none: {statistic: total, of: incidents, where: crime = "arson"}
tables:
  - {id: whole, by: [region, sex, [region, sex], age_group],
     indicators: [incidents, thefts, victims, repeated, reported, loss, counted, at_risk, none]}
  - {id: homes, by: [region], indicators: [homes]}
  - {id: crimes, indicators: [thefts, victims], by: [sex, region, [region, age_group]], numerator_by: [crime]}
  - {id: ways, indicators: [victims, homes], numerator_by: [crime, reported]}
)";

TEST_F(HierarchyPass, IsWhatMemoryGives) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2000}, std::size_t{1} << 20})
        expect_same_estimates(ways(rates), 1e-10, piece);
}

TEST_F(HierarchyPass, AnyNumberOfThreadsGivesTheSameBytes) {
    const Outcome one = in_a_pass(ways(rates), 700, 1);
    ASSERT_TRUE(one.passed) << one.why;
    for (const int threads : {2, 8}) EXPECT_EQ(in_a_pass(ways(rates), 700, threads).csv, one.csv);
}

TEST_F(HierarchyPass, TheOrderOfTheFilesChangesNothing) {
    const MadeUpSurvey other(true);
    widen(other.folder() / "households.csv");
    const Outcome one = in_a_pass(ways(rates)), shuffled = in_a_pass({other.folder(), MadeUpSurvey::design, rates});
    ASSERT_TRUE(one.passed && shuffled.passed) << one.why;
    EXPECT_EQ(difference(one.estimates, shuffled.estimates, 1e-11), "");
}

// A person of no age is in no cell of a breakdown by age, and neither are the crimes suffered.
TEST_F(HierarchyPass, RecordsOfPersonsInNoCellAreInNoPart) {
    std::istringstream lines(bytes_of(survey_.folder() / "persons.csv"));
    std::ofstream out(survey_.folder() / "persons.csv", std::ios::binary);
    std::string line;
    for (int i = 0; std::getline(lines, line); ++i) {
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
        out << fmt::format("{},{},{},{},{}\n", cells[0], cells[1], i % 3 == 1 ? "" : cells[2], cells[3], cells[4]);
    }
    out.close();
    const std::string tables = R"(
indicators:
  thefts: {statistic: incidence, of: incidents, per: persons, scale: 1000}
  victims: {statistic: prevalence, of: incidents, per: persons, scale: 100}
tables:
  - {id: crimes, indicators: [thefts, victims], by: [sex, [sex, region]], numerator_by: [crime, reported]}
)";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5000}})
        expect_same_estimates(ways(tables), 1e-10, piece);
}

TEST_F(HierarchyPass, BoundingAndCountingRules) {
    const std::string design =
        with(with(MadeUpSurvey::design, "count: series}", "count: [series, capped]}"),
             "derive:", "  capped: {count: times, cap: 3, unknown: [99], unknown_as: 1}\nderive:");
    const std::string tables = R"(
indicators:
  inside: {statistic: incidence, of: incidents, per: persons, bounding: {unbounded: age < 30}}
  outside: {statistic: incidence, of: incidents, per: persons, bounding: {unbounded: age < 30, factor: 0.8, se: 0.05}}
  few: {statistic: total, of: incidents}
  rate: {statistic: incidence, of: incidents, per: persons}
  whole: {statistic: formula, of: persons, formula: sum(suffered) / count() + sum_all(suffered) / sum_all(age)}
tables:
  - {id: t, by: [sex, region], indicators: [inside, outside, few, rate, whole]}
  - {id: c, by: [sex], indicators: [few, rate], counting_rules: [series, capped]}
  - {id: u, by: [sex], indicators: [outside], numerator_by: [crime]}
)";
    expect_same_estimates({survey_.folder(), design, tables});
}

TEST_F(HierarchyPass, OrphansAreToldAsInMemory) {
    survey_.append("persons.csv", "9999,1,f,30,50");
    survey_.append("persons.csv", "9999,2,m,30,50");
    survey_.append("incidents.csv", "9999,1,theft,1,1,20,1");
    survey_.append("incidents.csv", "9999,7,theft,1,1,20,1");
    expect_same_faults(ways(rates));
}

TEST_F(HierarchyPass, OrphansThatAreFilteredOutAreNone) {
    survey_.append("incidents.csv", "9999,7,abroad,1,1,20,1");
    expect_same_estimates(ways(rates));
}

// The first piece may hold no record of a level, and tells its columns all the same.
TEST_F(HierarchyPass, TheFirstRowsHaveNoRecords) {
    std::string households = bytes_of(survey_.folder() / "households.csv");
    const std::size_t rows = households.find('\n') + 1;
    households.insert(rows, fmt::format("7001,s0,p1,north,5,{0}\n7002,s0,p2,north,5,{0}\n", std::string(300, 'x')));
    std::ofstream(survey_.folder() / "households.csv", std::ios::binary) << households;
    expect_same_estimates(ways(rates), 1e-10, 1);
}

// Far apart, so that the two rows are in different pieces, and close together.
TEST_F(HierarchyPass, KeysThatComeTwiceAreToldAsInMemory) {
    std::istringstream lines(bytes_of(survey_.folder() / "households.csv"));
    std::vector<std::string> rows;
    for (std::string line; std::getline(lines, line);) rows.push_back(line);
    const std::string persons = bytes_of(survey_.folder() / "persons.csv");
    std::vector<std::string> repeated;
    for (const std::string& row : rows)
        if (repeated.size() < 3 && persons.find("\n" + row.substr(0, row.find(',')) + ",1,") != std::string::npos)
            repeated.push_back(row);
    ASSERT_EQ(repeated.size(), 3U);
    for (const std::string& row : repeated) survey_.append("households.csv", row);
    const TwoWays both = ways(rates);
    for (const std::size_t piece : {std::size_t{400}, std::size_t{1} << 20}) expect_same_faults(both, piece);
    const Outcome one = in_a_pass(both, 400, 1);
    ASSERT_EQ(one.faults.size(), 1U);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(in_a_pass(both, 400, 8).faults, one.faults);
}

TEST_F(HierarchyPass, WeightlessParents) {
    survey_.append("households.csv", "5000,s0,p1,north,0,x");
    survey_.append("persons.csv", "5000,1,f,30,50");
    expect_same_faults(ways(rates));
}

TEST_F(HierarchyPass, WeightsThatAreNone) {
    survey_.append("persons.csv", "7,9,f,30,-1");
    expect_same_faults(ways(rates));
}

TEST_F(HierarchyPass, DesignOfDerivedVariables) {
    const std::string design = with(with(MadeUpSurvey::design, "derive:",
                                         "derive:\n  households:\n    half: {groups: "
                                         "{a: hw < 70, b: hw >= 70}}"),
                                    "strata: stratum", "strata: half");
    const Outcome memory = in_memory({survey_.folder(), design, rates}),
                  pass = in_a_pass({survey_.folder(), design, rates});
    EXPECT_EQ(memory.faults, pass.faults);
    EXPECT_EQ(memory.refusal, pass.refusal);
    EXPECT_EQ(difference(memory.estimates, pass.estimates, 1e-10), "");
}

// Districts, households, persons, incidents: an orphan's descendants are told with it.
TEST(DeepHierarchyPass, GrandchildrenAndTheirOrphans) {
    const ScratchFolder folder;
    std::string districts = "d,w,stratum,note\n", homes = "d,h\n", persons = "d,h,p,sex\n", crimes = "d,h,p,crime\n";
    for (int d = 0; d < 12; ++d) {
        districts += fmt::format("{},{},s{},{}\n", d, 2 + d % 3, d % 2, std::string(400, '.'));
        for (int h = 0; h < d % 4; ++h) {
            homes += fmt::format("{},{}\n", d, h);
            for (int p = 0; p < 1 + h; ++p) {
                persons += fmt::format("{},{},{},{}\n", d, h, p, p % 2 ? "f" : "m");
                for (int c = 0; c < (d + p) % 3; ++c) crimes += fmt::format("{},{},{},c{}\n", d, h, p, c);
            }
        }
    }
    const std::string design = R"(
data:
  districts: {file: d.csv, weight: w}
  homes: {file: h.csv, parent: districts, by: [d]}
  persons: {file: p.csv, parent: homes, by: [d, h]}
  crimes: {file: c.csv, parent: persons, by: [d, h, p]}
design: {strata: stratum, psu: d}
)";
    const std::string tables = R"(
indicators:
  crimes: {statistic: total, of: crimes}
  victims: {statistic: prevalence, of: crimes, per: persons}
  struck: {statistic: incidence, of: crimes, per: homes}
  persons: {statistic: total, of: persons}
tables:
  - {id: t, by: [stratum], indicators: [crimes, victims, struck, persons]}
  - {id: u, by: [sex], indicators: [victims], numerator_by: [crime]}
)";
    folder.write("d.csv", districts);
    folder.write("h.csv", homes);
    folder.write("p.csv", persons);
    folder.write("c.csv", crimes);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}})
        expect_same_estimates({folder.path(), design, tables}, 1e-10, piece);
    folder.write("h.csv", homes + "99,1\n");
    folder.write("p.csv", persons + "99,1,1,f\n");
    folder.write("c.csv", crimes + "99,1,1,c1\n99,1,1,c2\n");
    expect_same_faults({folder.path(), design, tables});
    EXPECT_EQ(in_a_pass({folder.path(), design, tables}).faults.size(), 1U);
    folder.write("c.csv", crimes + "99,1,1,c1\n99,1,2,c2\n1,0,0,c1\n");
    expect_same_faults({folder.path(), design, tables});
    EXPECT_EQ(in_a_pass({folder.path(), design, tables}).faults.size(), 2U);
}

// Keys of several columns are equal where their cells are, not where they look alike put together.
TEST(DeepHierarchyPass, KeysWithSeparatorsInThem) {
    const ScratchFolder folder;
    folder.write("h.csv", fmt::format("a,b,w,note\nx\x1f,y,1,{0}\nx,\x1fy,2,{0}\nx,y,3,{0}\n", std::string(300, '.')));
    folder.write("p.csv", "a,b,sex\nx\x1f,y,f\nx,\x1fy,m\nx,\x1fy,f\n");
    const std::string design =
        "data:\n  homes: {file: h.csv, weight: w}\n  persons: {file: p.csv, parent: homes, by: "
        "[a, b]}\ndesign: {psu: b}\n";
    const std::string tables =
        "indicators:\n  persons: {statistic: total, of: persons}\ntables:\n  - {id: t, by: "
        "[sex], indicators: [persons]}\n";
    const Outcome pass = in_a_pass({folder.path(), design, tables}, 1);
    ASSERT_EQ(pass.faults, std::vector<std::string>{});
    ASSERT_EQ(pass.estimates.rows(), 3U);
    EXPECT_EQ(pass.estimates.at("estimate").number(0), 1 + 2 + 2);
    expect_same_estimates({folder.path(), design, tables}, 1e-12, 1);
}

}  // namespace
}  // namespace cifra::testing
