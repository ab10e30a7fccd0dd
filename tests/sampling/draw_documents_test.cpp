// What comes with a sample: reserves, joint probabilities, listings, the workbook, the protocol.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "engine/command.h"
#include "engine/csv.h"
#include "sampling/draw.h"
#include "sampling/field/listing.h"
#include "sampling/field/workbook.h"
#include "sampling/selection/inclusion.h"
#include "sampling/selection/joint.h"
#include "sampling/verbs.h"
#include "tests/sampling/plans.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

namespace fs = std::filesystem;
using testing::draw_plan;

// Twelve PSUs in two strata, of 6 to 11 dwellings.
std::vector<std::string> frame_files() {
    std::string psus = "psu,stratum,dwellings\n", dwellings = "dwelling,psu,street,lon\n";
    for (int p = 0; p < 12; ++p) {
        const std::string psu = "p" + std::to_string(10 + p);
        psus += psu + (p < 5 ? ",a," : ",b,") + std::to_string(6 + p % 6) + "\n";
        for (int d = 0; d < 6 + p % 6; ++d)
            dwellings += fmt::format("{0}-{1},{0},Calle {2},{3}.5\n", psu, 10 + d, d / 3, d);
    }
    return {psus, dwellings};
}

DrawnSample draw(const std::string& keys, std::uint64_t seed = 3) {
    const DrawPlan plan = draw_plan("{psus: 6, take: 4, keep: [street, lon]" + keys + "}");
    return draw_sample(plan, testing::frame_from(frame_files(), plan.stages), seed);
}

TEST(Reserves, AreOtherDwellingsOfTheSamePsuInOrderOfRank) {
    const DrawnSample plain = draw(""), with = draw(", replacements: {per_psu: 3}");
    EXPECT_EQ(to_csv(with.sample), to_csv(plain.sample));  // reserves disturb nothing
    EXPECT_EQ(plain.reserves.width(), 0u);
    EXPECT_TRUE(with.notes.contains("reserves"));
    std::set<std::string> drawn, held;
    std::map<std::string, double> psu_size, weight, ranks;
    for (std::size_t row = 0; row < with.sample.rows(); ++row) {
        drawn.insert(with.sample.at("dwelling").text(row));
        psu_size[with.sample.at("psu").text(row)] = with.sample.at("N_dwelling").number(row);
        weight[with.sample.at("psu").text(row)] = with.sample.at("base_weight").number(row);
    }
    for (std::size_t row = 0; row < with.reserves.rows(); ++row) {
        const std::string &psu = with.reserves.at("psu").text(row), &id = with.reserves.at("dwelling").text(row);
        EXPECT_FALSE(drawn.contains(id));
        EXPECT_TRUE(held.insert(id).second);
        EXPECT_EQ(id.substr(0, 3), psu);
        EXPECT_EQ(with.reserves.at("reserve_rank").number(row), ++ranks[psu]);
        EXPECT_EQ(with.reserves.at("base_weight").number(row), weight.at(psu));
    }
    for (const auto& [psu, size] : psu_size) EXPECT_EQ(ranks[psu], std::min(3.0, size - 4)) << psu;
}

// Every dwelling is the first reserve of its PSU as often as any other.
TEST(Reserves, AreChosenEvenly) {
    std::map<std::string, int> first;
    for (std::uint64_t seed = 0; seed < 6000; ++seed) {
        const DrawPlan plan = draw_plan("{psus_per_stratum: 1, take: 4, replacements: {per_psu: 1}}");
        const Frame frame = testing::frame_from(
            {"psu,stratum,dwellings\np,a,8\n", "dwelling,psu\n1,p\n2,p\n3,p\n4,p\n5,p\n6,p\n7,p\n8,p\n"}, plan.stages);
        ++first[draw_sample(plan, frame, seed).reserves.at("dwelling").text(0)];
    }
    for (const auto& [id, count] : first) EXPECT_NEAR(count, 750, 4.5 * 25.6) << id;  // binomial(6000, 1/8)
}

TEST(DrawnJoint, PairsHaveTheProbabilitiesOfTheMethod) {
    const std::string plan_text =
        "{stages: [{unit: psu, strata: [stratum], method: sampford, size: dwellings, n_per_stratum: 3}, {unit: "
        "dwelling, method: srs, take: 2}], joint: true}";
    const DrawPlan plan = draw_plan(plan_text);
    const DrawnSample drawn = draw_sample(plan, testing::frame_from(frame_files(), plan.stages), 5);
    ASSERT_EQ(drawn.joint.rows(), 6u);  // three pairs a stratum
    const std::vector<double> sizes = {6, 7, 8, 9, 10};
    const std::vector<double> pi = inclusion_by_size(sizes, 3).probability;
    for (std::size_t row = 0; row < 3; ++row) {
        const std::size_t units[] = {std::stoul(drawn.joint.at("psu").text(row).substr(1)) - 10,
                                     std::stoul(drawn.joint.at("psu_2").text(row).substr(1)) - 10};
        EXPECT_EQ(drawn.joint.at("stratum").text(row), "a");
        EXPECT_NEAR(drawn.joint.at("pi_12").number(row), joint_sampford(pi, units)(0, 1), 1e-14);
    }
}

