#include "engine/crosswalk/suggest.h"

#include <gtest/gtest.h>

#include "engine/crosswalk/folded_words.h"
#include "engine/csv.h"
#include "engine/iccs.h"

namespace cifra {
namespace {

TEST(Suggest, WordsAreFolded) {
    EXPECT_EQ(folded_words("  Robo con entrada ILÍCITA (art. 5)"),
              (std::vector<std::string>{"robo", "con", "entrada", "ilicita", "art", "5"}));
    EXPECT_EQ(folded_words("Señal, ÑANDÚ; Über-Façade"),
              (std::vector<std::string>{"senal", "nandu", "uber", "facade"}));
    EXPECT_TRUE(folded_words(" ¡! ").size() <= 1);
}

TEST(Suggest, ATitleOfTheClassificationIsItself) {
    const IccsSuggester suggester;
    std::size_t first = 0, titles = 0;
    for (const IccsCode& code : iccs_codes()) {
        if (code.title_es.empty()) continue;
        ++titles;
        const auto found = suggester.suggest(code.title_es, 1);
        ASSERT_FALSE(found.empty()) << code.title_es;
        EXPECT_NEAR(found[0].score, 1, 1e-9) << code.title_es;
        first += found[0].iccs == code.code;
    }
    // Some titles stand twice, as a code and as its parent.
    EXPECT_GT(first, titles * 9 / 10);
}

TEST(Suggest, NothingForUnknownWords) {
    EXPECT_TRUE(IccsSuggester().suggest("xyzzy qwerty", 3).empty());
    EXPECT_TRUE(IccsSuggester().suggest("", 3).empty());
}

// A list of offences in the words of national laws, coded by hand for this test; it is small, and says what to expect
// of a proposal, not of a mapping. The README quotes the shares.
TEST(Suggest, FindsTheDivisionOfMostOffencesOfAHandCodedList) {
    Diagnostics faults;
    const Table list = read_csv(std::string(CIFRA_SOURCE_DIR) + "/tests/engine/crosswalk/coded_titles.csv",
                                {.types = {{"code", ColumnType::text}}}, faults);
    ASSERT_FALSE(faults.has_errors());
    ASSERT_EQ(list.rows(), 80u);
    const IccsSuggester suggester;
    int division_first = 0, division_of_three = 0, exact_first = 0;
    for (std::size_t row = 0; row < list.rows(); ++row) {
        const std::string& code = list.at("code").text(row);
        ASSERT_TRUE(find_iccs(code)) << code;
        const auto found = suggester.suggest(list.at("title").text(row), 3);
        const auto same = [&](const IccsSuggestion& one) { return one.iccs.substr(0, 4) == code.substr(0, 4); };
        exact_first += !found.empty() && found[0].iccs == code;
        division_first += !found.empty() && same(found[0]);
        division_of_three += std::any_of(found.begin(), found.end(), same);
    }
    RecordProperty("exact_first", exact_first);
    RecordProperty("division_first", division_first);
    RecordProperty("division_of_three", division_of_three);
    EXPECT_GE(division_first, 56);
    EXPECT_GE(division_of_three, 64);
}

}  // namespace
}  // namespace cifra
