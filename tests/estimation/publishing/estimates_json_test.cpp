// The JSON document against the rows it was made of, and against its schema.
#include "estimation/publishing/exchange/estimates_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "estimation/domain_text.h"
#include "tests/estimation/publishing/made_up_publication.h"
#include "tests/support/web_programs.h"

namespace cifra {
namespace {

nlohmann::json document(const MadeUpPublication& publication) {
    return nlohmann::json::parse(estimates_json(publication.rows, publication.texts, publication.rules));
}

void expect_number(const nlohmann::json& json, double value) {
    EXPECT_TRUE(std::isnan(value) ? json.is_null() : json == value) << json;
}

TEST(EstimatesJson, HoldsEveryRowAndLabel) {
    const MadeUpPublication publication(RowChoice{{}, {"low"}});
    const nlohmann::json json = document(publication);
    ASSERT_EQ(json.at("estimates").size(), publication.rows.size());
    for (std::size_t i = 0; i < publication.rows.size(); ++i) {
        const PublishedRow& row = publication.rows[i];
        const nlohmann::json& item = json.at("estimates")[i];
        EXPECT_EQ(item.at("indicator"), row.indicator);
        EXPECT_EQ(item.at("domain").size(), domain_parts(row.domain).size());
        expect_number(item.at("estimate"), row.estimate);
        expect_number(item.at("upper"), row.upper);
        expect_number(item.at("n"), row.n);
        EXPECT_EQ(item.at("hidden"), row.hidden);
    }
    EXPECT_EQ(json.at("estimates")[1].at("domain").at("sex"), "1");
    EXPECT_EQ(json.at("variables").at("sex").at("categories").at("2").at("es"), "Mujeres");
    EXPECT_EQ(json.at("indicators").at("total").at("label").at("und"), hostile);
    EXPECT_EQ(json.at("quality").at("inegi_cv").at("labels").at("low").at("level"), "poor");
}

TEST(EstimatesJson, FollowsItsSchema) {
    const ScratchFolder folder;
    const MadeUpPublication publication;
    const std::string schema = CIFRA_SOURCE_DIR "/estimation/publishing/exchange/estimates.schema.json";
    nlohmann::json json = document(publication);
    std::ofstream(folder.path() / "sound.json") << json;
    json["estimates"][0]["estimate"] = "twenty";
    std::ofstream(folder.path() / "wrong.json") << json;
    const WebRun sound = run_web("check_json.mjs", "'" + schema + "' sound.json", folder.path());
    if (!sound.installed) GTEST_SKIP() << no_web;
    EXPECT_EQ(sound.code, 0) << sound.report;
    EXPECT_EQ(run_web("check_json.mjs", "'" + schema + "' wrong.json", folder.path()).code, 3);
}

}  // namespace
}  // namespace cifra
