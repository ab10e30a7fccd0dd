// Samples by stages: every method by its inclusion frequencies and totals, a three-stage plan against probabilities
// written out from the files, rates, strata of later stages, ids within the unit above.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "engine/csv.h"
#include "engine/random.h"
#include "sampling/draw.h"
#include "tests/sampling/plans.h"
#include "tests/support/inclusion_check.h"

namespace cifra {
namespace {

using testing::draw_plan;
using testing::frame_from;

// A list of units with a size, coordinates and two strata.
const std::string unit_list = [] {
    std::string text = "unit,half,size,x,y\n";
    const int sizes[] = {5, 9, 2, 7, 12, 6, 3, 8, 4, 10, 1, 11, 6, 5};
    for (int i = 0; i < 14; ++i)
        text += "u" + std::to_string(10 + i) + (i < 8 ? ",a," : ",b,") + std::to_string(sizes[i]) + "," +
                std::to_string(i % 4) + "," + std::to_string(i / 4) + "\n";
    return text;
}();

std::string plan_of(const SelectionMethod& method) {
    std::string plan = "{unit: unit, strata: [half], method: " + std::string(method.name);
    if (method.size != SizeUse::none) plan += ", size: size";
    if (method.auxiliary == AuxiliaryUse::coordinates) plan += ", coordinates: [x, y]";
    if (method.auxiliary == AuxiliaryUse::balance) plan += ", balance: [size, x]";
    if (method.name != "all") plan += ", n_per_stratum: {a: 4, b: 2}";
    return "{stages: [" + plan + "}]}";
}

bool random_size(const SelectionMethod& method) { return method.name == "poisson" || method.name == "bernoulli"; }

struct MethodDraws {
    std::map<std::string, double> pi;  // the last seen; constant but for random groups
    std::map<std::string, std::size_t> place;
    double mean = 0, variance = 0;  // of the sum of the weights
};

// Draws, checks sizes, and keeps the sums of weights.
MethodDraws draw_method(const SelectionMethod& method, const DrawPlan& plan, const Frame& frame, int draws) {
    MethodDraws result;
    double sum = 0, squares = 0;
    for (int seed = 0; seed < draws; ++seed) {
        const Table sample = draw_sample(plan, frame, static_cast<std::uint64_t>(seed)).sample;
        double weights = 0;
        for (std::size_t row = 0; row < sample.rows(); ++row) {
            weights += sample.at("base_weight").number(row);
            result.pi[sample.at("dwelling").text(row)] = sample.at("pi_1").number(row);
            EXPECT_EQ(sample.at("pi_2").number(row), 1);
            EXPECT_EQ(sample.at("psu").text(row), sample.at("dwelling").text(row));
        }
        if (!random_size(method)) {
            EXPECT_EQ(sample.rows(), method.name == "all" ? 14u : 6u) << method.name;
        }
        sum += weights;
        squares += weights * weights;
    }
    result.mean = sum / draws;
    result.variance = std::max(squares / draws - result.mean * result.mean, 0.0) / draws;
    return result;
}

// The mean of Σ 1/π over 4,000 draws within 4.5 Monte Carlo standard errors of N; and every unit as often as its pi_1
// says (a right sampler fails one seed in 10⁴).
TEST(Stages, EveryMethodIsUnbiased) {
    const int draws = 4000;
    for (const SelectionMethod& method : selection_methods()) {
        const DrawPlan plan = draw_plan(plan_of(method));
        const Frame frame = frame_from({unit_list}, plan.stages);
        const MethodDraws seen = draw_method(method, plan, frame, draws);
        EXPECT_EQ(seen.pi.size(), 14u) << method.name;
        EXPECT_LE(std::abs(seen.mean - 14), 4.5 * std::sqrt(seen.variance) + 1e-9) << method.name;
        if (method.name == "rao_hartley_cochran") continue;  // its probabilities are those within random groups
        std::map<std::string, std::size_t> place;
        std::vector<double> expected;
        for (const auto& [id, pi] : seen.pi) {
            place[id] = expected.size();
            expected.push_back(pi);
        }
        const auto verdict = testing::check_inclusion(expected, draws, [&](std::uint64_t draw) {
            const Table sample = draw_sample(plan, frame, draw + 1000000).sample;
            std::vector<std::size_t> taken;
            for (std::size_t row = 0; row < sample.rows(); ++row)
                taken.push_back(place.at(sample.at("dwelling").text(row)));
            return taken;
        });
        EXPECT_TRUE(verdict.passes) << method.name << ": " << verdict.failure;
        if (method.name != "poisson" && method.name != "bernoulli" && method.name != "all") {
            EXPECT_NEAR(std::accumulate(expected.begin(), expected.end(), 0.0), 6, 1e-9) << method.name;
        }
    }
}

TEST(Stages, EveryMethodNeedsWhatTheTableSays) {
    for (const SelectionMethod& method : selection_methods()) {
        const auto codes = [&](const std::string& keys) {
            Diagnostics faults;
            read_plan(
                parse_yaml("draw: {stages: [{unit: u, method: " + std::string(method.name) + keys + "}]}", "p", faults),
                faults);
            return faults.error_count();
        };
        const std::string n = method.name == "all" ? "" : ", n: 3";
        const std::string auxiliary = method.auxiliary == AuxiliaryUse::coordinates ? ", coordinates: [x]"
                                      : method.auxiliary == AuxiliaryUse::balance   ? ", balance: [x]"
                                                                                    : "";
        EXPECT_EQ(codes(n + auxiliary), method.size == SizeUse::needed ? 1u : 0u) << method.name;
        EXPECT_EQ(codes(n + auxiliary + ", size: s"), method.size == SizeUse::none ? 1u : 0u) << method.name;
        if (!auxiliary.empty()) {
            EXPECT_EQ(codes(n + ", size: s"), 1u) << method.name;
        }
        if (method.name == "all") continue;
        const std::string size = method.size == SizeUse::needed ? ", size: s" : "";
        EXPECT_EQ(codes(fmt::format(", rate: 0.5{}{}", size, auxiliary)), method.takes_rate ? 0u : 1u) << method.name;
    }
}

// Three stages; segments of two PSUs have the same ids.
struct Country {
    std::string psus = "psu,region,area,houses\n", segments = "segment,psu,kind\n",
                dwellings = "dwelling,segment,psu\n";
    std::map<std::string, std::size_t> segments_in, dwellings_in;  // by psu; by psu/segment
    std::map<std::string, double> houses;
    std::map<std::string, std::string> stratum;
};

Country country() {
    Country made;
    for (int p = 0; p < 9; ++p) {
        const std::string psu = "p" + std::to_string(p), region = p < 5 ? "n" : "s", area = p % 2 ? "u" : "r";
        const int segments = 2 + p % 3;
        int houses = 0;
        for (int g = 0; g < segments; ++g) {
            const std::string segment = std::to_string(g);
            made.segments += fmt::format("{},{},{}\n", segment, psu, g == 0 ? "x" : "y");
            const int dwellings = 3 + (p + g) % 4;
            for (int d = 0; d < dwellings; ++d) made.dwellings += fmt::format("{0}.{1}.{2},{1},{0}\n", psu, segment, d);
            made.dwellings_in[fmt::format("{}/{}", psu, segment)] = static_cast<std::size_t>(dwellings);
            houses += dwellings;
        }
        made.segments_in[psu] = static_cast<std::size_t>(segments);
        made.houses[psu] = houses + p % 2;
        made.stratum[psu] = fmt::format("{}|{}", region, area);
        made.psus += fmt::format("{},{},{},{}\n", psu, region, area, houses + p % 2);
    }
    return made;
}

const char* const three_stages =
    "{stages: [{unit: psu, strata: [region, area], method: sampford, size: houses, n: 6, allocation: {minimum: 1}},"
    " {unit: segment, ids: within, method: srs, take: 2}, {unit: dwelling, method: systematic, take: 3}]}";

std::vector<std::string> files(const Country& made) { return {made.psus, made.segments, made.dwellings}; }

// pi_1 = n_h x / Σ x written out, 2/segments, 3/dwellings; units of a stratum taken whole are certain.
TEST(Stages, ThreeStagesHaveTheProbabilitiesOfTheFiles) {
    const Country made = country();
    const DrawPlan plan = draw_plan(three_stages);
    const Frame frame = frame_from(files(made), plan.stages);
    std::map<std::string, double> size, units;
    for (const auto& [psu, stratum] : made.stratum) size[stratum] += made.houses.at(psu), units[stratum] += 1;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const Table sample = draw_sample(plan, frame, seed).sample;
        std::map<std::string, std::size_t> rows;
        for (std::size_t row = 0; row < sample.rows(); ++row) {
            const std::string &psu = sample.at("psu").text(row), &segment = sample.at("segment").text(row),
                              &stratum = sample.at("stratum").text(row);
            const auto number = [&](const char* name) { return sample.at(name).number(row); };
            EXPECT_EQ(stratum, made.stratum.at(psu));
            EXPECT_EQ(segment.substr(0, 3), psu + "/");
            EXPECT_EQ(number("N_psu"), units.at(stratum));
            EXPECT_EQ(number("N_segment"), static_cast<double>(made.segments_in.at(psu)));
            EXPECT_EQ(number("N_dwelling"), static_cast<double>(made.dwellings_in.at(segment)));
            const double pi_1 =
                number("n_psu") == units.at(stratum) ? 1 : number("n_psu") * made.houses.at(psu) / size.at(stratum);
            const double pi_segment = 2 / number("N_segment"), pi_dwelling = 3 / number("N_dwelling");
            if (pi_1 < 1) {
                EXPECT_NEAR(number("pi_1"), pi_1, 1e-14);
            }
            EXPECT_EQ(number("pi_segment"), pi_segment);
            EXPECT_EQ(number("pi_dwelling"), pi_dwelling);
            EXPECT_NEAR(number("pi_2"), pi_segment * pi_dwelling, 1e-15);
            EXPECT_NEAR(number("base_weight") * number("pi_1") * number("pi_2"), 1, 1e-14);
            ++rows[segment];
        }
        for (const auto& [segment, count] : rows) EXPECT_EQ(count, 3u);
        EXPECT_EQ(sample.rows(), 6u * 2 * 3);
    }
}

TEST(Stages, ThreeStagesMeetTheirProbabilities) {
    const DrawPlan plan = draw_plan(three_stages);
    const Frame frame = frame_from(files(country()), plan.stages);
    std::map<std::string, double> pi;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        const Table sample = draw_sample(plan, frame, seed).sample;
        for (std::size_t row = 0; row < sample.rows(); ++row)
            pi[sample.at("dwelling").text(row)] = 1 / sample.at("base_weight").number(row);
    }
    ASSERT_EQ(pi.size(), frame.levels[2].units.size());
    std::map<std::string, std::size_t> place;
    std::vector<double> expected;
    for (const auto& [id, value] : pi) {
        place[id] = expected.size();
        expected.push_back(value);
    }
    const auto verdict = testing::check_inclusion(expected, 10000, [&](std::uint64_t draw) {
        const Table sample = draw_sample(plan, frame, draw + 5000).sample;
        std::vector<std::size_t> taken;
        for (std::size_t row = 0; row < sample.rows(); ++row)
            taken.push_back(place.at(sample.at("dwelling").text(row)));
        return taken;
    });
    EXPECT_TRUE(verdict.passes) << verdict.failure;
}

