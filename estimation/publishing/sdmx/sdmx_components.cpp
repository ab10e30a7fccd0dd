#include <algorithm>
#include <array>
#include <cctype>

#include "estimation/domain_text.h"
#include "estimation/publishing/sdmx/sdmx_table.h"

namespace cifra {

namespace {

struct Known {
    std::string_view id, name;
};

// The dimensions of the SDG data structure, in its order.
constexpr std::array<Known, 15> sdg_dimensions = {{{"FREQ", "Frequency"},
                                                   {"REPORTING_TYPE", "Reporting type"},
                                                   {"SERIES", "Series"},
                                                   {"REF_AREA", "Reference area"},
                                                   {"SEX", "Sex"},
                                                   {"AGE", "Age"},
                                                   {"URBANISATION", "Degree of urbanisation"},
                                                   {"INCOME_WEALTH_QUANTILE", "Income or wealth quantile"},
                                                   {"EDUCATION_LEV", "Education level"},
                                                   {"OCCUPATION", "Occupation"},
                                                   {"CUST_BREAKDOWN", "Custom breakdown"},
                                                   {"COMPOSITE_BREAKDOWN", "Composite breakdown"},
                                                   {"DISABILITY_STATUS", "Disability status"},
                                                   {"ACTIVITY", "Activity"},
                                                   {"PRODUCT", "Product"}}};

constexpr std::array<Known, 7> own_measures = {{{"STD_ERROR", "Standard error"},
                                                {"LOWER_BOUND", "Lower confidence limit"},
                                                {"UPPER_BOUND", "Upper confidence limit"},
                                                {"CV", "Coefficient of variation"},
                                                {"DF", "Degrees of freedom"},
                                                {"SAMPLE_SIZE", "Observations of the domain"},
                                                {"CASES", "Observations with the characteristic"}}};

SdmxComponent component(std::string id, SdmxRole role, std::string_view name, bool coded, bool number = false) {
    return {std::move(id), role, {{"en", std::string(name)}}, coded, number, {}};
}

bool holds(const std::vector<SdmxComponent>& components, const std::string& id) {
    return std::any_of(components.begin(), components.end(), [&](const SdmxComponent& c) { return c.id == id; });
}

std::vector<SdmxComponent> sdg_structure() {
    std::vector<SdmxComponent> all;
    for (const Known& known : sdg_dimensions)
        all.push_back(component(std::string(known.id), SdmxRole::dimension, known.name, true));
    all.push_back(component("TIME_PERIOD", SdmxRole::time, "Time period", false));
    all.push_back(component("OBS_VALUE", SdmxRole::measure, "Observation value", false, true));
    for (const auto& [id, name] : {Known{"UNIT_MEASURE", "Unit of measure"}, Known{"UNIT_MULT", "Unit multiplier"},
                                   Known{"OBS_STATUS", "Observation status"}, Known{"NATURE", "Nature of the data"}})
        all.push_back(component(std::string(id), SdmxRole::attribute, name, true));
    all.push_back(component("LOWER_BOUND", SdmxRole::attribute, "Lower confidence limit", false, true));
    all.push_back(component("UPPER_BOUND", SdmxRole::attribute, "Upper confidence limit", false, true));
    all.push_back(component("COMMENT_OBS", SdmxRole::attribute, "Comment on the observation", false));
    return all;
}

std::vector<SdmxComponent> own_structure(std::span<const PublishedRow> rows, const SdmxPlan& plan) {
    std::vector<SdmxComponent> all = {component("FREQ", SdmxRole::dimension, "Frequency", true),
                                      component("TABLE", SdmxRole::dimension, "Table", true),
                                      component("INDICATOR", SdmxRole::dimension, "Indicator", true)};
    const auto add_dimension = [&](const std::string& id, const std::string& name) {
        if (!holds(all, id)) all.push_back(component(id, SdmxRole::dimension, name, true));
    };
    for (const auto& [id, code] : plan.fixed)
        if (id != "TIME_PERIOD") add_dimension(id, id);
    for (const PublishedRow& row : rows)
        for (const auto& [name, code] : domain_parts(row.domain)) {
            const auto known = plan.variables.find(name);
            const bool named = known != plan.variables.end() && !known->second.dimension.empty();
            if (!name.empty()) add_dimension(named ? known->second.dimension : sdmx_name(name), name);
        }
    all.push_back(component("TIME_PERIOD", SdmxRole::time, "Time period", false));
    all.push_back(component("OBS_VALUE", SdmxRole::measure, "Observation value", false, true));
    for (const Known& known : own_measures)
        all.push_back(component(std::string(known.id), SdmxRole::measure, known.name, false, true));
    all.push_back(component("UNIT_MEASURE", SdmxRole::attribute, "Unit of measure", true));
    all.push_back(component("OBS_STATUS", SdmxRole::attribute, "Observation status", true));
    all.push_back(component("CONF_LEVEL", SdmxRole::attribute, "Confidence of the limits", false, true));
    all.push_back(component("QUALITY", SdmxRole::attribute, "Rule set and label of reliability", false));
    all.push_back(component("COMMENT_OBS", SdmxRole::attribute, "Comment on the observation", false));
    return all;
}

}  // namespace

std::vector<SdmxComponent> sdmx_components(std::span<const PublishedRow> rows, const SdmxPlan& plan) {
    return plan.sdg ? sdg_structure() : own_structure(rows, plan);
}

std::string sdmx_name(const std::string& name) {
    std::string id;
    for (const unsigned char c : name)
        id += c < 0x80 && std::isalnum(c) != 0 ? static_cast<char>(std::toupper(c)) : '_';
    return id;
}

}  // namespace cifra
