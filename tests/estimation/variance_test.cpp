// Linearized covariance against the naive recursion, and the algebra of PSU totals.
#include "estimation/variance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/random.h"
#include "tests/support/naive_variance.h"

namespace cifra::testing {
namespace {

// A random three-stage sample: strata of 2-5 PSUs, 1-3 SSUs, 1-4 elements.
struct Sample {
    Table table;
    std::vector<NaiveRow> rows;
};

Sample random_sample(std::uint64_t seed) {
    Stream chance({seed, Purpose::test, 0, 0});
    std::vector<std::string> stratum, psu, ssu;
    std::vector<double> n1, n2, n3, value;
    Sample sample;
    for (int h = 0; h < 4; ++h) {
        const auto psus = 2 + chance.below(4);
        const double population1 = static_cast<double>(psus + chance.below(9));
        for (std::uint64_t i = 0; i < psus; ++i) {
            const auto ssus = 2 + chance.below(3);
            const double population2 = static_cast<double>(ssus + chance.below(6));
            for (std::uint64_t j = 0; j < ssus; ++j) {
                const auto elements = 2 + chance.below(3);
                const double population3 = static_cast<double>(elements + chance.below(4));
                for (std::uint64_t k = 0; k < elements; ++k) {
                    stratum.push_back("h" + std::to_string(h));
                    psu.push_back("p" + std::to_string(i));
                    ssu.push_back("s" + std::to_string(j));
                    n1.push_back(population1);
                    n2.push_back(population2);
                    n3.push_back(population3);
                    value.push_back(1e6 + 10 * chance.normal());
                    sample.rows.push_back({{stratum.back(), psu.back(), ssu.back(), std::to_string(k)},
                                           {population1, population2, population3},
                                           value.back()});
                }
            }
        }
    }
    std::vector<std::string> element;
    for (const NaiveRow& row : sample.rows) element.push_back(row.codes[3]);
    sample.table.set("stratum", Column::of_texts(stratum));
    sample.table.set("psu", Column::of_texts(psu));
    sample.table.set("ssu", Column::of_texts(ssu));
    sample.table.set("element", Column::of_texts(element));
    sample.table.set("n1", Column::of_numbers(n1));
    sample.table.set("n2", Column::of_numbers(n2));
    sample.table.set("n3", Column::of_numbers(n3));
    sample.table.set("value", Column::of_numbers(value));
    return sample;
}

SparseColumn totals_of(const DeclaredDesign& declared, std::span<const double> values) {
    return total_by_unit(declared.unit_of_row, rows_by_unit(declared.unit_of_row, declared.design.units()), values);
}

TEST(Variance, AgreesWithTheNaiveRecursionAtThreeStages) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Sample sample = random_sample(seed);
        Diagnostics faults;
        const DeclaredDesign declared = declare_design(sample.table,
                                                       {.strata = "stratum",
                                                        .psu = {"psu", "ssu", "element"},
                                                        .fpc = {"n1", "n2", "n3"},
                                                        .certainty = "",
                                                        .lonely = LonelyPsu::fail},
                                                       faults);
        ASSERT_FALSE(faults.has_errors());
        const double expected = naive_variance(sample.rows);
        const double actual = variances(declared.design, {totals_of(declared, sample.table.at("value").numbers())})(0);
        EXPECT_NEAR(actual / expected, 1, 1e-9) << seed;
    }
}

TEST(Variance, WithoutFpcOnlyThePsusCount) {
    Sample sample = random_sample(7);
    for (NaiveRow& row : sample.rows) row.population = {0, 0, 0};
    Diagnostics faults;
    const DeclaredDesign declared = declare_design(
        sample.table,
        {.strata = "stratum", .psu = {"psu", "ssu"}, .fpc = {}, .certainty = "", .lonely = LonelyPsu::fail}, faults);
    EXPECT_EQ(declared.design.stages.size(), 1U);
    EXPECT_NEAR(variances(declared.design, {totals_of(declared, sample.table.at("value").numbers())})(0) /
                    naive_variance(sample.rows),
                1, 1e-9);
}

TEST(Variance, CovarianceIsThatOfSumsAndDifferences) {
    const Sample sample = random_sample(3);
    Diagnostics faults;
    const DeclaredDesign declared = declare_design(
        sample.table,
        {.strata = "stratum", .psu = {"psu", "ssu"}, .fpc = {"n1", "n2"}, .certainty = "", .lonely = LonelyPsu::fail},
        faults);
    std::vector<double> x(sample.table.rows()), y(x.size());
    Stream chance({5, Purpose::test, 0, 0});
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = chance.normal(), y[i] = i % 3 == 0 ? 0 : x[i] + chance.normal();
    const SparseColumn a = totals_of(declared, x), b = totals_of(declared, y);
    const Eigen::MatrixXd v = covariance(declared.design, {a, b});
    const Eigen::VectorXd direct = variances(declared.design, {a, b, combine(1, a, 1, b), combine(1, a, -1, b)});
    EXPECT_NEAR(v(0, 0) / direct(0), 1, 1e-12);
    EXPECT_NEAR(v(1, 1) / direct(1), 1, 1e-12);
    EXPECT_NEAR((v(0, 0) + v(1, 1) + 2 * v(0, 1)) / direct(2), 1, 1e-12);
    EXPECT_NEAR((v(0, 0) + v(1, 1) - 2 * v(0, 1)) / direct(3), 1, 1e-12);
}