std::string shuffled(const std::string& csv, std::uint64_t seed) {
    std::vector<std::string> lines;
    std::size_t start = csv.find('\n') + 1;
    const std::string head = csv.substr(0, start);
    for (std::size_t end = 0; (end = csv.find('\n', start)) != std::string::npos; start = end + 1)
        lines.push_back(csv.substr(start, end - start + 1));
    Stream stream({seed, Purpose::test, 21, 0});
    for (std::size_t i = lines.size(); i > 1; --i) std::swap(lines[i - 1], lines[stream.below(i)]);
    return std::accumulate(lines.begin(), lines.end(), head);
}

TEST(Stages, OrderOfRowsChangesNothingForAnyMethod) {
    for (const SelectionMethod& method : selection_methods()) {
        const DrawPlan plan = draw_plan(plan_of(method));
        const std::string before = to_csv(draw_sample(plan, frame_from({unit_list}, plan.stages), 5).sample);
        for (std::uint64_t trial = 0; trial < 5; ++trial)
            EXPECT_EQ(to_csv(draw_sample(plan, frame_from({shuffled(unit_list, trial)}, plan.stages), 5).sample),
                      before)
                << method.name;
    }
    const DrawPlan plan = draw_plan(three_stages);
    const Country made = country();
    const std::string before = to_csv(draw_sample(plan, frame_from(files(made), plan.stages), 5).sample);
    for (std::uint64_t trial = 0; trial < 5; ++trial) {
        const Frame frame = frame_from(
            {shuffled(made.psus, trial), shuffled(made.segments, trial), shuffled(made.dwellings, trial)}, plan.stages);
        EXPECT_EQ(to_csv(draw_sample(plan, frame, 5).sample), before);
    }
}

