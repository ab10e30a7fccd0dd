#include "engine/statfile/stat_dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/calendar.h"

namespace cifra {

namespace {

using Kind = StatDate::Kind;

constexpr double day = 86400;
constexpr double since_1960 = -3653 * day, since_1582 = -141428 * day;  // of 1970-01-01

// The letters before the width: "YYMMDD10.2" is YYMMDD, "E8601DA10" is E8601DA.
std::string letters_of(std::string_view format) {
    const std::size_t last = format.find_last_not_of("0123456789.");
    std::string letters(format.substr(0, last == std::string_view::npos ? 0 : last + 1));
    for (char& c : letters)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return letters;
}

template <std::size_t N>
bool is_one_of(const std::string& word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

Kind kind_in_spss(const std::string& format) {
    constexpr std::array<std::string_view, 8> days = {"DATE",  "ADATE", "EDATE", "SDATE",
                                                      "JDATE", "MOYR",  "QYR",   "WKYR"};
    constexpr std::array<std::string_view, 2> moments = {"DATETIME", "YMDHMS"};
    return is_one_of(format, days) ? Kind::day : is_one_of(format, moments) ? Kind::moment : Kind::none;
}

Kind kind_in_sas(const std::string& format) {
    constexpr std::array<std::string_view, 14> days = {"DATE",     "JULIAN",   "MONYY",    "YYMMDD", "DDMMYY",
                                                       "MMDDYY",   "E8601DA",  "B8601DA",  "NLDATE", "WEEKDATE",
                                                       "WEEKDATX", "WORDDATE", "WORDDATX", "YYMON"};
    constexpr std::array<std::string_view, 5> moments = {"DATETIME", "E8601DT", "B8601DT", "DATEAMPM", "NLDATM"};
    if (is_one_of(format, moments)) return Kind::moment;
    // YYMMDD, YYMMDDN, DDMMYYP: the last letter is the separator.
    const bool separated = format.size() == 7 && is_one_of(format.substr(0, 6), days);
    return separated || is_one_of(format, days) ? Kind::day : Kind::none;
}

StatDate date_in_stata(std::string_view format) {
    if (format.starts_with('%')) format.remove_prefix(1);
    if (format.starts_with('-')) format.remove_prefix(1);
    if (format.starts_with("td") || format.starts_with('d')) return {Kind::day, since_1960, day};
    if (format.starts_with("tc") || format.starts_with("tC")) return {Kind::moment, since_1960, 1e-3};
    return {};
}

}  // namespace

StatDate date_of_format(StatFormat file, std::string_view format) {
    if (file == StatFormat::dta) return date_in_stata(format);
    const bool spss = file == StatFormat::sav || file == StatFormat::por;
    const Kind kind = spss ? kind_in_spss(letters_of(format)) : kind_in_sas(letters_of(format));
    if (kind == Kind::none) return {};
    if (spss) return {kind, since_1582, 1};
    return {kind, since_1960, kind == Kind::day ? day : 1};
}

std::optional<std::string> date_text(double serial, const StatDate& date) {
    const double milliseconds = std::round((date.epoch + date.unit * serial) * 1000);
    const double days = std::floor(milliseconds / (1000 * day));
    const auto first = make_date(1, 1, 1), last = make_date(9999, 12, 31);
    if (!(days >= first->days && days <= last->days)) return std::nullopt;
    std::string text = to_text(Date{static_cast<std::int32_t>(days)});
    if (date.kind == Kind::day) return text;
    const auto rest = static_cast<std::int64_t>(milliseconds - days * 1000 * day);
    text += fmt::format("T{:02}:{:02}:{:02}", rest / 3600000, rest / 60000 % 60, rest / 1000 % 60);
    if (rest % 1000 != 0) text += fmt::format(".{:03}", rest % 1000);
    return text;
}

}  // namespace cifra
