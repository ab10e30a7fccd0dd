// Systematic samples, certainty PSUs, collapsed and lonely strata, Satterthwaite, columns from above.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "engine/random.h"
#include "estimation/survey_data.h"
#include "estimation/variance.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/naive_variance.h"

namespace cifra::testing {
namespace {

Table table_of(const std::map<std::string, std::vector<std::string>>& texts,
               const std::map<std::string, std::vector<double>>& numbers) {
    Table table;
    for (const auto& [name, values] : texts) table.set(name, Column::of_texts(values));
    for (const auto& [name, values] : numbers) table.set(name, Column::of_numbers(values));
    return table;
}

SparseColumn column_of(const DeclaredDesign& declared, const std::vector<double>& values) {
    SparseColumn column;
    std::vector<double> totals(declared.design.units(), 0);
    for (std::size_t row = 0; row < values.size(); ++row) totals[declared.unit_of_row[row]] += values[row];
    for (std::uint32_t u = 0; u < totals.size(); ++u) column.unit.push_back(u), column.total.push_back(totals[u]);
    return column;
}

DeclaredDesign declare(const Table& table, const DesignColumns& columns) {
    Diagnostics faults;
    DeclaredDesign declared = declare_design(table, columns, faults);
    faults.throw_if_errors();
    return declared;
}

// Wolter 2007, eq. 8.2.4: order 1 2 3 4 gives 3 8 5 9, so steps 5 -3 4.
TEST(Successive, DifferencesInOrderOfSelection) {
    const Table table = table_of({{"h", {"a", "a", "a", "a"}}}, {{"o", {4, 2, 1, 3}}, {"N", {20, 20, 20, 20}}});
    DesignColumns columns;
    columns.strata = "h";
    columns.fpc = {"N"};
    columns.successive = {true, false, "o"};
    const std::vector<double> z = {9, 8, 3, 5};
    const DeclaredDesign open = declare(table, columns);
    EXPECT_DOUBLE_EQ(variances(open.design, {column_of(open, z)})(0), 0.8 * 4 / (2 * 3) * (25 + 9 + 16));
    columns.successive.circular = true;
    const DeclaredDesign circular = declare(table, columns);
    EXPECT_DOUBLE_EQ(variances(circular.design, {column_of(circular, z)})(0), 0.8 / 2 * (25 + 9 + 16 + 36));
    const SparseColumn a = column_of(open, z), b = column_of(open, {1, 0, 0, 4});
    const Eigen::MatrixXd v = covariance(open.design, {a, b, combine(1, a, 1, b)});
    EXPECT_NEAR(v(0, 0) + v(1, 1) + 2 * v(0, 1), v(2, 2), 1e-12);
}

// In random order the estimator is unbiased for the simple one: its mean over all orders is the simple form.
TEST(Successive, MeanOverAllOrdersIsTheSimpleForm) {
    const std::vector<double> z = {1, 4, 9, 2, 7};
    const DeclaredDesign simple = declare(table_of({}, {{"o", z}}), {});
    for (const bool circular : {false, true}) {
        double total = 0;
        std::vector<double> place = {1, 2, 3, 4, 5};
        do {
            DesignColumns columns;
            columns.successive = {true, circular, "o"};
            const DeclaredDesign declared = declare(table_of({}, {{"o", place}}), columns);
            total += variances(declared.design, {column_of(declared, z)})(0);
        } while (std::next_permutation(place.begin(), place.end()));
        EXPECT_NEAR(total / 120 / variances(simple.design, {column_of(simple, z)})(0), 1, 1e-12);
    }
}

TEST(Successive, FaultsOfTheOrder) {
    const auto code = [](const std::vector<double>& order) {
        DesignColumns columns;
        columns.strata = "h";
        columns.psu = {"i"};
        columns.successive = {true, false, "o"};
        Diagnostics faults;
        declare_design(table_of({{"h", {"a", "a", "a", "b"}}, {"i", {"1", "1", "2", "1"}}}, {{"o", order}}), columns,
                       faults);
        return faults.items().empty() ? std::string("none") : faults.items().front().code;
    };
    EXPECT_EQ(code({1, 1, 2, 1}), "none");
    EXPECT_EQ(code({1, 3, 2, 1}), "order-varies");
    EXPECT_EQ(code({2, 2, 2, 1}), "order-tie");
    EXPECT_EQ(code({1, 1, std::nan(""), 1}), "order-value");
}

// A certainty PSU is a stratum whose PSUs are its dwellings; with fpc, the recursion with f = 1 at the first stage.
TEST(Certainty, WithFpcIsTheRecursionWithFOne) {
    const std::map<std::string, std::vector<std::string>> texts = {{"h", {"a", "a", "a", "a", "a", "a", "a", "a"}},
                                                                   {"i", {"1", "1", "1", "2", "2", "3", "3", "3"}},
                                                                   {"j", {"x", "y", "z", "x", "y", "x", "y", "z"}}};
    const std::vector<double> z = {1, 3, 7, 2, 2, 5, 6, 9};
    const Table table = table_of(
        texts,
        {{"sure", {1, 1, 1, 0, 0, 0, 0, 0}}, {"N", {9, 9, 9, 9, 9, 9, 9, 9}}, {"M", {12, 12, 12, 5, 5, 6, 6, 6}}});
    DesignColumns columns;
    columns.strata = "h";
    columns.psu = {"i", "j"};
    columns.fpc = {"N", "M"};
    columns.certainty = "sure";
    const DeclaredDesign declared = declare(table, columns);
    std::vector<NaiveRow> rows;
    for (std::size_t r = 0; r < z.size(); ++r) {
        const bool sure = r < 3;
        rows.push_back({{sure ? "sure" : "a", texts.at("i")[r], texts.at("j")[r]},
                        {sure ? 1.0 : 9.0, table.at("M").number(r)},
                        z[r]});
    }
    EXPECT_NEAR(variances(declared.design, {column_of(declared, z)})(0) / naive_variance(rows), 1, 1e-12);
    // Its dwellings are PSUs of the degrees of freedom: (3 - 1) + (2 - 1).
    std::vector<std::uint32_t> psus(declared.design.stages[0].units());
    for (std::uint32_t i = 0; i < psus.size(); ++i) psus[i] = i;
    EXPECT_EQ(degrees_of_freedom(declared.design, psus), 3);
    // Another file without the column of certainty finds its units.
    Diagnostics faults;
    const Table other = table_of({{"h", {"a", "a"}}, {"i", {"3", "1"}}, {"j", {"y", "z"}}}, {});
    const std::vector<std::uint32_t> placed = place_rows(other, declared, columns, faults);
    ASSERT_FALSE(faults.has_errors());
    EXPECT_EQ(placed[0], declared.unit_of_row[6]);
    EXPECT_EQ(placed[1], declared.unit_of_row[2]);
}

TEST(Collapse, JoinsWithinARegionBySize) {
    const Table table = table_of({{"h", {"a", "b", "b", "c", "d", "e", "e"}},
                                  {"i", {"1", "1", "2", "1", "1", "1", "2"}},
                                  {"region", {"N", "N", "N", "S", "S", "S", "S"}}},
                                 {{"size", {5, 9, 9, 3, 1, 2, 2}}});
    DesignColumns columns;
    columns.strata = "h";
    columns.psu = {"i"};
    columns.lonely = LonelyPsu::collapse;
    columns.collapse = {"region", "size"};
    const DeclaredDesign declared = declare(table, columns);
    // N: a with b. S in line d e c: d joins e, and c, the last, the one before.
    EXPECT_EQ(declared.design.strata, (std::vector<std::string>{"b", "e"}));
    EXPECT_EQ(declared.recoding.stratum.at("c"), "e");
    EXPECT_EQ(declared.design.notices.size(), 3U);
    Diagnostics faults;
    const Table other = table_of({{"h", {"c"}}, {"i", {"1"}}}, {});
    EXPECT_EQ(place_rows(other, declared, columns, faults)[0], declared.unit_of_row[3]);
    EXPECT_FALSE(faults.has_errors());

    std::vector<std::string> notices;
    const auto alone = collapse_strata({{"a", "N", 0, 1}, {"b", "S", 0, 2}, {"c", "T", 0, 1}}, notices);
    EXPECT_EQ(alone.at("a"), "a");  // nothing to join with in its region
    EXPECT_EQ(alone.at("c"), "c");
    EXPECT_TRUE(notices.empty());
}

TEST(Lonely, AverageCountsTheStrataOfTheDomain) {
    const Table table =
        table_of({{"h", {"a", "b", "b", "c", "c", "d", "d"}}, {"i", {"1", "1", "2", "1", "2", "1", "2"}}}, {});
    DesignColumns columns;
    columns.strata = "h";
    columns.psu = {"i"};
    columns.lonely = LonelyPsu::average;
    const DeclaredDesign declared = declare(table, columns);
    const SparseColumn all = column_of(declared, {1, 2, 5, 0, 0, 4, 4});
    SparseColumn domain;  // strata a and b only: 2 strata, one lonely
    domain.unit = {0, 1, 2};
    domain.total = {1, 2, 5};
    SparseColumn lonely;
    lonely.unit = {0};
    lonely.total = {1};
    const Eigen::VectorXd v = variances(declared.design, {all, domain, lonely});
    EXPECT_DOUBLE_EQ(v(0), 9 * 4.0 / 3);
    EXPECT_DOUBLE_EQ(v(1), 9 * 2.0);
    EXPECT_TRUE(std::isnan(v(2)));
    const Eigen::MatrixXd c = covariance(declared.design, {all, domain, lonely});
    EXPECT_NEAR(c(0, 1), 9 * std::sqrt(4.0 / 3 * 2), 1e-12);
    EXPECT_TRUE(std::isnan(c(2, 2)));
}

TEST(Satterthwaite, IsTheRatioOfSquares) {
    const Table table = table_of({{"h", {"a", "a", "b", "b", "b"}}, {"i", {"1", "2", "1", "2", "3"}}}, {});
    DesignColumns columns;
    columns.strata = "h";
    columns.psu = {"i"};
    const DeclaredDesign declared = declare(table, columns);
    const SparseColumn z = column_of(declared, {1, 5, 2, 2, 8});
    // V_a = 2 * 8 = 16 on 1 df; V_b = 3/2 * 24 = 36 on 2 df.
    EXPECT_NEAR(satterthwaite_df(declared.design, z), 52.0 * 52 / (16 * 16 + 36 * 36 / 2.0), 1e-12);
    EXPECT_TRUE(std::isnan(satterthwaite_df(declared.design, column_of(declared, {1, 1, 1, 1, 1}))));
}

class Files : public ::testing::Test {
protected:
    void SetUp() override {
        const std::string test = ::testing::UnitTest::GetInstance()->current_test_info()->name();
        folder = std::filesystem::temp_directory_path() / ("cifra_design_" + test);
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "households.csv")
            << "hh,stratum,psu,w\n1,01,1,10\n2,01,1,10\n3,01,2,12\n4,02,1,9\n5,02,2,8\n";
        std::ofstream(folder / "crimes.csv") << "hh,kind,v\n1,a,10\n1,b,10\n3,a,12\n4,a,9\n5,b,8\n";
        std::ofstream(folder / "flat.csv")
            << "stratum,psu,kind,v\n01,1,a,10\n01,1,b,10\n01,2,a,12\n02,1,a,9\n02,2,b,8\n";
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::filesystem::path folder;
};

TEST_F(Files, DesignColumnsMayStandOnTheLevelAbove) {
    const std::string tables =
        "indicators: {n: {statistic: total, of: crimes}, a: {statistic: proportion, of: crimes, having: kind = "
        "\"a\"}}\n"
        "tables: [{id: t, indicators: [n, a]}]\n";
    const Table nested = run_estimation(
        "data:\n  households: {file: households.csv, weight: w}\n  crimes: {file: crimes.csv, weight: v, parent: "
        "households, by: [hh]}\ndesign: {level: crimes, strata: stratum, psu: psu}\n",
        tables, folder);
    const Table flat = run_estimation(
        "data: {crimes: {file: flat.csv, weight: v}}\ndesign: {strata: stratum, psu: psu}\n", tables, folder);
    for (const char* name : {"n", "a"}) {
        EXPECT_EQ(find_estimate(nested, name).se, find_estimate(flat, name).se);
        EXPECT_EQ(find_estimate(nested, name).df, find_estimate(flat, name).df);
    }
}

TEST_F(Files, AnotherFileNeedsTheStagesKeptOnly) {
    std::ofstream(folder / "people.csv") << "stratum,psu,dwelling,v\n01,1,1,10\n01,2,1,12\n02,1,1,9\n02,2,1,8\n";
    const Table result = run_estimation(
        "data:\n  people: {file: people.csv, weight: v}\n  homes: {file: households.csv, weight: w}\n"
        "design: {level: people, strata: stratum, psu: [psu, dwelling]}\n",
        "indicators: {n: {statistic: total, of: homes}}\ntables: [{id: t, indicators: [n]}]\n", folder);
    // Totals 20 and 12, 9 and 8: (20 - 12)² + (9 - 8)².
    EXPECT_DOUBLE_EQ(find_estimate(result, "n").se, std::sqrt(65));
}

TEST_F(Files, WeightsOfTheFirstPhaseOnlyMayBeEmpty) {
    std::ofstream(folder / "phases.csv") << "second,w,y\n1,4,3\n0,,\n1,4,8\n1,4,2\n0,,\n";
    const Table result = run_estimation(
        "data: {p: {file: phases.csv, weight: w}}\ndesign: {phase2: {in: second}}\n",
        "indicators: {y: {statistic: total, of: p, value: y}}\ntables: [{id: t, indicators: [y]}]\n", folder);
    EXPECT_DOUBLE_EQ(find_estimate(result, "y").estimate, 52);
    EXPECT_EQ(find_estimate(result, "y").df, 2);
    EXPECT_GT(find_estimate(result, "y").se, 0);
}

TEST_F(Files, AFilteredSampleMustBeDeclared) {
    const auto run = [&](const std::string& drawn) {
        return run_estimation(
            "data: {crimes: {file: flat.csv, weight: v, where: psu = \"1\"}}\ndesign: {strata: stratum, "
            "psu: psu, lonely_psu: adjust_from_zero" +
                drawn + "}\n",
            "indicators: {n: {statistic: total, of: crimes}}\ntables: [{id: t, indicators: [n]}]\n", folder);
    };
    EXPECT_THROW(run(""), InputError);
    EXPECT_DOUBLE_EQ(find_estimate(run(", drawn: filtered"), "n").estimate, 29);
}

TEST_F(Files, KeysThatExcludeEachOther) {
    const auto codes = [&](const std::string& keys) {
        Diagnostics faults;
        const YamlValue file = parse_yaml(
            "data: {crimes: {file: flat.csv, weight: v}}\ndesign: {strata: stratum, psu: psu, " + keys + "}\n",
            "d.yaml", faults);
        read_survey_data(file, {folder, folder, {}, 1}, faults);
        std::string found;
        for (const Diagnostic& fault : faults.items()) found += (found.empty() ? "" : " ") + fault.code;
        return found;
    };
    EXPECT_EQ(codes("probability: v"), "design-conflict");
    EXPECT_EQ(codes("unequal: brewer"), "missing-key");
    EXPECT_EQ(codes("unequal: poisson, probability: v, form: horvitz_thompson"), "design-conflict");
    EXPECT_EQ(codes("unequal: sen_yates_grundy, probability: v"), "missing-key");
    EXPECT_EQ(codes("unequal: brewer, probability: v, joint: j.csv"), "design-conflict");
    EXPECT_EQ(codes("unequal: brewer, probability: v, population_p2: 3"), "design-conflict");
    EXPECT_EQ(codes("unequal: brewer, probability: v, variance: successive_difference, order: v"), "design-conflict");
    EXPECT_EQ(codes("unequal: brewer, probability: v, domain_lonely: average"), "design-conflict");
    EXPECT_EQ(codes("unequal: brewer, probability: v, certainty: v"), "design-conflict");
    EXPECT_EQ(codes("unequal: brewer, probability: v, lonely_psu: collapse"), "design-conflict");
    EXPECT_EQ(codes("unequal: brewer, probability: v"), "probability-value");
    EXPECT_EQ(codes("order: v"), "design-conflict");
    EXPECT_EQ(codes("variance: successive_difference"), "missing-key");
    EXPECT_EQ(codes("collapse_by: kind"), "design-conflict");
    EXPECT_EQ(codes("phase2: {in: v}, unequal: brewer, probability: v"), "design-conflict");
    EXPECT_EQ(codes("phase2: {in: v}, df: satterthwaite"), "design-conflict");
    EXPECT_EQ(codes("phase2: {strata: kind}"), "missing-key");
    EXPECT_EQ(codes("phase2: {in: v}"), "phase2-in");
    EXPECT_EQ(codes("lonely_psu: collapse, collapse_by: kind"), "collapse-varies");
}

TEST(Describe, NamesTheMethod) {
    SurveyDesign design;
    design.stages.resize(1);
    EXPECT_EQ(describe_variance(design), "linearized, ultimate clusters with replacement");
    design.without_replacement = true;
    design.lonely = LonelyPsu::average;
    EXPECT_EQ(describe_variance(design), "linearized, without replacement, 1 stage, lonely_psu=average");
    design.unequal.method = UnequalMethod::overton;
    design.lonely = LonelyPsu::fail;
    EXPECT_EQ(describe_variance(design), "linearized, overton, 1 stage");
}

}  // namespace
}  // namespace cifra::testing
