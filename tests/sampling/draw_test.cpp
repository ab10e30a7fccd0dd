// sampling/draw: probabilities, weights and design columns of the two-stage sample, on a frame small enough to redraw
// ten thousands of times.
#include "sampling/draw.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "engine/csv.h"
#include "engine/design_columns.h"
#include "engine/random.h"
#include "sampling/household.h"
#include "sampling/stages/allocate.h"
#include "tests/sampling/plans.h"
#include "tests/support/inclusion_check.h"

namespace cifra {
namespace {

namespace names = design_columns;
using testing::draw_plan;

struct Files {
    std::string psus = "psu,stratum,dwellings,region\n", dwellings = "dwelling,psu,street\n";
};

// Strata of PSUs with the given numbers of dwellings; ids tell where a unit belongs.
void add_stratum(Files& files, const std::string& stratum, const std::vector<int>& sizes, int stated = 0) {
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const std::string psu = stratum + std::to_string(i);
        files.psus += fmt::format("{},{},{},0{}\n", psu, stratum, stated > 0 ? stated : sizes[i], stratum.substr(1));
        for (int k = 0; k < sizes[i]; ++k) files.dwellings += fmt::format("{0}-{1},{0},{2}\n", psu, k, k % 3);
    }
}

Frame frame_of(const Files& files) {
    return testing::frame_from({files.psus, files.dwellings}, draw_plan("{psus: 2}").stages);
}

Frame small_frame() {
    Files files;
    add_stratum(files, "s1", {5, 9, 4, 7, 12, 6});
    add_stratum(files, "s2", {8, 3, 10, 40});
    add_stratum(files, "s3", {6});
    return frame_of(files);
}

const std::map<std::string, std::size_t> psus_drawn = {{"s1", 3}, {"s2", 2}, {"s3", 1}};

DrawPlan small_plan(const std::string& more = "") {
    return draw_plan("{psus_per_stratum: {s1: 3, s2: 2, s3: 1}, take: 4, keep: [region, street]" + more + "}");
}

const char* const random_order = ", order: {psu: random, dwelling: random}";

std::map<std::string, double> probabilities(const Frame& frame) {
    const double take = 4;
    std::map<std::string, double> result;  // written out from the definition: n_h x_i / Σ x, and the largest certain
    const std::map<std::string, double> first = {{"s1", 3.0 / 43}, {"s2", 1.0 / 21}, {"s3", 1.0 / 6}};
    const FrameLevel &psus = frame.levels[0], &dwellings = frame.levels[1];
    for (std::size_t i = 0; i < psus.units.size(); ++i) {
        const FrameUnit& psu = psus.units[i];
        const bool certain = psus.id(i) == "s23" || psus.id(i) == "s30";
        const double pi_1 = certain ? 1 : first.at(psus.stratum(i)) * psus.table.at("dwellings").number(psu.row);
        const double pi_2 = std::min(1.0, take / static_cast<double>(psu.count));
        for (std::size_t k = 0; k < psu.count; ++k) result[dwellings.id(psu.first + k)] = pi_1 * pi_2;
    }
    return result;
}

TEST(Draw, EveryDwellingHasItsProbability) {
    const Frame frame = small_frame();
    std::map<std::string, std::size_t> position;
    std::vector<double> expected;
    for (const auto& [id, pi] : probabilities(frame)) {
        position[id] = expected.size();
        expected.push_back(pi);
    }
    for (const char* order : {"", random_order}) {
        const DrawPlan plan = small_plan(order);
        const auto verdict = testing::check_inclusion(expected, 20000, [&](std::uint64_t seed) {
            const Table sample = draw_sample(plan, frame, seed).sample;
            std::vector<std::size_t> taken;
            for (std::size_t row = 0; row < sample.rows(); ++row)
                taken.push_back(position.at(sample.at(names::dwelling).text(row)));
            return taken;
        });
        EXPECT_TRUE(verdict.passes) << verdict.failure;
    }
}

TEST(Draw, WeightsInvertTheProbabilitiesAndCountsAreFixed) {
    const Frame frame = small_frame();
    const DrawPlan plan = small_plan();
    const std::map<std::string, double> expected = probabilities(frame);
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const Table sample = draw_sample(plan, frame, seed).sample;
        std::map<std::string, std::set<std::string>> psus;
        std::map<std::string, double> dwellings;
        for (std::size_t row = 0; row < sample.rows(); ++row) {
            const std::string& psu = sample.at(names::psu).text(row);
            psus[sample.at(names::stratum).text(row)].insert(psu);
            dwellings[psu] += 1;
            const double pi =
                sample.at(names::psu_probability).number(row) * sample.at(names::dwelling_probability).number(row);
            EXPECT_NEAR(pi, expected.at(sample.at(names::dwelling).text(row)), 1e-14);
            EXPECT_NEAR(sample.at(names::base_weight).number(row) * pi, 1, 1e-14);
            EXPECT_EQ(sample.at(names::certainty).number(row), psu == "s23" || psu == "s30" ? 1 : 0);
            EXPECT_EQ(sample.at(names::psu_count).number(row), psus_drawn.at(psu.substr(0, 2)));
            EXPECT_EQ(sample.at(names::dwelling_count).number(row),
                      std::min(4.0, sample.at(names::dwelling_population).number(row)));
        }
        for (const auto& [stratum, drawn] : psus) EXPECT_EQ(drawn.size(), psus_drawn.at(stratum));
        for (std::size_t i = 0; i < frame.levels[0].units.size(); ++i)
            if (dwellings.contains(frame.levels[0].id(i))) {
                EXPECT_EQ(dwellings.at(frame.levels[0].id(i)), std::min(4u, frame.levels[0].units[i].count));
            }
    }
}

