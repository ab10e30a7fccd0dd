// Random groups (Rao, Hartley and Cochran) in the design: every partition, selection and subsample of a small country
// against the variance of the total; and drawn samples against sampling's own estimator.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "engine/csv.h"
#include "estimation/variance.h"
#include "sampling/draw.h"
#include "sampling/selection/random_groups.h"

namespace cifra::testing {
namespace {

const std::vector<double> sizes = {3, 8, 1, 5, 4};
// Three second-stage units in each PSU, of which two are drawn at random.
const std::vector<std::vector<double>> values = {{2, 4, 9}, {11, 7, 15}, {1, 0, 3}, {8, 8, 2}, {10, 1, 6}};

struct Sample {
    double chance = 1;
    std::vector<GroupUnit> taken;
};

Sample with(Sample sample, const std::vector<std::size_t>& group, std::size_t unit, double chance) {
    double total = 0;
    for (const std::size_t k : group) total += sizes[k];
    sample.chance *= chance * sizes[unit] / total;
    sample.taken.push_back({unit, group.size(), total, total / sizes[unit]});
    return sample;
}

// Groups of 3 and 2: ten partitions, one unit of each group.
std::vector<Sample> samples_of_two() {
    std::vector<Sample> result;
    for (std::size_t mask = 0; mask < 32; ++mask) {
        std::vector<std::size_t> first, second;
        for (std::size_t k = 0; k < 5; ++k) (mask >> k & 1 ? first : second).push_back(k);
        if (first.size() != 3) continue;
        for (const std::size_t a : first)
            for (const std::size_t b : second) result.push_back(with(with({}, first, a, 0.1), second, b, 1));
    }
    return result;
}

DesignColumns group_columns() {
    DesignColumns columns;
    columns.psu = {"psu", "ssu"};
    columns.fpc = {"M"};
    columns.unequal.method = UnequalMethod::rao_hartley_cochran;
    columns.unequal.probability = "p";
    columns.unequal.group_units = "units";
    columns.unequal.group_size = "size";
    return columns;
}

// Two second-stage units of each PSU, and their weighted values.
struct Drawn {
    std::vector<std::string> psu, ssu;
    std::vector<double> p, units, size, population, z;

    void add(const GroupUnit& unit, std::size_t left_out) {
        for (std::size_t j = 0; j < 3; ++j) {
            if (j == left_out) continue;
            psu.push_back(fmt::format("{}", unit.unit));
            ssu.push_back(fmt::format("{}", j));
            p.push_back(1 / unit.weight);
            units.push_back(static_cast<double>(unit.group_units));
            size.push_back(unit.group_size);
            population.push_back(3);
            z.push_back(unit.weight * 1.5 * values[unit.unit][j]);
        }
    }

    Table table() const {
        Table result;
        result.set("psu", Column::of_texts(psu));
        result.set("ssu", Column::of_texts(ssu));
        result.set("p", Column::of_numbers(p));
        result.set("units", Column::of_numbers(units));
        result.set("size", Column::of_numbers(size));
        result.set("M", Column::of_numbers(population));
        return result;
    }

