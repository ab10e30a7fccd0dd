#include "engine/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace cifra {

namespace {

namespace chrono = std::chrono;

constexpr int first_year = 1, last_year = 9999;

chrono::year_month_day calendar_day(int year, int month, int day) {
    return {chrono::year(year), chrono::month(static_cast<unsigned>(month)), chrono::day(static_cast<unsigned>(day))};
}

Date date_of(const chrono::year_month_day& day) {
    return {static_cast<std::int32_t>(chrono::sys_days(day).time_since_epoch().count())};
}

// Months since January of year 0.
int month_index(const CivilDate& date) { return date.year * 12 + date.month - 1; }

Date first_of_month(int index) { return date_of(calendar_day(index / 12, index % 12 + 1, 1)); }
Date last_of_month(int index) { return {first_of_month(index + 1).days - 1}; }

std::optional<int> digits(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool plain = error == std::errc() && end == text.data() + text.size() && text.front() != '-';
    return plain ? std::optional(value) : std::nullopt;
}

std::optional<bool> decide(const DateRange& possible, const DateRange& period) {
    if (possible.end < period.start || period.end < possible.start) return false;
    if (period.contains(possible.start) && period.contains(possible.end)) return true;
    return std::nullopt;
}

// Whether any month of the period is the `month` of some year.
bool meets_month(int month, const DateRange& period) {
    const int first = month_index(civil(period.start)), last = month_index(civil(period.end));
    return (month - 1 - first % 12 + 12) % 12 <= last - first;
}

bool is_year(int year) { return year >= first_year && year <= last_year; }

}  // namespace

std::optional<Date> make_date(int year, int month, int day) {
    if (!is_year(year) || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
    const chrono::year_month_day date = calendar_day(year, month, day);
    return date.ok() ? std::optional(date_of(date)) : std::nullopt;
}

CivilDate civil(Date date) {
    const chrono::year_month_day day{chrono::sys_days(chrono::days(date.days))};
    return {int(day.year()), static_cast<int>(unsigned(day.month())), static_cast<int>(unsigned(day.day()))};
}

std::optional<Date> parse_date(std::string_view iso) {
    if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-') return std::nullopt;
    const auto year = digits(iso.substr(0, 4)), month = digits(iso.substr(5, 2)), day = digits(iso.substr(8, 2));
    return year && month && day ? make_date(*year, *month, *day) : std::nullopt;
}

std::string to_text(Date date) {
    const CivilDate day = civil(date);
    return fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day);
}

Date add_months(Date date, int months) {
    const CivilDate day = civil(date);
    const auto moved = static_cast<std::int64_t>(month_index(day)) + months;
    const int index = static_cast<int>(std::clamp<std::int64_t>(moved, first_year * 12, last_year * 12 + 11));
    return std::min(Date{first_of_month(index).days + day.day - 1}, last_of_month(index));
}

int months_between(Date from, Date to) { return month_index(civil(to)) - month_index(civil(from)); }

DateRange period_of(const ReferencePeriod& reference, Date interview) {
    const Date month = first_of_month(month_index(civil(interview)));
    switch (reference.kind) {
        case ReferencePeriod::Kind::calendar_year:
            return {first_of_month(reference.year * 12), last_of_month(reference.year * 12 + 11)};
        case ReferencePeriod::Kind::months_before:
            return {add_months(month, -reference.months), {month.days - 1}};
        case ReferencePeriod::Kind::months_to_date:
            return {add_months(interview, -reference.months), {interview.days - 1}};
    }
    return {};
}

std::optional<bool> in_period(std::optional<int> year, std::optional<int> month, const DateRange& period) {
    const bool month_known = month && *month >= 1 && *month <= 12;
    if (year && !is_year(*year)) return false;
    if (!year) return month_known && !meets_month(*month, period) ? std::optional(false) : std::nullopt;
    const int first = *year * 12 + (month_known ? *month - 1 : 0);
    const int last = month_known ? first : first + 11;
    return decide({first_of_month(first), last_of_month(last)}, period);
}

}  // namespace cifra