// Horvitz-Thompson totals over 20,000 draws: their mean is within 4 Monte Carlo standard errors of the truth (a right
// draw fails one seed in 16,000), for the number of dwellings and for a value that follows the PSU.
TEST(Draw, HorvitzThompsonTotalsAreUnbiased) {
    const Frame frame = small_frame();
    const DrawPlan plan = small_plan();
    const auto value = [](const std::string& dwelling) {
        return std::fmod(static_cast<double>(stable_hash(dwelling) % 1000), 97) + (dwelling[1] == '2' ? 50 : 0);
    };
    double truth = 0;
    for (std::size_t i = 0; i < frame.levels[1].units.size(); ++i) truth += value(frame.levels[1].id(i));
    const int draws = 20000;
    double sum[2] = {}, squares[2] = {};
    for (int seed = 0; seed < draws; ++seed) {
        const Table sample = draw_sample(plan, frame, static_cast<std::uint64_t>(seed) + 1000000).sample;
        double totals[2] = {};
        for (std::size_t row = 0; row < sample.rows(); ++row) {
            const double weight = sample.at(names::base_weight).number(row);
            totals[0] += weight;
            totals[1] += weight * value(sample.at(names::dwelling).text(row));
        }
        for (int i = 0; i < 2; ++i) sum[i] += totals[i], squares[i] += totals[i] * totals[i];
    }
    const double truths[2] = {static_cast<double>(frame.levels[1].units.size()), truth};
    for (int i = 0; i < 2; ++i) {
        const double mean = sum[i] / draws, se = std::sqrt((squares[i] / draws - mean * mean) / draws);
        EXPECT_LT(std::abs(mean - truths[i]), 4 * se + 1e-9 * truths[i]) << i;  // sizes are counts: the first has se 0
    }
    EXPECT_GT(squares[1] / draws - (sum[1] / draws) * (sum[1] / draws), 1);
}

std::string shuffled(const std::string& csv, std::uint64_t seed) {
    std::vector<std::string> lines;
    std::size_t start = csv.find('\n') + 1;
    const std::string head = csv.substr(0, start);
    for (std::size_t end; (end = csv.find('\n', start)) != std::string::npos; start = end + 1)
        lines.push_back(csv.substr(start, end - start + 1));
    Stream stream({seed, Purpose::test, 20, 0});
    for (std::size_t i = lines.size(); i > 1; --i) std::swap(lines[i - 1], lines[stream.below(i)]);
    return std::accumulate(lines.begin(), lines.end(), head);
}

TEST(Draw, OrderOfRowsInTheFilesChangesNothing) {
    Files files;
    add_stratum(files, "s1", {5, 9, 4, 7, 12, 6});
    add_stratum(files, "s2", {8, 3, 10, 40});
    add_stratum(files, "s3", {6});
    const DrawPlan plan = small_plan(", order: {psu: random, dwelling: [street]}");
    const std::string before = to_csv(draw_sample(plan, frame_of(files), 9).sample);
    for (std::uint64_t trial = 0; trial < 20; ++trial) {
        const Frame frame = frame_of({shuffled(files.psus, trial), shuffled(files.dwellings, trial)});
        EXPECT_EQ(to_csv(draw_sample(plan, frame, 9).sample), before);
    }
}

