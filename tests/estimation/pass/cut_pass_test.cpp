// The same rows cut in pieces of any size, from any kind of file or from a table, at any number of threads: the same
// estimates to the last bit, whichever way `run_tables` takes.
#include <fmt/format.h>

#include "engine/csv.h"
#include "engine/microdata/columnar_convert.h"
#include "engine/microdata/microdata.h"
#include "engine/statfile/convert_table.h"
#include "estimation/pass/streamed_tables.h"
#include "estimation/table_run.h"
#include "tests/estimation/made_up_survey.h"
#include "tests/estimation/pass/incident_indicators.h"
#include "tests/estimation/pass/made_up_rows.h"
#include "tests/support/packed.h"
#include "tests/support/scratch_folder.h"

namespace cifra::testing {
namespace {

struct Request {
    std::filesystem::path folder;
    std::string design, tables;
    const TablesInMemory* frames = nullptr;
};

// Every file that it makes, with 17 digits: a double each.
std::string made(const Request& request, std::size_t piece_bytes, int threads) {
    Diagnostics faults;
    const YamlValue design = parse_yaml(request.design, "design.yaml", faults),
                    tables = parse_yaml(request.tables, "tables.yaml", faults);
    SurveyDataOptions options{request.folder, request.folder, {}, threads};
    options.piece_bytes = piece_bytes;
    options.tables = request.frames;
    std::string text;
    for (const auto& [file, table] : run_tables(
                                         design, tables, options, [](std::string_view, double) {}, faults)
                                         .files)
        text += file + '\n' + to_csv(table, digits17);
    return text;
}

constexpr std::size_t whole_file = std::size_t{1} << 26;

void expect_same_however_cut(const Request& request) {
    const std::string whole = made(request, whole_file, 1);
    EXPECT_GT(std::count(whole.begin(), whole.end(), '\n'), 3);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{700}, std::size_t{30000}})
        for (const int threads : {1, 3})
            EXPECT_TRUE(made(request, piece, threads) == whole)
                << request.design << " in pieces of " << piece << " at " << threads << " threads";
}

const std::string sums = R"(
indicators:
  people: {statistic: total, of: people}
  amount: {statistic: total, of: people, value: x}
  share: {statistic: proportion, of: people, having: hit = 1, scale: 100}
  mean: {statistic: mean, of: people, value: x, where: sex = "f"}
  ratio: {statistic: ratio, of: people, value: x, over: x + 1}
  late: {statistic: mean, of: people, value: gaps, missing: exclude}
tables:
  - {id: t, by: [region, sex, [region, sex]], indicators: [people, amount, share, mean, ratio, late]}
)";

const std::string formulas = R"(
indicators:
  mean: {statistic: mean, of: people, value: x}
  whole: {statistic: formula, of: people, formula: sum(x) / count() + sum_all(x) / sum_all(hit)}
tables:
  - {id: t, by: [region], indicators: [mean, whole], covariance: true}
comparisons:
  - {id: gap, indicators: [mean], by: sex, measure: difference}
)";

const std::string of_rows = R"(
indicators:
  middle: {statistic: quantile, of: people, value: x, probabilities: [0.25, 0.5]}
  unequal: {statistic: gini, of: people, value: x + 1}
  mean: {statistic: mean, of: people, value: x}
tables:
  - {id: t, by: [region], indicators: [middle, unequal, mean]}
)";

std::string with(const std::string& more) {
    return "data:\n  people: {file: people.csv, weight: w}\ndesign: {strata: stratum, psu: psu" + more + "\n";
}

class CutPass : public ::testing::Test {
protected:
    CutPass() { folder_.write("people.csv", shuffled(made_up_rows(2000)).csv()); }
    Request request(const std::string& design, const std::string& tables) const {
        return {folder_.path(), design, tables};
    }
    const ScratchFolder folder_;
};

TEST_F(CutPass, TotalsMeansSharesAndRatios) {
    for (const std::string& design : {psu_design, element_design}) expect_same_however_cut(request(design, sums));
}

TEST_F(CutPass, FormulasCovariancesAndComparisons) { expect_same_however_cut(request(psu_design, formulas)); }