TEST(DrawnJoint, IsRefusedWhereNoneIsKnown) {
    Diagnostics faults;
    read_plan(parse_yaml("draw: {joint: true, stages: [{unit: psu, method: chromy, size: s, n: 3}]}", "p", faults),
              faults);
    EXPECT_TRUE(faults.contains("no-joint-probabilities"));
}

Listing listing(const std::string& keys) {
    const DrawPlan plan = draw_plan("{psus: 9, take: 4, keep: [street, lon]" + keys + "}");
    return make_listing(plan, draw_sample(plan, testing::frame_from(frame_files(), plan.stages), 3));
}

TEST(Listing, KeepsPsusWholeAndBalancesTheLists) {
    const Listing lists = listing(", replacements: {per_psu: 2}, field: {interviewers: 4}");
    ASSERT_EQ(lists.names.size(), 4u);
    ASSERT_EQ(lists.first.size(), 5u);
    std::map<std::string, std::set<std::string>> lists_of_psu;
    for (std::size_t i = 0; i < 4; ++i) {
        int dwellings = 0;
        for (std::size_t row = lists.first[i]; row < lists.first[i + 1]; ++row) {
            EXPECT_EQ(lists.table.at("assignment").text(row), lists.names[i]);
            lists_of_psu[lists.table.at("psu").text(row)].insert(lists.names[i]);
            dwellings += lists.table.at("reserve").present(row) ? 0 : 1;
        }
        EXPECT_LE(std::abs(dwellings - 9), 4) << i;  // 36 dwellings, four a PSU
    }
    EXPECT_EQ(lists_of_psu.size(), 9u);
    for (const auto& [psu, names] : lists_of_psu) EXPECT_EQ(names.size(), 1u) << psu;
}

TEST(Listing, StandsInOrderForPrintWithRoomForTheVisits) {
    const Listing lists = listing(", replacements: {per_psu: 2}, field: {visits: 3}");
    EXPECT_EQ(lists.names, (std::vector<std::string>{"a", "b"}));
    for (std::size_t row = 1; row < lists.table.rows(); ++row) {
        const auto key = [&](std::size_t at) {
            return std::make_tuple(lists.table.at("stratum").text(at), lists.table.at("psu").text(at),
                                   lists.table.at("reserve").present(at) ? lists.table.at("reserve").number(at) : 0,
                                   lists.table.at("dwelling").text(at));
        };
        EXPECT_LT(key(row - 1), key(row));
    }
    for (const char* name : {"street", "lon", "visit_1_date", "visit_3_outcome", "replaces", "notes"})
        EXPECT_TRUE(lists.table.has(name)) << name;
    EXPECT_FALSE(lists.table.has("visit_4_date"));
}

TEST(Listing, TellsWhomToAskWithoutMultiplying) {
    const DrawPlan plan = draw_plan("{psus: 9, take: 4, field: true}");
    const DrawnSample drawn = draw_sample(plan, testing::frame_from(frame_files(), plan.stages), 3);
    const Listing lists = make_listing(plan, drawn);
    std::map<std::string, double> number;
    for (std::size_t row = 0; row < drawn.sample.rows(); ++row)
        number[drawn.sample.at("dwelling").text(row)] = drawn.sample.at("selection_number").number(row);
    for (std::size_t row = 0; row < lists.table.rows(); ++row)
        for (int eligible = 2; eligible <= 8; ++eligible)
            EXPECT_EQ(lists.table.at("of_" + std::to_string(eligible)).number(row),
                      1 + std::floor(number.at(lists.table.at("dwelling").text(row)) * eligible));
    const Listing women = listing(", field: true, person: {method: next_birthday}");
    EXPECT_FALSE(women.table.has("of_2"));
}

TEST(Workbook, IsTheSameBytesEachTime) {
    const Listing lists = listing(", field: {interviewers: 3}");
    const std::string bytes = workbook_bytes(lists);
    EXPECT_EQ(bytes.substr(0, 2), "PK");
    EXPECT_GT(bytes.size(), 5000u);
    EXPECT_EQ(workbook_bytes(lists), bytes);
}

