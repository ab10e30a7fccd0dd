// The plan of visits against its definition: counts by hand, exact overlaps, π and weights over many seeds.
#include "sampling/rotation/panel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "engine/csv.h"
#include "sampling/draw.h"
#include "sampling/frame.h"
#include "sampling/plan.h"
#include "tests/support/inclusion_check.h"

namespace cifra {
namespace {

PanelPlan plan_of(const std::string& yaml) {
    Diagnostics faults;
    PanelPlan plan = read_panel_plan(parse_yaml(yaml, "plan", faults), faults);
    faults.throw_if_errors();
    return plan;
}

Table csv(const std::string& text) {
    Diagnostics faults;
    CsvOptions options;
    for (const char* name : {"stratum", "psu", "dwelling"}) options.types[name] = ColumnType::text;
    Table table = parse_csv(text, "table.csv", options, faults);
    faults.throw_if_errors();
    return table;
}

// Strata s0, s1 ... of `psus` drawn PSUs, each with `dwellings` dwellings.
PanelFiles files_of(std::size_t strata, std::size_t psus, std::size_t dwellings) {
    std::string sample = "stratum,psu,n_psu,N_psu,pi_1,certainty\n", frame = "dwelling,psu\n";
    for (std::size_t h = 0; h < strata; ++h)
        for (std::size_t i = 0; i < psus; ++i) {
            const std::string psu = "p" + std::to_string(h) + "_" + std::to_string(i);
            sample += "s" + std::to_string(h) + "," + psu + "," + std::to_string(psus) + ",40,0.25,0\n";
            for (std::size_t d = 0; d < dwellings; ++d) frame += psu + "d" + std::to_string(d) + "," + psu + "\n";
        }
    return {csv(sample), csv(frame), {}, {}, {}};
}

Panel make(const PanelPlan& plan, const PanelFiles& files, std::uint64_t seed, Diagnostics* notes = nullptr) {
    Diagnostics faults;
    Panel panel = make_panel(plan, files, seed, faults);
    faults.throw_if_errors();
    if (notes) *notes = faults;
    return panel;
}

std::set<std::string> of_wave(const Panel& panel, double wave) {
    std::set<std::string> ids;
    for (std::size_t r = 0; r < panel.visits.rows(); ++r)
        if (panel.visits.at("wave").number(r) == wave) ids.insert(panel.visits.at("dwelling").text(r));
    return ids;
}

std::size_t common(const std::set<std::string>& a, const std::set<std::string>& b) {
    std::size_t count = 0;
    for (const std::string& id : a) count += b.count(id);
    return count;
}

double sum(const Column& column) {
    double total = 0;
    for (const double value : column.numbers()) total += value;
    return total;
}

TEST(Panel, TwoVisitsByHand) {
    // Four dwellings d1 .. d4 in the order of use, one to a group, two visits: groups 1 and 2 are in wave 1, 2 and 3 in
    // wave 2, 3 and 4 in wave 3; in wave 4 the list has ended and the first dwelling comes back as group 5.
    Diagnostics notes;
    const Panel panel = make(plan_of("{pattern: {visits: 2, interval: 6}, waves: 4}"), files_of(1, 1, 4), 5, &notes);
    EXPECT_TRUE(notes.contains("exhausted-psu"));
    EXPECT_EQ(panel.psus.at("exhausted").number(0), 4);
    const Table& v = panel.visits;
    ASSERT_EQ(v.rows(), 8u);
    const double panels[] = {1, 2, 2, 3, 3, 4, 4, 5}, visits[] = {1, 1, 2, 1, 2, 1, 2, 1};
    for (std::size_t r = 0; r < 8; ++r) {
        EXPECT_EQ(v.at("wave").number(r), static_cast<double>(r / 2 + 1));
        EXPECT_EQ(v.at("panel").number(r), panels[r]);
        EXPECT_EQ(v.at("visit").number(r), visits[r]);
        EXPECT_EQ(v.at("bounded").number(r), visits[r] - 1);
        EXPECT_EQ(v.at("pi_2").number(r), 0.5);
        EXPECT_EQ(v.at("base_weight").number(r), 8);
    }
    EXPECT_EQ(v.at("dwelling").text(1), v.at("dwelling").text(2));
    EXPECT_EQ(v.at("dwelling").text(7), v.at("dwelling").text(0));
    EXPECT_EQ(v.at("month").number(2), v.at("month").number(1) + 6);
}

TEST(Panel, OverlapOfWavesIsThatOfThePattern) {
    const PanelFiles files = files_of(2, 3, 60);
    const auto kept = [&](const std::string& yaml, double apart) {
        const Panel panel = make(plan_of(yaml), files, 9);
        for (const double count : panel.waves.at("dwellings").numbers())
            EXPECT_EQ(count, panel.waves.at("dwellings").number(0));
        const auto a = of_wave(panel, 1), b = of_wave(panel, 1 + apart);
        if (apart == 1) {
            EXPECT_EQ(panel.waves.at("kept").number(1), static_cast<double>(common(a, b)));
        }
        return static_cast<double>(common(a, b)) / static_cast<double>(a.size());
    };
    EXPECT_DOUBLE_EQ(kept("{pattern: ncvs, waves: 8, take: 2}", 1), 6.0 / 7);
    EXPECT_DOUBLE_EQ(kept("{pattern: ncvs, waves: 8, take: 2}", 7), 0);
    EXPECT_DOUBLE_EQ(kept("{pattern: overlapping, waves: 3, take: 5}", 2), 1);
    EXPECT_DOUBLE_EQ(kept("{pattern: split, waves: 4, take: 10, share: 0.3}", 1), 0.3);
    EXPECT_DOUBLE_EQ(kept("{pattern: split, waves: 4, take: 10, share: 0.3}", 3), 0.3);
    const std::string cps = "{pattern: {visits: 8, interval: 1, in_out: [4, 8, 4]}, waves: 13, take: 2}";
    EXPECT_DOUBLE_EQ(kept(cps, 1), 0.75);
    EXPECT_DOUBLE_EQ(kept(cps, 4), 0);
    EXPECT_DOUBLE_EQ(kept(cps, 12), 0.5);
}

TEST(Panel, AThirdOfThePsusIsNewEachYear) {
    const Panel panel = make(plan_of("{pattern: csew, waves: 4, take: 4, balance: psu}"), files_of(2, 12, 60), 4);
    std::map<double, std::set<std::string>> psus;
    for (std::size_t r = 0; r < panel.visits.rows(); ++r) {
        psus[panel.visits.at("wave").number(r)].insert(panel.visits.at("psu").text(r));
        EXPECT_EQ(panel.visits.at("n_psu").number(r), 6);  // floor(12 / 6 groups) = 2 to a group, 3 groups in a wave
        EXPECT_EQ(panel.visits.at("pi_1").number(r), 0.125);
    }
    EXPECT_EQ(psus[1].size(), 12u);
    EXPECT_EQ(common(psus[1], psus[2]), 8u);
    EXPECT_EQ(common(psus[1], psus[3]), 4u);
    EXPECT_EQ(common(psus[1], psus[4]), 0u);
    EXPECT_EQ(common(of_wave(panel, 1), of_wave(panel, 2)), 0u);
}

TEST(Panel, MonthsAreBalanced) {
    const auto spread = [](const std::string& yaml, const char* unit) {
        const Panel panel = make(plan_of(yaml), files_of(3, 5, 60), 11);
        std::map<std::pair<double, std::string>, std::pair<double, double>> range;
        for (std::size_t r = 0; r < panel.months.rows(); ++r) {
            const double count = panel.months.at(unit).number(r);
            auto& [low, high] =
                range.try_emplace({panel.months.at("wave").number(r), panel.months.at("stratum").text(r)}, 1e9, 0)
                    .first->second;
            low = std::min(low, count);
            high = std::max(high, count);
        }
        double widest = 0;
        for (const auto& [key, counts] : range) widest = std::max(widest, counts.second - counts.first);
        return widest;
    };
    EXPECT_LE(spread("{pattern: ncvs, waves: 6, take: 2}", "dwellings"), 1);  // 70 visits in 6 months
    EXPECT_LE(spread("{pattern: split, waves: 3, take: 7, months: 4}", "dwellings"), 1);
    EXPECT_LE(spread("{pattern: overlapping, waves: 3, take: 7, months: 4, balance: psu}", "psus"), 1);
}

// The indices of dwellings of one wave, of all files.
testing::Sampler sampler_of(const PanelPlan& plan, const PanelFiles& files, double wave) {
    return [=](std::uint64_t draw) {
        const auto ids = of_wave(make(plan, files, draw), wave);
        std::vector<std::size_t> taken;
        for (std::size_t k = 0; k < files.dwellings.rows(); ++k)
            if (ids.contains(files.dwellings.at("dwelling").text(k))) taken.push_back(k);
        return taken;
    };
}

TEST(Panel, EveryWaveHasItsProbabilities) {
    const PanelFiles files = files_of(1, 2, 9);
    const struct {
        const char* yaml;
        double wave, probability;
    } cases[] = {{"{pattern: {visits: 3, interval: 1}, waves: 4}", 1, 3.0 / 9},
                 {"{pattern: {visits: 3, interval: 1}, waves: 4}", 4, 3.0 / 9},
                 {"{pattern: split, waves: 3, take: 4}", 3, 4.0 / 9},
                 {"{pattern: overlapping, waves: 2, take: 2}", 2, 2.0 / 9}};
    for (const auto& [yaml, wave, probability] : cases) {
        const std::vector<double> pi(18, probability);
        const auto verdict = testing::check_inclusion(pi, 1500, sampler_of(plan_of(yaml), files, wave));
        EXPECT_TRUE(verdict.passes) << yaml << ": " << verdict.failure;
    }
    const std::vector<double> rotating(45, 3.0 / 5 * 2 / 9);
    const auto verdict = testing::check_inclusion(
        rotating, 1500, sampler_of(plan_of("{pattern: csew, waves: 2, take: 2}"), files_of(1, 5, 9), 2));
    EXPECT_TRUE(verdict.passes) << verdict.failure;
}

TEST(Panel, WeightsOfAWaveEstimateTheFrameOverDrawsOfPsus) {
    // Eight PSUs of 6 .. 13 dwellings whose measures of size are wrong, so that weights and their sums vary.
    std::string psus = "psu,stratum,dwellings\n", dwellings = "dwelling,psu\n";
    for (std::size_t i = 0; i < 8; ++i) {
        const std::string psu = "p" + std::to_string(i);
        psus += psu + ",s," + std::to_string(7 + (5 * i) % 8) + "\n";
        for (std::size_t d = 0; d < 6 + i; ++d) dwellings += psu + "d" + std::to_string(d) + "," + psu + "\n";
    }
    Diagnostics faults;
    const DrawPlan draw =
        *read_plan(parse_yaml("draw: {psus_per_stratum: 4, take: 1}", "plan.yaml", faults), faults).draw;
    const Frame frame = make_frame({csv(psus), csv(dwellings)}, draw.stages, faults);
    faults.throw_if_errors();
    const PanelPlan plan = plan_of("{pattern: csew, waves: 3, take: 2}");
    constexpr std::size_t draws = 3000;
    double total = 0, squares = 0;
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
        const PanelFiles files{draw_sample(draw, frame, seed).sample, frame.levels.back().table, {}, {}, {}};
        const double estimate = make(plan, files, seed).waves.at("sum_weights").number(2);
        total += estimate;
        squares += estimate * estimate;
    }
    const double mean = total / draws, variance = squares / draws - mean * mean;
    ASSERT_GT(variance, 1);
    EXPECT_NEAR(mean, 76, 4.5 * std::sqrt(variance / draws));
}

TEST(Panel, BirthsAndDeathsAreEstimatedWithoutBias) {
    PanelFiles files = files_of(1, 2, 10);
    files.births = csv("dwelling,psu,wave\nb1,p0_0,1\nb2,p0_0,1\nb3,p0_1,2\n");
    files.deaths = csv("dwelling\np0_0d3\np0_1d4\np0_1d5\n");
    const PanelPlan plan = plan_of("{pattern: {visits: 2, interval: 1}, waves: 2, take: 2}");
    constexpr std::uint64_t draws = 5000;
    double births = 0, dead = 0, first = 0;
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
        const Panel panel = make(plan, files, seed);
        births += panel.waves.at("births").number(1);
        dead += panel.waves.at("dead").number(1);
        first += panel.waves.at("births").number(0);
        ASSERT_EQ(panel.waves.at("dwellings").number(1) - panel.waves.at("births").number(1), 8);
    }
    // pi_2 = 4/10: the numbers taken have means 3·0.4 and variances at most 3·0.24 (two deaths of a PSU repel).
    const double sd = std::sqrt(3 * 0.24 / draws);
    EXPECT_NEAR(births / draws, 1.2, 4.5 * sd);
    EXPECT_NEAR(dead / draws, 1.2, 4.5 * sd);
    EXPECT_NEAR(first / draws, 0.8, 4.5 * sd);
}

