#include "sampling/synthetic_records_plan.h"

#include "sampling/synthetic_waves_plan.h"

namespace cifra {

namespace {

constexpr double usually_recorded = 0.85;

}  // namespace

SyntheticRecordsPlan read_synthetic_records(const YamlValue& value, Diagnostics& faults) {
    SyntheticRecordsPlan plan;
    Fields fields(value, faults, "'records'");
    plan.recorded = probability_by_crime(fields, "recorded", usually_recorded, faults);
    plan.found = number_within(fields, "found", plan.found, 0, 1, faults);
    plan.businesses = number_within(fields, "businesses", plan.businesses, 0, 1, faults);
    plan.visitors = number_within(fields, "visitors", plan.visitors, 0, 1, faults);
    plan.duplicates = number_within(fields, "duplicates", plan.duplicates, 0, 0.5, faults);
    if (const YamlValue* justice = fields.get("justice")) plan.justice = read_synthetic_justice(*justice, faults);
    fields.finish();
    return plan;
}

}  // namespace cifra
