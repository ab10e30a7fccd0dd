#include "engine/calendar.h"

#include <gtest/gtest.h>

#include <array>

namespace cifra {
namespace {

Date day(const char* iso) { return parse_date(iso).value(); }

bool leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int month_length(int year, int month) {
    constexpr std::array<int, 12> lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[static_cast<std::size_t>(month - 1)] + (month == 2 && leap(year) ? 1 : 0);
}

// Counting one day at a time over four centuries.
TEST(Calendar, days_count_up_by_one) {
    std::int32_t expected = make_date(1800, 1, 1)->days;
    for (int year = 1800; year <= 2200; ++year) {
        for (int month = 1; month <= 12; ++month) {
            for (int d = 1; d <= month_length(year, month); ++d) {
                const auto date = make_date(year, month, d);
                ASSERT_TRUE(date);
                ASSERT_EQ(date->days, expected++);
                ASSERT_EQ(civil(*date), (CivilDate{year, month, d}));
                ASSERT_EQ(parse_date(to_text(*date)), date);
            }
            ASSERT_FALSE(make_date(year, month, month_length(year, month) + 1));
        }
    }
    EXPECT_EQ(make_date(1970, 1, 1)->days, 0);
    EXPECT_EQ(make_date(2000, 3, 1)->days, 11017);
}

TEST(Calendar, only_iso_text_is_a_date) {
    EXPECT_EQ(to_text(day("2021-04-07")), "2021-04-07");
    EXPECT_EQ(to_text(day("0001-01-01")), "0001-01-01");
    for (const char* text : {"", "2021-4-7", "2021-04-31", "2021-00-10", "2021-13-01", "0000-01-01", "2021/04/07",
                             "-021-04-07", "2021-04-07 ", "07-04-2021", "2021-+4-07", "2021-04--7", "20210407"})
        EXPECT_FALSE(parse_date(text)) << text;
}

TEST(Calendar, months_are_added_to_the_end_of_short_months) {
    EXPECT_EQ(add_months(day("2024-01-31"), 1), day("2024-02-29"));
    EXPECT_EQ(add_months(day("2023-01-31"), 1), day("2023-02-28"));
    EXPECT_EQ(add_months(day("2024-03-31"), -1), day("2024-02-29"));
    EXPECT_EQ(add_months(day("2021-01-15"), -13), day("2019-12-15"));
    EXPECT_EQ(add_months(day("2021-12-15"), 1), day("2022-01-15"));
    EXPECT_EQ(add_months(day("0001-02-15"), -100), day("0001-01-15"));
    EXPECT_EQ(add_months(day("9999-02-15"), 2147483647), day("9999-12-15"));
    EXPECT_EQ(months_between(day("2020-12-31"), day("2021-01-01")), 1);
    EXPECT_EQ(months_between(day("2021-03-01"), day("2020-03-31")), -12);
}

using Kind = ReferencePeriod::Kind;

TEST(Calendar, reference_periods) {
    const Date interview = day("2021-03-31");
    EXPECT_EQ(period_of({Kind::calendar_year, 12, 2020}, interview), (DateRange{day("2020-01-01"), day("2020-12-31")}));
    EXPECT_EQ(period_of({Kind::months_before, 12, 0}, interview), (DateRange{day("2020-03-01"), day("2021-02-28")}));
    EXPECT_EQ(period_of({Kind::months_before, 6, 0}, interview), (DateRange{day("2020-09-01"), day("2021-02-28")}));
    EXPECT_EQ(period_of({Kind::months_to_date, 1, 0}, interview), (DateRange{day("2021-02-28"), day("2021-03-30")}));
    EXPECT_EQ(period_of({Kind::months_before, 12, 0}, day("2021-01-01")),
              (DateRange{day("2020-01-01"), day("2020-12-31")}));
}

// The definition, day by day: the days on which an event may have happened all lie inside, all outside, or it is open.
std::optional<bool> slow_in_period(std::optional<int> year, std::optional<int> month, const DateRange& period) {
    bool inside = false, outside = false;
    for (int d = make_date(2015, 1, 1)->days; d <= make_date(2026, 12, 31)->days; ++d) {
        const CivilDate date = civil({d});
        if ((year && date.year != *year) || (month && date.month != *month)) continue;
        (period.contains({d}) ? inside : outside) = true;
    }
    return inside && outside ? std::nullopt : std::optional(inside);
}

TEST(Calendar, three_valued_membership_agrees_with_a_search_over_days) {
    const std::array<DateRange, 6> periods = {{{day("2020-01-01"), day("2020-12-31")},
                                            {day("2020-03-01"), day("2021-02-28")},
                                            {day("2020-09-01"), day("2021-02-28")},
                                            {day("2020-03-31"), day("2021-03-30")},
                                            {day("2019-11-15"), day("2021-11-14")},
                                            {day("2020-05-10"), day("2020-05-20")}}};
    for (const DateRange& period : periods) {
        for (int y = 2018; y <= 2023; ++y) {
            for (int m = 0; m <= 12; ++m) {
                const auto year = y == 2018 ? std::nullopt : std::optional(y);
                const auto month = m == 0 ? std::nullopt : std::optional(m);
                EXPECT_EQ(in_period(year, month, period), slow_in_period(year, month, period))
                    << to_text(period.start) << " " << y << "-" << m;
            }
        }
    }
}

TEST(Calendar, a_month_that_is_none_counts_as_unknown) {
    const DateRange year{day("2020-01-01"), day("2020-12-31")};
    EXPECT_EQ(in_period(2020, 99, year), std::optional(true));
    EXPECT_EQ(in_period(2021, 0, year), std::optional(false));
    EXPECT_EQ(in_period(std::nullopt, 99, year), std::nullopt);
    EXPECT_EQ(in_period(0, 1, year), std::optional(false));
}

}  // namespace
}  // namespace cifra