TEST(Variance, AStratumThatIsAllCertaintyAddsNothing) {
    Table table;
    table.set("h", Column::of_texts({"a", "a", "b", "b"}));
    table.set("i", Column::of_texts({"1", "2", "1", "2"}));
    table.set("N", Column::of_numbers({2, 2, 10, 10}));
    Diagnostics faults;
    const DeclaredDesign declared = declare_design(
        table, {.strata = "h", .psu = {"i"}, .fpc = {"N"}, .certainty = "", .lonely = LonelyPsu::fail}, faults);
    const std::vector<double> values = {5, 9, 1, 4};
    // Only stratum b: (1 - 2/10) * 2/1 * 2 * 1.5^2
    EXPECT_DOUBLE_EQ(variances(declared.design, {totals_of(declared, values)})(0), 0.8 * 2 * 2 * 2.25);
}

TEST(Variance, CertaintyPsusAreStrataOfTheirSecondStage) {
    Table table;
    table.set("h", Column::of_texts({"a", "a", "a", "a", "a", "a"}));
    table.set("i", Column::of_texts({"1", "1", "2", "2", "3", "3"}));
    table.set("j", Column::of_texts({"x", "y", "x", "y", "x", "y"}));
    table.set("sure", Column::of_numbers({1, 1, 0, 0, 0, 0}));
    Diagnostics faults;
    const DeclaredDesign declared = declare_design(
        table, {.strata = "h", .psu = {"i", "j"}, .fpc = {}, .certainty = "sure", .lonely = LonelyPsu::fail}, faults);
    ASSERT_FALSE(faults.has_errors());
    EXPECT_EQ(declared.design.strata.size(), 2U);
    const std::vector<double> values = {1, 3, 2, 2, 5, 6};
    // Certainty PSU: 2/1 * ((1-2)^2 + (3-2)^2) = 4; the others: totals 4 and 11, 2/1 * 2 * 3.5^2 = 49.
    EXPECT_DOUBLE_EQ(variances(declared.design, {totals_of(declared, values)})(0), 53);
}

TEST(Variance, CollapseJoinsALonelyStratumWithTheNext) {
    Table table;
    table.set("h", Column::of_texts({"a", "b", "b", "c"}));
    table.set("i", Column::of_texts({"1", "1", "2", "1"}));
    Diagnostics faults;
    const DeclaredDesign declared = declare_design(
        table, {.strata = "h", .psu = {"i"}, .fpc = {}, .certainty = "", .lonely = LonelyPsu::collapse}, faults);
    EXPECT_EQ(declared.design.strata, std::vector<std::string>{"b"});
    EXPECT_EQ(declared.design.notices.size(), 2U);
    const std::vector<double> values = {1, 2, 3, 6};
    EXPECT_DOUBLE_EQ(variances(declared.design, {totals_of(declared, values)})(0), 4.0 / 3 * (4 + 1 + 0 + 9));
}

TEST(PsuTotals, MergeIsCommutativeAndAssociative) {
    const PsuTotals a{4, {"x"}, {{{0, 2}, {1, 2}}}}, b{4, {"x"}, {{{1, 2}, {4, 8}}}}, c{4, {"x"}, {{{3}, {16}}}};
    EXPECT_EQ(merge(a, b), merge(b, a));
    EXPECT_EQ(merge(merge(a, b), c), merge(a, merge(b, c)));
    EXPECT_EQ(merge(a, b).columns[0], (SparseColumn{{0, 1, 2}, {1, 4, 10}}));
    EXPECT_THROW(merge(a, {4, {"y"}, {{}}}), std::invalid_argument);
}

TEST(Design, FaultsNameTheColumnAndTheRemedy) {
    Table table;
    table.set("h", Column::of_texts({"a", "a", ""}, {Missing::none, Missing::none, Missing::system}));
    table.set("N", Column::of_numbers({1, 1, 1}));
    Diagnostics faults;
    declare_design(table, {.strata = "h", .psu = {"psv"}, .fpc = {}, .certainty = "", .lonely = LonelyPsu::fail},
                   faults);
    EXPECT_TRUE(faults.contains("missing-column"));
    EXPECT_TRUE(faults.contains("design-missing"));
}

TEST(Design, UnitsDoNotDependOnTheOrderOfRows) {
    const Sample sample = random_sample(11);
    std::vector<std::size_t> reversed(sample.table.rows());
    for (std::size_t i = 0; i < reversed.size(); ++i) reversed[i] = reversed.size() - 1 - i;
    const Table turned = sample.table.pick(reversed);
    Diagnostics faults;
    const DesignColumns columns{
        .strata = "stratum", .psu = {"psu", "ssu"}, .fpc = {"n1"}, .certainty = "", .lonely = LonelyPsu::fail};
    const DeclaredDesign a = declare_design(sample.table, columns, faults), b = declare_design(turned, columns, faults);
    EXPECT_EQ(a.unit_of_codes, b.unit_of_codes);
    for (std::size_t i = 0; i < reversed.size(); ++i) EXPECT_EQ(a.unit_of_row[reversed[i]], b.unit_of_row[i]);
}

}  // namespace
}  // namespace cifra::testing