TEST(Stages, AStratumMoreDisturbsNoOther) {
    for (const SelectionMethod& method : selection_methods()) {
        std::string text = plan_of(method);
        if (const auto at = text.find("{a: 4, b: 2}"); at != std::string::npos) text.replace(at, 12, "2");
        const DrawPlan plan = draw_plan(text);
        const auto rows = [&](const std::string& list) {
            const Table sample = draw_sample(plan, frame_from({list}, plan.stages), 12).sample;
            std::vector<std::size_t> kept;
            for (std::size_t row = 0; row < sample.rows(); ++row)
                if (sample.at("stratum").text(row) != "0") kept.push_back(row);
            return to_csv(sample.pick(kept));
        };
        EXPECT_EQ(rows(unit_list + "w1,0,3,1,1\nw2,0,4,2,2\nw3,0,9,5,5\n"), rows(unit_list)) << method.name;
    }
}

// A rate is met exactly by every unit although the numbers taken are whole.
TEST(Stages, RatesAndOverallRatesAreExact) {
    const Country made = country();
    for (const char* last : {"method: srs, rate: 0.3", "method: systematic, self_weighting: 0.05",
                             "method: bernoulli, self_weighting: 0.05"}) {
        const DrawPlan plan = draw_plan(
            std::string("{stages: [{unit: psu, method: pps_systematic, size: houses, n: 4}, {unit: segment, ids: "
                        "within, method: srs, take: 1}, {unit: dwelling, ") +
            last + "}]}");
        const Frame frame = frame_from(files(made), plan.stages);
        const bool overall = std::string(last).find("self") != std::string::npos;
        double weights = 0;
        const int draws = 4000;
        for (int seed = 0; seed < draws; ++seed) {
            const Table sample = draw_sample(plan, frame, static_cast<std::uint64_t>(seed)).sample;
            for (std::size_t row = 0; row < sample.rows(); ++row) {
                weights += sample.at("base_weight").number(row);
                if (overall)
                    EXPECT_NEAR(sample.at("base_weight").number(row), 20, 1e-12);
                else
                    EXPECT_EQ(sample.at("pi_dwelling").number(row), 0.3);
            }
        }
        EXPECT_NEAR(weights / draws, static_cast<double>(frame.levels[2].units.size()), 3) << last;
    }
}

