#include "sampling/synthetic_justice_plan.h"

#include "sampling/synthetic_waves_plan.h"

namespace cifra {

namespace {

constexpr std::array<double, justice_step_count> usual_shares = {0.3, 0.85, 0.7, 0.6, 0.95},
                                                 usual_days = {60, 150, 10, 5, 20};
constexpr double longest = 20'000;  // days

void read_days(const YamlValue& value, SyntheticJusticePlan& plan, Diagnostics& faults) {
    Fields fields(value, faults, "'days'");
    for (std::size_t step = 0; step < justice_step_count; ++step)
        plan.days[step] = number_within(fields, justice_steps[step].data(), usual_days[step], 0, longest, faults);
    plan.days_closed = number_within(fields, "closed", plan.days_closed, 0, longest, faults);
    plan.days_released = number_within(fields, "released", plan.days_released, 0, longest, faults);
    fields.finish();
}

}  // namespace

SyntheticJusticePlan read_synthetic_justice(const YamlValue& value, Diagnostics& faults) {
    SyntheticJusticePlan plan;
    Fields fields(value, faults, "'justice'");
    for (std::size_t step = 0; step < justice_step_count; ++step)
        plan.goes_on[step] = probability_by_crime(fields, justice_steps[step].data(), usual_shares[step], faults);
    plan.closed = number_within(fields, "closed", plan.closed, 0, 1, faults);
    plan.days = usual_days;
    if (const YamlValue* days = fields.get("days")) read_days(*days, plan, faults);
    const YamlValue* until = fields.require("until");
    const auto day = until ? parse_date(fields.text("until")) : std::nullopt;
    if (day) plan.until = *day;
    if (until && !day)
        faults.error(until->where, "bad-date", "'until' is no day of the calendar",
                     "write year, month and day: 2027-06-30");
    fields.finish();
    return plan;
}

}  // namespace cifra
