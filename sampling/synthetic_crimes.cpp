#include "sampling/synthetic_crimes.h"

#include <fmt/format.h>

#include <string>

#include "sampling/synthetic_waves_plan.h"

namespace cifra {

namespace {

constexpr std::array<std::string_view, crime_count> ids = {
    "vehicle_theft", "vehicle_parts_theft", "burglary",  "vandalism", "robbery", "personal_theft",
    "card_fraud",    "consumer_fraud",      "extortion", "threat",    "assault", "sexual_offence"};

}  // namespace

const std::array<std::string_view, crime_count>& crime_ids() { return ids; }

ByCrime probability_by_crime(Fields& fields, const char* key, double fallback, Diagnostics& faults) {
    ByCrime shares{};
    const YamlValue* value = fields.get(key);
    if (!value || !value->is_map()) {
        shares.fill(number_within(fields, key, fallback, 0, 1, faults));
        return shares;
    }
    Fields by_crime(*value, faults, fmt::format("'{}'", key));
    for (std::size_t c = 0; c < crime_count; ++c)
        shares[c] = number_within(by_crime, ids[c].data(), fallback, 0, 1, faults);
    by_crime.finish();
    return shares;
}

}  // namespace cifra
