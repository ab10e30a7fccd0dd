// The fixed words of the pages of records: none is forgotten in a language, and a sentence has the same places for
// figures in all of them.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <set>

#include "estimation/publishing/words.h"
#include "estimation/records/comparison_words.h"
#include "estimation/records/flow_stage.h"
#include "estimation/records/flow_words.h"
#include "estimation/records/system_words.h"

namespace cifra {
namespace {

// A struct of words and nothing else, as a list.
template <class Word, class Struct>
std::array<Word, sizeof(Struct) / sizeof(Word)> list_of(const Struct& words) {
    return std::bit_cast<std::array<Word, sizeof(Struct) / sizeof(Word)>>(words);
}

std::size_t places_in(std::string_view text) {
    std::size_t places = 0;
    for (std::size_t at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++places;
    return places;
}

template <class Word, class Struct>
void expect_whole(const Struct& (*words)(const std::string&), std::size_t alike_at_most) {
    const auto english = list_of<Word>(words("en"));
    std::set<const void*> structs;
    for (const std::string& language : page_languages()) {
        structs.insert(&words(language));
        const auto list = list_of<Word>(words(language));
        std::size_t alike = 0;
        for (std::size_t k = 0; k < list.size(); ++k) {
            ASSERT_FALSE(std::string_view(list[k]).empty()) << language << " behind " << english[k > 0 ? k - 1 : 0];
            EXPECT_EQ(places_in(list[k]), places_in(english[k])) << language << ": " << list[k];
            alike += std::string_view(list[k]) == std::string_view(english[k]);
        }
        if (language != "en") {
            EXPECT_LE(alike, alike_at_most) << language;
        }
    }
    EXPECT_EQ(structs.size(), page_languages().size());
    EXPECT_EQ(&words("fr-CA"), &words("fr"));
    EXPECT_EQ(&words("xx"), &words("en"));
}

TEST(RecordsWords, OfTheComparison) { expect_whole<std::string_view>(&comparison_words, 10); }
TEST(RecordsWords, OfTheFlow) { expect_whole<const char*>(&flow_words, 8); }
TEST(RecordsWords, OfTheMap) { expect_whole<const char*>(&system_words, 8); }

TEST(RecordsWords, StagesUnitsRulesAndFrequencies) {
    const auto distinct = [](const auto& word_in) {
        std::set<std::string> words;
        for (const std::string& language : page_languages()) {
            words.insert(word_in(language));
            EXPECT_FALSE(word_in(language).empty());
        }
        return words.size();
    };
    for (std::size_t k = 0; k < flow_stage_count; ++k)
        EXPECT_GE(distinct([&](const auto& in) { return flow_stage_title(static_cast<FlowStage>(k), in); }), 3u) << k;
    for (const std::string& unit : flow_units())
        EXPECT_GE(distinct([&](const auto& in) { return flow_unit_title(unit, in); }), 2u) << unit;
    for (const char* rule : {"moment", "serial_offences", "output", "offence", "yes", "each", "separate", "threats",
                             "conspiracy_planning"})
        EXPECT_GE(distinct([&](const auto& in) { return counting_word(rule, in); }), 3u) << rule;
    for (const char* frequency : {"daily", "weekly", "monthly", "quarterly", "yearly"})
        EXPECT_GE(distinct([&](const auto& in) { return frequency_word(frequency, in); }), 3u) << frequency;
    EXPECT_EQ(counting_word("national police", "fr"), "national police");
}

}  // namespace
}  // namespace cifra
