// The rows every form prints.
#include "estimation/publishing/published_rows.h"

#include <gtest/gtest.h>

#include <cmath>

#include "estimation/domain_text.h"
#include "tests/estimation/publishing/made_up_publication.h"

namespace cifra {
namespace {

TEST(PublishedRows, HiddenRowsKeepTheirPlaceAndLoseTheirFigures) {
    const MadeUpPublication all, some(RowChoice{{}, {"inegi_cv:low"}});
    ASSERT_EQ(some.rows.size(), all.rows.size());
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
        const PublishedRow& row = some.rows[i];
        EXPECT_EQ(row.domain, all.rows[i].domain);
        EXPECT_EQ(row.n, all.rows[i].n);
        EXPECT_EQ(row.hidden, row.quality.quality.label == "low");
        for (const double figure : {row.estimate, row.se, row.cv, row.lower, row.upper})
            EXPECT_TRUE(!row.hidden || std::isnan(figure));
        EXPECT_TRUE(row.hidden || row.estimate == all.rows[i].estimate || std::isnan(all.rows[i].estimate));
        hidden += row.hidden ? 1 : 0;
    }
    EXPECT_EQ(hidden, 3u);
}

TEST(PublishedRows, StandInTheOrderOfTheChosenTables) {
    const MadeUpPublication chosen(RowChoice{{"by_region", "by_sex"}, {}});
    EXPECT_EQ(chosen.rows.front().table, "by_region");
    EXPECT_EQ(chosen.rows.back().table, "by_sex");
    EXPECT_EQ(chosen.rows.size(), MadeUpPublication().rows.size());
}

TEST(PublishedRows, DomainsComeApart) {
    using Parts = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(domain_parts(""), Parts{});
    EXPECT_EQ(domain_parts("sex=1;region=R=1"), (Parts{{"sex", "1"}, {"region", "R=1"}}));
    EXPECT_EQ(domain_parts("whole"), (Parts{{"", "whole"}}));
}

}  // namespace
}  // namespace cifra
