// Dates, reference periods, and whether an event of a month that may be unknown lies in a period.
//
// A date is a count of days since 1970-01-01 in the proleptic Gregorian calendar, years 1 to 9999. There is no clock
// and no time zone here.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cifra {

struct Date {
    std::int32_t days = 0;
    auto operator<=>(const Date&) const = default;
};

struct CivilDate {
    int year = 1970, month = 1, day = 1;
    bool operator==(const CivilDate&) const = default;
};

std::optional<Date> make_date(int year, int month, int day);    // nothing when there is no such day
CivilDate civil(Date date);

std::optional<Date> parse_date(std::string_view iso);    // exactly YYYY-MM-DD, else nothing
std::string to_text(Date date);                          // YYYY-MM-DD

// The same day `months` later (earlier where negative), or the last day of that month where it is shorter:
// 2024-01-31 + 1 month = 2024-02-29. Held to the years 1 to 9999.
Date add_months(Date date, int months);

// Calendar months from the month of `from` to the month of `to`, whatever the days: 2020-12-31 to 2021-01-01 is 1.
int months_between(Date from, Date to);

// Days from start to end, both included.
struct DateRange {
    Date start, end;
    bool operator==(const DateRange&) const = default;
    bool contains(Date date) const { return start <= date && date <= end; }
};

// The stretch of time that a survey asks about.
struct ReferencePeriod {
    enum class Kind : std::uint8_t {
        calendar_year,     // 1 January to 31 December of `year`, whenever the interview is (ENVIPE, ENUSC)
        months_before,     // the `months` whole months before the month of interview (CSEW: 12, NCVS: 6)
        months_to_date     // from the day of interview `months` earlier to the day before the interview
    };
    Kind kind = Kind::months_before;
    int months = 12;    // at least 1
    int year = 0;
    bool operator==(const ReferencePeriod&) const = default;
};

DateRange period_of(const ReferencePeriod& reference, Date interview);

// Whether an event of which year and month are remembered, or not, lies in the period: true or false where every day it
// may have happened on lies inside or outside, nothing where it is open. A month outside 1 .. 12 counts as not
// remembered.
std::optional<bool> in_period(std::optional<int> year, std::optional<int> month, const DateRange& period);

}  // namespace cifra
