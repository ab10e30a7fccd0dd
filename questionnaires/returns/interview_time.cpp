#include "questionnaires/returns/interview_time.h"

#include "engine/calendar.h"
#include "engine/table.h"

namespace cifra {
namespace {

struct Moment {
    double minutes = 0;
    bool zoned = false;
};

// `digits` of text at `at`, as a number up to `most`.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count, int most) {
    if (at + count > text.size()) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = 10 * number + (c - '0');
    }
    return number <= most ? std::optional(number) : std::nullopt;
}

// Minutes east of Greenwich: "Z", "+05:30", "-0600", or nothing for no zone.
std::optional<Moment> zone(std::string_view text) {
    if (text.empty()) return Moment{0, false};
    if (text == "Z") return Moment{0, true};
    if (text[0] != '+' && text[0] != '-') return std::nullopt;
    const auto hours = digits(text, 1, 2, 14);
    const auto minutes = text.size() == 3 ? std::optional(0) : digits(text, text.size() - 2, 2, 59);
    const bool shaped = text.size() == 3 || text.size() == 5 || (text.size() == 6 && text[3] == ':');
    if (!hours || !minutes || !shaped) return std::nullopt;
    const double east = *hours * 60.0 + *minutes;
    return Moment{text[0] == '-' ? -east : east, true};
}

std::optional<Moment> moment(std::string_view text) {
    if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    const auto hour = digits(text, 11, 2, 23), minute = digits(text, 14, 2, 59);
    const std::size_t end = text.find_first_not_of("0123456789.", 17);
    const auto seconds = parse_number(text.substr(17, end == std::string_view::npos ? end : end - 17));
    const auto east = zone(end == std::string_view::npos ? std::string_view{} : text.substr(end));
    if (!date || !hour || !minute || !seconds || *seconds < 0 || *seconds > 60 || !east) return std::nullopt;
    return Moment{date->days * 1440.0 + *hour * 60.0 + *minute + *seconds / 60 - east->minutes, east->zoned};
}

}  // namespace

std::optional<double> minutes_between(std::string_view start, std::string_view end) {
    const auto from = moment(start), to = moment(end);
    if (!from || !to || from->zoned != to->zoned) return std::nullopt;
    return to->minutes - from->minutes;
}

}  // namespace cifra
