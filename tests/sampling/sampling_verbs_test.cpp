// The verbs synthesize, size and draw: from a study, and alone on files.
#include "sampling/verbs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "engine/csv.h"
#include "engine/design_columns.h"

namespace cifra {
namespace {

namespace fs = std::filesystem;

class SamplingVerbs : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::path(::testing::TempDir()) /
                  ("cifra_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path write(const std::string& name, const std::string& text) {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }
    static std::string read(const fs::path& file) {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }
    Context run(const std::string& verb, Options options) {
        Context context;
        context.options = std::move(options);
        context.say = [this](const std::string& line) { said_ += line + "\n"; };
        for (const Verb& each : sampling_verbs())
            if (each.name == verb) each.run(context);
        return context;
    }
    Options on_study(const std::string& text) {
        Options options;
        options.input = write("study.yaml", text);
        return options;
    }

    fs::path folder_;
    std::string said_;
};

const char* const study = R"(
study: trial
seed: 3
synthetic: {regions: 2, psu_scale: 0.3, dwellings_per_psu: 40}
sampling:
  size:
    response_rate: 0.8
    targets: [{name: any, p: 0.2, cv: 0.1}]
  draw:
    dwellings: from_size
    take: 10
    keep: [region, area]
panel: {pattern: overlapping, waves: 2}
)";

TEST_F(SamplingVerbs, RunFromOneStudy) {
    const Options options = on_study(study);
    const Context made = run("synthesize", options);
    EXPECT_EQ(made.outputs.size(), 8u);
    for (const fs::path& file : made.outputs) EXPECT_TRUE(fs::exists(file)) << file;
    run("size", options);
    EXPECT_NE(said_.find("the largest target asks for 500 dwellings"), std::string::npos);
    const Context drawn = run("draw", options);
    EXPECT_EQ(drawn.inputs.size(), 3u);  // study and frame
    Diagnostics faults;
    const Table sample = read_csv(folder_ / "out" / "sample.csv", {}, faults);
    faults.throw_if_errors();
    EXPECT_EQ(sample.rows(), 500u);
    for (const char* name :
         {design_columns::stratum, design_columns::psu, design_columns::dwelling, design_columns::psu_count,
          design_columns::psu_population, design_columns::dwelling_count, design_columns::dwelling_population,
          design_columns::psu_probability, design_columns::dwelling_probability, design_columns::certainty,
          design_columns::base_weight, design_columns::selection_number, "region", "area"})
        EXPECT_TRUE(sample.has(name)) << name;
    EXPECT_EQ(sample.width(), 14u);
    EXPECT_TRUE(fs::exists(folder_ / "out" / "sample_strata.csv"));
}

TEST_F(SamplingVerbs, RunAloneOnFilesAndAgreeWithTheStudy) {
    const Options options = on_study(study);
    run("synthesize", options);
    run("draw", options);
    Options alone;
    alone.out = folder_ / "alone";
    alone.seed = 3;
    alone.values["plan"] = write("plan.yaml", "draw: {dwellings: 500, take: 10, keep: [region, area]}").string();
    alone.values["frame-psu"] = (folder_ / "out/country/frame_psu.csv").string();
    alone.values["frame-dwelling"] = (folder_ / "out/country/frame_dwelling.csv").string();
    run("draw", alone);
    EXPECT_EQ(read(folder_ / "alone" / "sample.csv"), read(folder_ / "out" / "sample.csv"));
    alone.values["frame-person"] = (folder_ / "out/country/country_persons.csv").string();
    run("draw", alone);
    Diagnostics faults;
    const Table sample = read_csv(folder_ / "alone" / "sample.csv", {}, faults);
    EXPECT_TRUE(sample.has(design_columns::person_probability));
    EXPECT_TRUE(sample.has("line"));
}

TEST_F(SamplingVerbs, TheSameSeedGivesTheSameBytes) {
    Options options = on_study(study);
    run("synthesize", options);
    run("draw", options);
    const std::string first = read(folder_ / "out" / "sample.csv"),
                      country = read(folder_ / "out/country/country_incidents.csv");
    run("synthesize", options);
    run("draw", options);
    EXPECT_EQ(read(folder_ / "out" / "sample.csv"), first);
    EXPECT_EQ(read(folder_ / "out/country/country_incidents.csv"), country);
    options.seed = 4;
    run("draw", options);
    EXPECT_NE(read(folder_ / "out" / "sample.csv"), first);
}

TEST_F(SamplingVerbs, DryRunWritesNothing) {
    Options options = on_study(study);
    options.dry_run = true;
    run("synthesize", options);
    run("size", options);
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
        EXPECT_TRUE(entry.is_directory() || entry.path().filename() == "study.yaml") << entry.path();
}

TEST_F(SamplingVerbs, SizeWritesItsTableAndItsCurveInTheLanguageOfTheStudy) {
    Options options =
        on_study("study: x\nlanguages: [es, en]\nsampling: {size: {targets: [{name: a, p: 0.2, cv: 0.1}]}}\n");
    EXPECT_EQ(run("size", options).outputs.size(), 3u);
    EXPECT_NE(read(folder_ / "out" / "size_curve.svg").find("viviendas seleccionadas"), std::string::npos);
    options.language = "en";
    run("size", options);
    EXPECT_NE(read(folder_ / "out" / "size_curve.svg").find("dwellings issued"), std::string::npos);
    Diagnostics faults;
    EXPECT_EQ(read_csv(folder_ / "out" / "size_curve.csv", {}, faults).rows(), 42u);
    EXPECT_EQ(read_csv(folder_ / "out" / "size.csv", {}, faults).at("issued").number(0), 400);
}

TEST_F(SamplingVerbs, SayWhatIsMissing) {
    EXPECT_THROW(run("draw", {}), InputError);
    EXPECT_THROW(run("draw", on_study("study: x\nsampling: {size: {targets: []}}\n")), InputError);
    EXPECT_THROW(run("size", on_study("study: x\n")), InputError);
    EXPECT_THROW(run("draw", on_study("study: x\nsampling: {draw: {psus: 4}}\n")), InputError);  // no frame
    EXPECT_FALSE(fs::exists(folder_ / "out" / "sample.csv"));
}

TEST_F(SamplingVerbs, ApplyWhereTheirSectionIs) {
    Diagnostics faults;
    const Study with = read_study(write("a.yaml", study), faults),
                without = read_study(write("b.yaml", "study: x\n"), faults);
    faults.throw_if_errors();
    for (const Verb& verb : sampling_verbs()) {
        EXPECT_TRUE(verb.applies(with)) << verb.name;
        EXPECT_FALSE(verb.applies(without)) << verb.name;
        EXPECT_FALSE(verb.summary.empty() || verb.manual.empty());
    }
}

}  // namespace
}  // namespace cifra