TEST(Stages, SelfWeightingByStratumKeepsTheExpectedTake) {
    const DrawPlan plan = draw_plan(
        "{stages: [{unit: psu, strata: [region], method: pps_systematic, size: houses, n_per_stratum: 2}, {unit: "
        "segment, ids: within, method: srs, take: 2}, {unit: dwelling, method: systematic, take: 2, self_weighting: "
        "true}]}");
    const Frame frame = frame_from(files(country()), plan.stages);
    std::map<std::string, double> listed;
    for (const FrameStratum& stratum : first_stage_strata(frame, plan.stages[0]))
        listed[stratum.id] = static_cast<double>(stratum.last_units);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Table sample = draw_sample(plan, frame, seed).sample;
        for (std::size_t row = 0; row < sample.rows(); ++row)  // 2 PSUs · 2 segments · 2 dwellings
            EXPECT_NEAR(sample.at("base_weight").number(row), listed.at(sample.at("stratum").text(row)) / 8, 1e-12);
    }
}

TEST(Stages, RefusesARateAboveOneAtTheUnit) {
    const DrawPlan plan = draw_plan(
        "{stages: [{unit: psu, method: srs, n: 2}, {unit: segment, ids: within, method: all}, {unit: dwelling, method: "
        "srs, self_weighting: 0.9}]}");
    const Frame frame = frame_from(files(country()), plan.stages);
    try {
        draw_sample(plan, frame, 3);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(error.diagnostics().items()[0].code, "rate-above-1");
        EXPECT_EQ(error.diagnostics().items()[0].where.file, "segments.csv");
        EXPECT_GT(error.diagnostics().items()[0].where.line, 1u);
    }
}