class Protocol : public ::testing::Test {
protected:
    void SetUp() override {
        const std::vector<std::string> files = frame_files();
        write("frame/psus.csv", files[0]);
        write("frame/dwellings.csv", files[1]);
        write("plan.yaml",
              "frame: {psu: frame/psus.csv, dwelling: frame/dwellings.csv}\n"
              "draw: {stages: [{unit: psu, strata: [stratum], method: conditional_poisson, size: dwellings, n: 7},\n"
              "  {unit: dwelling, method: systematic, take: 3, order: random}], replacements: {per_psu: 1},\n"
              "  field: {interviewers: 2}, joint: true, person: {method: kish_grid}}\n");
        run({{"plan", (folder_.path() / "plan.yaml").string()}});
    }
    void write(const std::string& name, const std::string& text) {
        fs::create_directories((folder_.path() / name).parent_path());
        std::ofstream(folder_.path() / name) << text;
    }
    std::string read(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(folder_.path() / name).rdbuf();
        return text.str();
    }
    Context run(const std::map<std::string, std::string>& values) {
        Context context;
        context.options.values = values;
        context.options.out = folder_.path() / "out";
        context.options.seed = 11;
        for (const Verb& verb : sampling_verbs())
            if (verb.name == "draw") verb.run(context);
        return context;
    }
    // The codes of what the check of the protocol finds.
    std::string verify() {
        try {
            run({{"verify", (folder_.path() / "out/draw_protocol.json").string()}});
        } catch (const InputError& error) {
            return error.diagnostics().items()[0].code;
        }
        return "repeated";
    }

    ScratchFolder folder_;
};

TEST_F(Protocol, RepeatsTheDraw) {
    EXPECT_EQ(verify(), "repeated");
    for (const char* name : {"sample_reserves.csv", "joint.csv", "field/listings.csv", "field/assignments.xlsx",
                             "draw_protocol.txt", "sample_strata.csv"})
        EXPECT_TRUE(fs::exists(folder_.path() / "out" / name)) << name;
}

// Somebody else writes the plan and the seed off the protocol and draws elsewhere.
TEST_F(Protocol, HoldsAllThatIsNeeded) {
    const auto json = nlohmann::json::parse(read("out/draw_protocol.json"));
    write("elsewhere/plan.json", json["plan"].dump());
    fs::copy(folder_.path() / "frame", folder_.path() / "elsewhere/frame");
    Context context;
    context.options.out = folder_.path() / "elsewhere/out";
    context.options.seed = std::stoull(json["seed"].get<std::string>());
    context.options.values = {{"plan", (folder_.path() / "elsewhere/plan.json").string()}};
    for (const Verb& verb : sampling_verbs())
        if (verb.name == "draw") verb.run(context);
    EXPECT_EQ(read("elsewhere/out/sample.csv"), read("out/sample.csv"));
    EXPECT_EQ(read("elsewhere/out/sample_reserves.csv"), read("out/sample_reserves.csv"));
}

TEST_F(Protocol, CountsWhatTheSampleHolds) {
    const auto json = nlohmann::json::parse(read("out/draw_protocol.json"));
    Diagnostics faults;
    const Table sample = read_csv(folder_.path() / "out/sample.csv", {}, faults);
    std::map<std::string, std::set<std::string>> psus;
    for (std::size_t row = 0; row < sample.rows(); ++row)
        psus[sample.at("stratum").text(row)].insert(sample.at("psu").text(row));
    for (const auto& stratum : json["strata"])
        EXPECT_EQ(stratum["n_psu"].get<std::size_t>(), psus.at(stratum["stratum"].get<std::string>()).size());
    EXPECT_EQ(json["seed"], "11");
    EXPECT_EQ(json["stages"][0]["method"], "conditional_poisson");
    EXPECT_EQ(json["files"][0]["path"], "../frame/psus.csv");
}

TEST_F(Protocol, TellsWhatChanged) {
    const std::string psus = read("frame/psus.csv"), sample = read("out/sample.csv"),
                      protocol = read("out/draw_protocol.json");
    write("frame/psus.csv", psus + "\n");
    EXPECT_EQ(verify(), "frame-changed");
    write("frame/psus.csv", psus);
    write("out/sample.csv", sample + "\n");
    EXPECT_EQ(verify(), "sample-changed");
    write("out/sample.csv", sample);
    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string text = protocol;
        text.replace(text.find(from), from.size(), to);
        write("out/draw_protocol.json", text);
        return verify();
    };
    EXPECT_EQ(changed("\"take\": \"3\"", "\"take\": \"2\""), "plan-changed");
    EXPECT_EQ(changed("\"seed\": \"11\"", "\"seed\": \"12\""), "sample-differs");
    EXPECT_EQ(changed("\"seed\": \"11\"", "\"seed\": \"1x\""), "bad-protocol");
    EXPECT_EQ(changed("\"role\": \"psu\"", "\"role\": \"upm\""), "bad-protocol");
    EXPECT_EQ(changed("\"files\"", "\"fails\""), "bad-protocol");
    write("out/draw_protocol.json", protocol);
    EXPECT_EQ(verify(), "repeated");
}

}  // namespace
}  // namespace cifra