TEST_F(CutPass, ReplicatesThatAreMadeHere) {
    for (const char* method : {"{method: JKn}", "{method: rao_wu, count: 50, seed: 7}"})
        expect_same_however_cut(request(with(fmt::format(", replicates: {}}}", method)), sums));
}

TEST_F(CutPass, QuantilesAndInequality) { expect_same_however_cut(request(psu_design, of_rows)); }

TEST_F(CutPass, CalibratedWeights) {
    const std::string design =
        with("}\ncalibration: {method: raking, controls: {sex: {f: 50000, m: 52000}, x: {total: 21000}}}");
    expect_same_however_cut(request(design, sums));
    expect_same_however_cut(request(design, of_rows));
}

const std::string rates = incident_indicators + R"(
  at_risk: {statistic: incidence, of: incidents, per: persons, months_at_risk: age / 10,
            bounding: {unbounded: age < 30, factor: 0.8, se: 0.05}}
tables:
  - {id: whole, by: [region, sex, [region, sex]], indicators: [incidents, thefts, victims, repeated, reported, loss,
     counted, at_risk]}
  - {id: homes, by: [region], indicators: [homes]}
  - {id: crimes, indicators: [thefts, victims], by: [sex, [region, age_group]], numerator_by: [crime]}
)";

TEST(CutRecords, RatesOfIncidents) {
    for (const bool any_order : {false, true}) {
        const MadeUpSurvey survey(any_order);
        expect_same_however_cut({survey.folder(), MadeUpSurvey::design, rates});
    }
}

// Persons that are more than their households: a table of them has another size than their file.
TEST(CutRecords, TablesGoTheWayOfFiles) {
    const MadeUpSurvey survey;
    TablesInMemory frames;
    Diagnostics faults;
    for (const char* name : {"households.csv", "persons.csv", "incidents.csv"})
        frames[survey.folder() / name] = read_csv(survey.folder() / name, {}, faults);
    const Request files{survey.folder(), MadeUpSurvey::design, rates},
        tables{survey.folder(), MadeUpSurvey::design, rates, &frames};
    const std::string whole = made(files, whole_file, 1);
    EXPECT_TRUE(made(tables, whole_file, 1) == whole);
    EXPECT_TRUE(made(files, 700, 3) == whole);
    std::string why;
    SurveyDataOptions options{survey.folder(), survey.folder(), {}, 1};
    options.tables = &frames;
    EXPECT_TRUE(stream_tables(
        parse_yaml(files.design, "design.yaml", faults), parse_yaml(files.tables, "tables.yaml", faults), options,
        [](double) {}, why, faults))
        << why;
}

// As many rows as make several pieces of each kind.
TEST(CutFiles, AnyKindOfFileAndATableGiveTheSame) {
    const ScratchFolder folder;
    const MadeUpRows rows = shuffled(made_up_rows(70000));
    MadeUpRows first = rows, second = rows;
    first.lines.resize(20001);
    second.lines.erase(second.lines.begin(), second.lines.begin() + 20001);
    const auto csv = folder.write("people.csv", rows.csv()), cached = folder.write("cached.csv", rows.csv());
    folder.write("first.csv", first.csv());
    folder.write("second.csv.gz", gzip(second.csv()));
    folder.write("people.csv.zst", zstd(rows.csv()));
    Diagnostics faults;
    ASSERT_TRUE(convert_csv({cached}, cache_of({cached}), {}, faults));
    const LabelledTable table = read_labelled({csv}, {}, "", {}, faults);
    for (const char* name : {"people.sav", "people.dta"})
        folder.write(name, write_labelled(table, folder.path() / name, "en", faults).bytes);
    ASSERT_FALSE(faults.has_errors());
    const TablesInMemory frames = {{folder.path() / "frame", table.table}};
    for (const std::string& design : {psu_design, element_design}) {
        const std::string plain = made({folder.path(), design, sums}, std::size_t{1} << 20, 2);
        for (const char* file :
             {"people.csv.zst", "[first.csv, second.csv.gz]", "cached.csv", "people.sav", "people.dta", "frame"}) {
            std::string other = design;
            other.replace(other.find("people.csv"), std::string("people.csv").size(), file);
            EXPECT_TRUE(made({folder.path(), other, sums, &frames}, std::size_t{1} << 20, 2) == plain) << file;
        }
    }
}

}  // namespace
}  // namespace cifra::testing