TEST(Panel, BirthsMoveNobodyElse) {
    PanelFiles files = files_of(1, 3, 12);
    const PanelPlan plan = plan_of("{pattern: ncvs, waves: 3}");
    const Panel before = make(plan, files, 3);
    files.births = csv("dwelling,psu\nb1,p0_0\nb2,p0_0\nb3,p0_1\n");
    const Panel after = make(plan, files, 3);
    for (const double wave : {1.0, 2.0, 3.0}) {
        const auto old = of_wave(before, wave);
        EXPECT_EQ(common(old, of_wave(after, wave)), old.size());
    }
}

TEST(Panel, CoordinatedStartsGiveTheOverlapAskedFor) {
    PanelFiles files = files_of(2, 4, 40);
    files.other = make(plan_of("{pattern: overlapping, take: 10}"), files, 6).visits;
    const auto attained = [&](const std::string& coordination, std::uint64_t seed, Diagnostics* notes = nullptr) {
        const PanelPlan plan = plan_of("{pattern: overlapping, take: 8, coordination: " + coordination + "}");
        const Panel panel = make(plan, files, seed, notes);
        if (!notes) {
            EXPECT_EQ(sum(panel.waves.at("expected_overlap")), sum(panel.waves.at("overlap")));
        }
        return sum(panel.waves.at("overlap"));
    };
    EXPECT_EQ(attained("{file: f}", 6), 0);
    EXPECT_EQ(attained("{file: f, kind: positive}", 6), 64);
    EXPECT_EQ(attained("{file: f, kind: positive, share: 0.5}", 6), 32);
    Diagnostics notes;
    EXPECT_GT(attained("{file: f}", 7, &notes), 0);
    EXPECT_TRUE(notes.contains("not-coordinated"));
}