std::string rows_of(const Table& sample, const std::string& stratum) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < sample.rows(); ++row)
        if (sample.at(names::stratum).text(row) == stratum) rows.push_back(row);
    return to_csv(sample.pick(rows));
}

TEST(Draw, AStratumMoreDisturbsNoOther) {
    Files files;
    add_stratum(files, "s1", {5, 9, 4, 7, 12, 6});
    add_stratum(files, "s2", {8, 3, 10, 14});
    const DrawPlan plan = draw_plan("{psus_per_stratum: 2, order: {psu: random}}");
    const Table before = draw_sample(plan, frame_of(files), 77).sample;
    add_stratum(files, "s0", {3, 4, 5, 6});
    add_stratum(files, "s9", {13, 4, 5});
    const Table after = draw_sample(plan, frame_of(files), 77).sample;
    for (const char* stratum : {"s1", "s2"}) EXPECT_EQ(rows_of(after, stratum), rows_of(before, stratum));
    EXPECT_GT(after.rows(), before.rows());
}

TEST(Draw, SystematicOrderSpreadsOverItsColumns) {
    Files files;
    add_stratum(files, "s1", {30, 30, 30});
    const DrawPlan plan = draw_plan("{psus_per_stratum: 3, take: 6, keep: [street], order: {dwelling: [street]}}");
    const Table sample = draw_sample(plan, frame_of(files), 3).sample;
    std::map<std::pair<std::string, double>, int> counts;
    for (std::size_t row = 0; row < sample.rows(); ++row)
        ++counts[{sample.at(names::psu).text(row), sample.at("street").number(row)}];
    ASSERT_EQ(counts.size(), 9u);
    for (const auto& [cell, count] : counts) EXPECT_EQ(count, 2);  // ten dwellings of each street, interval five
}

TEST(Draw, ReportsByStratum) {
    const Frame frame = small_frame();
    const DrawnSample drawn = draw_sample(small_plan(), frame, 4);
    ASSERT_EQ(drawn.strata.rows(), 3u);
    EXPECT_EQ(drawn.strata.at("N_psu").number(0), 6);
    EXPECT_EQ(drawn.strata.at("n_psu").number(1), 2);
    EXPECT_EQ(drawn.strata.at("certainty").number(1), 1);
    EXPECT_EQ(drawn.strata.at("N_dwelling").number(0), 43);
    EXPECT_NEAR(drawn.strata.at("sum_weights").number(0), 43, 1e-12);  // measure of size = dwellings: exact
    EXPECT_NEAR(drawn.strata.at("sum_weights").number(2), 6, 1e-12);
    EXPECT_TRUE(drawn.notes.contains("certainty"));
    EXPECT_FALSE(drawn.notes.contains("lonely-psu"));  // s3 has one PSU, and it is all
}

TEST(Draw, WarnsOfLonelyAndShortPsus) {
    Files files;
    add_stratum(files, "s1", {5, 9, 4});
    const DrawPlan plan = draw_plan("{psus_per_stratum: 1}");
    const DrawnSample drawn = draw_sample(plan, frame_of(files), 4);
    EXPECT_TRUE(drawn.notes.contains("lonely-psu"));
    EXPECT_TRUE(drawn.notes.contains("short-psu"));
}

TEST(Draw, RefusesCertaintyWhereForbiddenAtTheLineOfTheUnit) {
    try {
        draw_sample(small_plan(", certainty: forbid"), small_frame(), 4);
        FAIL();
    } catch (const InputError& error) {
        ASSERT_EQ(error.diagnostics().error_count(), 1u);  // s3 has a single PSU, which no plan could avoid
        EXPECT_EQ(error.diagnostics().items()[0].code, "certain-unit");
        EXPECT_EQ(error.diagnostics().items()[0].where, (Location{"psus.csv", 11, 0}));
    }
}

