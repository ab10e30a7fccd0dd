#include "engine/iccs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace cifra {
namespace {

// Counted in the English and in the Spanish edition of version 1.0.
TEST(Iccs, HasAllCodes) {
    std::map<int, std::size_t> by_level;
    std::set<std::string> distinct;
    for (const IccsCode& code : iccs_codes()) {
        ++by_level[code.level];
        distinct.insert(code.code);
    }
    EXPECT_EQ(by_level, (std::map<int, std::size_t>{{1, 11}, {2, 63}, {3, 148}, {4, 98}}));
    EXPECT_EQ(distinct.size(), 320u);
}

TEST(Iccs, EveryParentExistsOneLevelUpAndBeginsTheCode) {
    for (const IccsCode& code : iccs_codes()) {
        ASSERT_EQ(code.parent.empty(), code.level == 1) << code.code;
        if (code.level == 1) continue;
        const IccsCode* parent = find_iccs(code.parent);
        ASSERT_NE(parent, nullptr) << code.code;
        EXPECT_EQ(parent->level, code.level - 1) << code.code;
        EXPECT_TRUE(code.code.starts_with(code.parent)) << code.code;
    }
}

TEST(Iccs, EveryCodeIsFoundAndHasOfficialTitles) {
    for (const IccsCode& code : iccs_codes()) {
        EXPECT_EQ(find_iccs(code.code), &code);
        EXPECT_FALSE(code.title_en.empty() || code.title_es.empty()) << code.code;
    }
    for (const std::string_view unknown : {"", "1", "0", "010", "0108", "999", "01049x", "zz"})
        EXPECT_EQ(find_iccs(unknown), nullptr) << unknown;
}

TEST(Iccs, TitlesByLanguage) {
    const IccsCode& homicide = *find_iccs("0101");
    EXPECT_EQ(iccs_title(homicide, "en"), "Intentional homicide");
    EXPECT_EQ(iccs_title(homicide, "es"), "Homicidio intencional");
    EXPECT_EQ(iccs_title(homicide, "es-MX"), "Homicidio intencional");
    EXPECT_EQ(iccs_title(homicide, "fr"), "Homicide intentionnel");
    EXPECT_EQ(iccs_title(homicide, "pt"), "Intentional homicide");
    EXPECT_EQ(iccs_title(*find_iccs("0102"), "fr"), "Attempted intentional homicide") << "no French title: English";
}

TEST(Iccs, AttributesOfACode) {
    const IccsCode& extortion = *find_iccs("02051");
    EXPECT_EQ(extortion.level, 3);
    EXPECT_EQ(extortion.parent, "0205");
    EXPECT_EQ(extortion.survey_crime, "extortion");
    EXPECT_EQ(extortion.victim_unit, "person");
    EXPECT_FALSE(extortion.residual);
    EXPECT_TRUE(find_iccs("0109")->residual);
    EXPECT_EQ(find_iccs("0102")->survey_crime, "");
}

TEST(Iccs, WithinAnAncestor) {
    EXPECT_TRUE(iccs_within("010321", "01"));
    EXPECT_TRUE(iccs_within("010321", "01032"));
    EXPECT_TRUE(iccs_within("010321", "010321"));
    EXPECT_FALSE(iccs_within("01", "010321"));
    EXPECT_FALSE(iccs_within("010321", "0104"));
    EXPECT_FALSE(iccs_within("010321", "0")) << "0 is no code";
    EXPECT_FALSE(iccs_within("010321", ""));
    EXPECT_FALSE(iccs_within("0108", "01")) << "0108 is no code";
}

// A walk over the parents, against the cut of the string.
TEST(Iccs, AncestorsByLevel) {
    for (const IccsCode& code : iccs_codes()) {
        for (const IccsCode* at = &code; at; at = find_iccs(at->parent)) {
            EXPECT_EQ(iccs_at_level(code.code, at->level), at->code);
            EXPECT_TRUE(iccs_within(code.code, at->code));
        }
        for (int below = code.level + 1; below <= 5; ++below)
            EXPECT_EQ(iccs_at_level(code.code, below), std::nullopt) << code.code;
    }
    EXPECT_EQ(iccs_at_level("010321", 0), std::nullopt);
    EXPECT_EQ(iccs_at_level("0108", 1), std::nullopt);
}

TEST(IccsAliases, AreWrongAndLeadToARightCode) {
    std::set<std::string> distinct;
    for (const IccsAlias& alias : iccs_aliases()) {
        EXPECT_EQ(find_iccs(alias.wrong), nullptr) << alias.wrong;
        EXPECT_NE(find_iccs(alias.right), nullptr) << alias.wrong;
        EXPECT_FALSE(alias.reason.empty()) << alias.wrong;
        EXPECT_TRUE(distinct.insert(alias.wrong).second) << alias.wrong;
        EXPECT_EQ(find_iccs_alias(alias.wrong), &alias);
    }
    EXPECT_EQ(find_iccs_alias("0101"), nullptr);
    EXPECT_EQ(find_iccs_alias("06013"), nullptr) << "no certain right code";
}

TEST(IccsAliases, KnownWrongCodes) {
    const std::map<std::string, std::string> right = {
        {"01042", "01049"},   {"0908", "0909"},   {"0108", "0109"},   {"070222", "070212"}, {"011012", "11012"},
        {"040122", "040129"}, {"06025", "06029"}, {"10092", "10099"}, {"101", "0101"},      {"1049", "01049"}};
    for (const auto& [wrong, code] : right) {
        const IccsAlias* alias = find_iccs_alias(wrong);
        ASSERT_NE(alias, nullptr) << wrong;
        EXPECT_EQ(alias->right, code);
    }
}

}  // namespace
}  // namespace cifra
