#include "sampling/synthetic_records_plan.h"

#include <string>

#include "sampling/synthetic_waves_plan.h"

namespace cifra {

namespace {

constexpr double usually_recorded = 0.85;

void read_recorded(Fields& fields, SyntheticRecordsPlan& plan, std::span<const std::string_view> crimes,
                   Diagnostics& faults) {
    const YamlValue* value = fields.get("recorded");
    if (!value || !value->is_map()) {
        plan.recorded.fill(number_within(fields, "recorded", usually_recorded, 0, 1, faults));
        return;
    }
    Fields by_crime(*value, faults, "'recorded'");
    for (std::size_t c = 0; c < crimes.size(); ++c)
        plan.recorded[c] = number_within(by_crime, std::string(crimes[c]).c_str(), usually_recorded, 0, 1, faults);
    by_crime.finish();
}

}  // namespace

SyntheticRecordsPlan read_synthetic_records(const YamlValue& value, std::span<const std::string_view> crimes,
                                            Diagnostics& faults) {
    SyntheticRecordsPlan plan;
    Fields fields(value, faults, "'records'");
    read_recorded(fields, plan, crimes, faults);
    plan.found = number_within(fields, "found", plan.found, 0, 1, faults);
    plan.businesses = number_within(fields, "businesses", plan.businesses, 0, 1, faults);
    plan.visitors = number_within(fields, "visitors", plan.visitors, 0, 1, faults);
    plan.duplicates = number_within(fields, "duplicates", plan.duplicates, 0, 0.5, faults);
    fields.finish();
    return plan;
}

}  // namespace cifra