    double variance(const DesignColumns& columns) const {
        Diagnostics faults;
        const DeclaredDesign declared = declare_design(table(), columns, faults);
        faults.throw_if_errors();
        std::map<std::uint32_t, double> totals;
        for (std::size_t row = 0; row < z.size(); ++row) totals[declared.unit_of_row[row]] += z[row];
        SparseColumn column;
        for (const auto& [unit, total] : totals) column.unit.push_back(unit), column.total.push_back(total);
        return variances(declared.design, {column})(0);
    }
};

TEST(RandomGroups, TheVarianceIsUnbiasedOverAllSamplesOfTwoStages) {
    double mean = 0, square = 0, estimated = 0, chance = 0;
    for (const Sample& sample : samples_of_two())
        for (std::size_t a = 0; a < 3; ++a)
            for (std::size_t b = 0; b < 3; ++b) {
                Drawn drawn;
                drawn.add(sample.taken[0], a);
                drawn.add(sample.taken[1], b);
                double total = 0;
                for (const double value : drawn.z) total += value;
                chance += sample.chance / 9;
                mean += sample.chance / 9 * total;
                square += sample.chance / 9 * total * total;
                estimated += sample.chance / 9 * drawn.variance(group_columns());
            }
    EXPECT_NEAR(chance, 1, 1e-12);
    EXPECT_NEAR(mean, 87, 1e-10);
    EXPECT_NEAR(estimated / (square - mean * mean), 1, 1e-10);
}

TEST(RandomGroups, TheFirstStageAloneIsThatOfCochran) {
    DesignColumns columns = group_columns();
    columns.psu = {"psu"};
    columns.fpc = {};
    for (const Sample& sample : samples_of_two()) {
        Drawn drawn;
        std::vector<double> y;
        for (const GroupUnit& unit : sample.taken) {
            drawn.add(unit, 0);
            y.push_back(1.5 * (values[unit.unit][1] + values[unit.unit][2]));
        }
        EXPECT_NEAR(drawn.variance(columns) / random_groups_variance(sample.taken, y, 21), 1, 1e-12);
    }
}

TEST(RandomGroups, AValueProportionalToSizeHasNoVariance) {
    Drawn drawn;
    const Sample sample = samples_of_two().front();
    for (const GroupUnit& unit : sample.taken) drawn.add(unit, 2);
    for (std::size_t row = 0; row < drawn.z.size(); ++row) drawn.z[row] = drawn.size[row] * (row % 2 ? 0.3 : 0.1);
    DesignColumns columns = group_columns();
    columns.fpc = {};
    columns.psu = {"psu"};
    EXPECT_NEAR(drawn.variance(columns), 0, 1e-24);
}

TEST(RandomGroups, FaultsAreNamed) {
    const auto code = [](const auto& change) {
        Drawn drawn;
        const Sample sample = samples_of_two().front();
        for (const GroupUnit& unit : sample.taken) drawn.add(unit, 2);
        change(drawn);
        Diagnostics faults;
        declare_design(drawn.table(), group_columns(), faults);
        return faults.items().empty() ? "" : faults.items().front().code;
    };
    EXPECT_EQ(code([](Drawn&) {}), "");
    EXPECT_EQ(code([](Drawn& drawn) { drawn.units[1] = 2.5; }), "group-value");
    EXPECT_EQ(code([](Drawn& drawn) { drawn.size[0] = 0; }), "group-value");
    EXPECT_EQ(code([](Drawn& drawn) { drawn.units[0] = 4; }), "group-varies");
}

// The whole way: a plan of random groups in two strata, drawn many times, estimated from sample.csv.
TEST(RandomGroups, DrawnSamplesAreEstimatedWithoutBias) {
    std::string psus = "psu,region,dwellings,y\n";
    double truth = 0;
    for (int i = 0; i < 14; ++i) {
        const int size = 3 + 7 * i % 11, y = 2 * size + i * i % 9;
        psus += fmt::format("p{:02},{},{},{}\n", i, i < 6 ? "a" : "b", size, y);
        truth += y;
    }
    Diagnostics faults;
    const auto plan = read_plan(
        parse_yaml("draw: {stages: [{unit: psu, strata: [region], method: rao_hartley_cochran, size: dwellings, "
                   "n_per_stratum: {a: 3, b: 4}}], keep: [y]}",
                   "plan.yaml", faults),
        faults);
    faults.throw_if_errors();
    const Frame frame = make_frame({parse_csv(psus, "psus.csv", {}, faults)}, plan.draw->stages, faults);
    faults.throw_if_errors();
    DesignColumns columns;
    columns.strata = "stratum";
    columns.psu = {"psu"};
    columns.unequal = {UnequalMethod::rao_hartley_cochran, "pi_1", false, "", "group_units", "group_size"};
    constexpr int draws = 6000;
    double sum = 0, squares = 0, estimated = 0;
    for (int draw = 0; draw < draws; ++draw) {
        const Table sample = draw_sample(*plan.draw, frame, static_cast<std::uint64_t>(draw)).sample;
        const DeclaredDesign declared = declare_design(sample, columns, faults);
        faults.throw_if_errors();
        SparseColumn column;
        std::map<std::uint32_t, double> totals;
        for (std::size_t row = 0; row < sample.rows(); ++row)
            totals[declared.unit_of_row[row]] = sample.at("y").number(row) * sample.at("base_weight").number(row);
        double total = 0;
        for (const auto& [unit, z] : totals) column.unit.push_back(unit), column.total.push_back(z), total += z;
        sum += total - truth;
        squares += (total - truth) * (total - truth);
        estimated += variances(declared.design, {column})(0);
    }
    const double variance = squares / draws;
    EXPECT_LT(std::abs(sum / draws), 4 * std::sqrt(variance / draws));
    EXPECT_NEAR(estimated / squares, 1, 4 * std::sqrt(3.0 / draws));  // a kurtosis below 4
}

}  // namespace
}  // namespace cifra::testing
