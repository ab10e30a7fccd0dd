#include "sampling/synthetic_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace cifra {

namespace {

constexpr ByCrime usual_rates = {12, 30, 46, 40, 34, 36, 28, 24, 40, 34, 20, 13};

SyntheticRegion region_by_number(std::size_t number, double scale) {
    constexpr std::size_t kinds = 6;
    constexpr double urban[kinds] = {90, 70, 60, 50, 45, 35}, rural[kinds] = {30, 40, 35, 45, 50, 50};
    constexpr double risk[kinds] = {1.25, 1.0, 0.85, 1.1, 0.75, 0.95},
                     refusal[kinds] = {0.05, 0, 0.02, -0.01, -0.02, 0.01};
    const std::size_t kind = (number - 1) % kinds;
    const auto scaled = [&](double psus) {
        return static_cast<std::uint32_t>(std::max(2.0, std::round(psus * scale)));
    };
    return {fmt::format("R{}", number), scaled(urban[kind]), scaled(rural[kind]), risk[kind], refusal[kind]};
}

std::uint32_t psu_number(Fields& fields, const char* key, Diagnostics& faults) {
    return static_cast<std::uint32_t>(std::floor(number_within(fields, key, 0, 0, 100000, faults)));
}

SyntheticRegion read_region(const YamlValue& value, std::set<std::string>& names, Diagnostics& faults) {
    SyntheticRegion region;
    Fields fields(value, faults, "a region");
    region.name = fields.required_text("region");
    if (!names.insert(region.name).second)
        faults.error(value.where, "duplicate-region", fmt::format("the region '{}' stands twice", region.name),
                     "rename or remove one");
    region.urban_psus = psu_number(fields, "urban_psus", faults);
    region.rural_psus = psu_number(fields, "rural_psus", faults);
    region.risk = number_within(fields, "risk", 1, 0, 10, faults);
    region.refusal = number_within(fields, "refusal", 0, -0.5, 0.5, faults);
    fields.finish();
    if (region.urban_psus + region.rural_psus == 0)
        faults.error(value.where, "empty-region", "the region has no PSU", "give 'urban_psus' or 'rural_psus'");
    return region;
}

void read_regions(Fields& fields, SyntheticPlan& plan, Diagnostics& faults) {
    const YamlValue* value = fields.get("regions");
    const double scale = number_within(fields, "psu_scale", 1, 0.01, 100, faults);
    std::set<std::string> names;
    if (value && value->is_list()) {
        plan.regions.clear();
        for (const YamlValue& item : value->items) plan.regions.push_back(read_region(item, names, faults));
        if (value->items.empty())
            faults.error(value->where, "empty-list", "'regions' names no region", "give a number or a list");
        return;
    }
    const auto count = static_cast<std::size_t>(number_within(fields, "regions", 6, 1, 1000, faults));
    plan.regions.clear();
    for (std::size_t number = 1; number <= count; ++number) plan.regions.push_back(region_by_number(number, scale));
}

void read_rates(Fields& fields, SyntheticPlan& plan, Diagnostics& faults) {
    const YamlValue* value = fields.get("rates_per_1000");
    if (!value) return;
    Fields rates(*value, faults, "'rates_per_1000'");
    for (std::size_t c = 0; c < crime_count; ++c) {
        const std::string key(crime_ids()[c]);
        plan.rates_per_1000[c] = number_within(rates, key.c_str(), plan.rates_per_1000[c], 0, 2000, faults);
    }
    rates.finish();
}

void read_nonresponse(Fields& fields, SyntheticPlan& plan, Diagnostics& faults) {
    const YamlValue* value = fields.get("nonresponse");
    if (!value) return;
    Fields shares(*value, faults, "'nonresponse'");
    Nonresponse& nonresponse = plan.nonresponse;
    nonresponse.vacant = number_within(shares, "vacant", nonresponse.vacant, 0, 0.9, faults);
    nonresponse.no_contact = number_within(shares, "no_contact", nonresponse.no_contact, 0, 0.4, faults);
    nonresponse.refusal = number_within(shares, "refusal", nonresponse.refusal, 0, 0.4, faults);
    nonresponse.person_refusal = number_within(shares, "person_refusal", nonresponse.person_refusal, 0, 0.4, faults);
    shares.finish();
}

std::vector<std::string> region_names(const SyntheticPlan& plan) {
    std::vector<std::string> names;
    for (const SyntheticRegion& region : plan.regions) names.push_back(region.name);
    return names;
}

}  // namespace

SyntheticPlan default_synthetic_plan() {
    SyntheticPlan plan;
    plan.rates_per_1000 = usual_rates;
    for (std::size_t number = 1; number <= 6; ++number) plan.regions.push_back(region_by_number(number, 1));
    return plan;
}

SyntheticPlan read_synthetic_plan(const YamlValue& value, Diagnostics& faults) {
    SyntheticPlan plan = default_synthetic_plan();
    if (value.is_null()) return plan;
    Fields fields(value, faults, "'synthetic'");
    read_regions(fields, plan, faults);
    plan.dwellings_per_psu = number_within(fields, "dwellings_per_psu", plan.dwellings_per_psu, 10, 5000, faults);
    read_rates(fields, plan, faults);
    read_nonresponse(fields, plan, faults);
    if (const YamlValue* waves = fields.get("waves"))
        plan.waves = read_synthetic_waves(*waves, {crime_ids().begin(), crime_ids().end()}, region_names(plan), faults);
    if (const YamlValue* records = fields.get("records")) plan.records = read_synthetic_records(*records, faults);
    fields.finish();
    return plan;
}

}  // namespace cifra