TEST(Draw, AllocatesPsus) {
    Files files;
    add_stratum(files, "s1", std::vector<int>(30, 10));
    add_stratum(files, "s2", std::vector<int>(20, 10));
    add_stratum(files, "s3", {10});
    const Frame frame = frame_of(files);
    Diagnostics faults;
    using Counts = std::vector<std::uint64_t>;
    const auto counts = [&](const std::string& plan, std::uint64_t last_units) {
        const DrawPlan drawn = *read_plan(parse_yaml(plan, "plan.yaml", faults), faults).draw;
        faults.throw_if_errors();
        return first_stage_counts(drawn.stages, frame, first_stage_strata(frame, drawn.stages[0]),
                                  {last_units, nullptr});
    };
    EXPECT_EQ(counts("draw: {dwellings: 195, take: 10}", 0), (Counts{11, 8, 1}));  // 20 PSUs; the single one is all
    const std::string size = "size: {targets: [{name: a, p: 0.1, cv: 0.1}]}\n";
    EXPECT_EQ(counts(size + "draw: {dwellings: from_size, take: 10}", 300), (Counts{17, 12, 1}));
    const std::string neyman = size +
                               "draw: {dwellings: from_size, take: 10, allocation: {method: neyman, deviations: "
                               "{s1: 1, s2: 3, s3: 1}}}";
    EXPECT_EQ(counts(neyman, 180), (Counts{6, 11, 1}));  // 17 as 300 : 600 of spread
    EXPECT_THROW(counts(neyman, 520), Refusal);
}

TEST(Draw, SizesThatAreNotCountsKeepTheWeightsRight) {
    Files files;
    add_stratum(files, "s1", {5, 9, 4, 7, 12, 6}, 10);
    const Frame frame = frame_of(files);
    const DrawPlan plan = draw_plan("{psus_per_stratum: 2, take: 3}");
    const Table sample = draw_sample(plan, frame, 4).sample;
    for (std::size_t row = 0; row < sample.rows(); ++row) {
        const double count = sample.at(names::dwelling_population).number(row);
        EXPECT_NEAR(sample.at(names::base_weight).number(row), 3 * count / 3, 1e-12);  // 1 / (2/6 · 3/count)
    }
}

TEST(Draw, SelectsAnAdultFromARoster) {
    const Frame frame = small_frame();
    const Table sample = draw_sample(small_plan(), frame, 4).sample;
    const FrameLevel& dwellings = frame.levels[1];
    std::string roster = "household,line,age\n";
    for (std::size_t i = 0; i < dwellings.units.size(); ++i) {
        if (i % 7 == 0) continue;  // no roster
        const std::string& id = dwellings.id(i);
        roster += fmt::format("{0},3,40\n{0},1,30\n{0},2,12\n", id);
        if (i % 2 == 1) roster += id + ",4,18\n";
    }
    Diagnostics faults;
    const Table persons = parse_csv(roster, "roster.csv", {}, faults);
    const Table chosen = add_selected_person(sample, persons, {}, faults);
    faults.throw_if_errors();
    std::map<std::string, std::size_t> position;
    for (std::size_t i = 0; i < dwellings.units.size(); ++i) position[dwellings.id(i)] = i;
    for (std::size_t row = 0; row < chosen.rows(); ++row) {
        const std::size_t i = position.at(chosen.at(names::dwelling).text(row));
        const std::vector<double> adults = i % 7 == 0 ? std::vector<double>{}
                                           : i % 2    ? std::vector<double>{1, 3, 4}
                                                      : std::vector<double>{1, 3};
        EXPECT_EQ(chosen.at("eligible").number(row), static_cast<double>(adults.size()));
        EXPECT_EQ(chosen.at("line").present(row), !adults.empty());
        if (adults.empty()) continue;
        const double u = chosen.at(names::selection_number).number(row);
        EXPECT_EQ(chosen.at("line").number(row),
                  adults[static_cast<std::size_t>(u * static_cast<double>(adults.size()))]);
        EXPECT_EQ(chosen.at(names::person_probability).number(row), 1 / static_cast<double>(adults.size()));
    }
}

TEST(Draw, RosterFaultsAreNamed) {
    Diagnostics faults;
    const Table sample = draw_sample(small_plan(), small_frame(), 4).sample;
    add_selected_person(sample, parse_csv("household,line,age\na,0,30\nb,1,\n", "roster.csv", {}, faults), {}, faults);
    EXPECT_TRUE(faults.contains("bad-line"));
    EXPECT_TRUE(faults.contains("bad-age"));
    EXPECT_EQ(faults.items()[0].where.line, 2u);
}

}  // namespace
}  // namespace cifra