TEST(Stages, LargeGroupsAreSubsampledWithTheFactorRecorded) {
    const DrawPlan plan = draw_plan(
        "{stages: [{unit: psu, method: all}, {unit: segment, ids: within, method: all}, {unit: dwelling, method: srs, "
        "rate: 0.5, subsample: {over: 4, keep: 1/2}}]}");
    const Country made = country();
    const Frame frame = frame_from(files(made), plan.stages);
    const Table sample = draw_sample(plan, frame, 8).sample;
    std::set<double> factors;
    for (std::size_t row = 0; row < sample.rows(); ++row) {
        const bool large = made.dwellings_in.at(sample.at("segment").text(row)) > 4;
        factors.insert(sample.at("subsample").number(row));
        EXPECT_EQ(sample.at("subsample").number(row), large ? 0.5 : 1);
        EXPECT_EQ(sample.at("pi_dwelling").number(row), large ? 0.25 : 0.5);
    }
    EXPECT_EQ(factors.size(), 2u);
}

TEST(Stages, WarnsWhereARateTookNothing) {
    const auto notes = [](const char* rate) {
        const DrawPlan plan = draw_plan(
            std::string("{stages: [{unit: psu, method: all}, {unit: segment, ids: within, method: all}, {unit: "
                        "dwelling, method: systematic, rate: ") +
            rate + "}]}");
        return draw_sample(plan, frame_from(files(country()), plan.stages), 8).notes.contains("empty-units");
    };
    EXPECT_TRUE(notes("0.05"));
    EXPECT_FALSE(notes("0.5"));
}

TEST(Stages, LaterStagesMayHaveStrata) {
    const DrawPlan plan = draw_plan(
        "{stages: [{unit: psu, method: all}, {unit: segment, ids: within, strata: [kind], method: srs, take: {x: 1, y: "
        "2}}, {unit: dwelling, method: srs, take: 1}]}");
    const Country made = country();
    const Table sample = draw_sample(plan, frame_from(files(made), plan.stages), 8).sample;
    std::map<std::string, std::map<std::string, int>> taken;
    for (std::size_t row = 0; row < sample.rows(); ++row) {
        const std::string& psu = sample.at("psu").text(row);
        const bool x = sample.at("stratum_segment").text(row) == "x";
        ++taken[psu][x ? "x" : "y"];
        const double of_kind = x ? 1 : static_cast<double>(made.segments_in.at(psu)) - 1;
        EXPECT_EQ(sample.at("pi_segment").number(row), std::min(x ? 1.0 : 2.0, of_kind) / of_kind);
    }
    for (const auto& [psu, kinds] : taken) {
        EXPECT_EQ(kinds.at("x"), 1);
        EXPECT_EQ(kinds.at("y"), made.segments_in.at(psu) == 2 ? 1 : 2);
    }
}

TEST(Stages, SerpentineOrderSpreadsOverAllColumns) {
    std::string list = "unit,a,b\n";
    for (int i = 0; i < 64; ++i) {
        const int scattered = i * 37 % 64;
        list += "u" + std::to_string(i) + "," + std::to_string(scattered / 16) + "," +
                std::to_string(scattered % 16 / 4) + "\n";
    }
    const DrawPlan plan =
        draw_plan("{stages: [{unit: unit, method: systematic, n: 16, order: {serpentine: [a, b]}}], keep: [a, b]}");
    const Table sample = draw_sample(plan, frame_from({list}, plan.stages), 8).sample;
    std::set<std::pair<double, double>> cells;
    for (std::size_t row = 0; row < sample.rows(); ++row)
        cells.insert({sample.at("a").number(row), sample.at("b").number(row)});
    EXPECT_EQ(cells.size(), 16u);  // one unit of each of the 16 cells
}

}  // namespace
}  // namespace cifra
