#include "questionnaires/play/place_names.h"

#include <fmt/format.h>

#include <charconv>

namespace cifra {
namespace {

std::optional<std::uint32_t> ordinal_of(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && number >= 1 && text.front() != '0' ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<IncidentKey> find_incident(const Instrument& instrument, std::string_view name) {
    const std::size_t first = name.find('.'), last = name.rfind('.');
    if (first == std::string_view::npos) return std::nullopt;
    IncidentKey key;
    std::string_view crime = name.substr(0, last);
    if (first != last) {
        const auto line = ordinal_of(name.substr(0, first));
        if (!line) return std::nullopt;
        key.line = *line;
        crime = name.substr(first + 1, last - first - 1);
    }
    const auto index = instrument.crime_index(crime);
    const auto ordinal = ordinal_of(name.substr(last + 1));
    if (!index || !ordinal) return std::nullopt;
    key.crime = static_cast<std::uint32_t>(*index);
    key.ordinal = *ordinal;
    return key;
}

std::string place_name(const Instrument& instrument, const Place& place) {
    const std::string& name = instrument.questions[place.question].name;
    if (place.ordinal > 0) {
        const std::string line = place.line > 0 ? fmt::format("{}.", place.line) : "";
        return fmt::format("{}[{}{}.{}]", name, line, instrument.crimes[place.crime].id, place.ordinal);
    }
    return place.line > 0 ? fmt::format("{}[{}]", name, place.line) : name;
}

std::optional<Place> find_place(const Instrument& instrument, std::string_view name) {
    const std::size_t bracket = name.find('[');
    const Question* question = instrument.find(name.substr(0, bracket));
    if (!question) return std::nullopt;
    Place place{static_cast<std::uint32_t>(question - instrument.questions.data()), 0, 0, 0};
    if (bracket == std::string_view::npos)
        return question->unit == Unit::household || question->unit == Unit::person ? std::optional(place)
                                                                                   : std::nullopt;
    if (!name.ends_with(']') || question->unit == Unit::household) return std::nullopt;
    const std::string_view inside = name.substr(bracket + 1, name.size() - bracket - 2);
    if (question->unit == Unit::incident) {
        const auto key = find_incident(instrument, inside);
        return key ? std::optional(Place{place.question, key->line, key->crime, key->ordinal}) : std::nullopt;
    }
    const auto line = ordinal_of(inside);
    if (!line) return std::nullopt;
    place.line = *line;
    return place;
}

}  // namespace cifra