TEST(Panel, RefusesWhatCannotBe) {
    const auto fault = [](const std::string& yaml, const PanelFiles& files, const char* code) {
        Diagnostics faults;
        EXPECT_EQ(make_panel(plan_of(yaml), files, 1, faults).visits.rows(), 0u);
        EXPECT_TRUE(faults.contains(code)) << code;
    };
    PanelFiles files = files_of(1, 2, 6);
    fault("{pattern: ncvs}", files, "more-visits-than-dwellings");
    fault("{pattern: csew}", files, "too-few-psus");
    PanelFiles zero = files;
    zero.sample = csv("stratum,psu,n_psu,N_psu,pi_1,certainty\ns0,p0_0,1,2,0,0\n");
    fault("{pattern: overlapping}", zero, "bad-probability");
    files.births = csv("dwelling,psu\nb1,elsewhere\np0_0d1,p0_0\n");
    files.deaths = csv("dwelling\nnobody\n");
    for (const char* code : {"unknown-psu", "duplicate-id", "unknown-dwelling"})
        fault("{pattern: overlapping}", files, code);
    Diagnostics faults;
    read_panel_plan(parse_yaml("{pattern: {visits: 3, in_out: [4, 8, 4]}}", "plan", faults), faults);
    EXPECT_TRUE(faults.contains("visits-mismatch"));
    read_panel_plan(parse_yaml("{pattern: ncsv}", "plan", faults), faults);
    EXPECT_TRUE(faults.contains("unknown-choice"));
}

}  // namespace
}  // namespace cifra
