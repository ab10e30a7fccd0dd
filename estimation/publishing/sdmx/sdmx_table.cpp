#include "estimation/publishing/sdmx/sdmx_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>
#include <set>

#include "engine/numbers.h"
#include "estimation/domain_text.h"

namespace cifra {

namespace {

using Observation = std::map<std::string, std::pair<std::string, Labels>>;  // component → text, its label

// What the codes that every structure uses mean.
const std::map<std::string, std::string> code_names = {{"FREQ=A", "Annual"},
                                                       {"REPORTING_TYPE=N", "National"},
                                                       {"REPORTING_TYPE=G", "Global"},
                                                       {"NATURE=C", "Country data"},
                                                       {"UNIT_MULT=0", "Units"},
                                                       {"OBS_STATUS=A", "Normal value"},
                                                       {"OBS_STATUS=U", "Low reliability"},
                                                       {"OBS_STATUS=O", "Missing value"},
                                                       {"OBS_STATUS=Q", "Missing value; suppressed"},
                                                       {"UNIT_MEASURE=PT", "Per cent"},
                                                       {"UNIT_MEASURE=PER_1000_POP", "Per 1,000 population"},
                                                       {"UNIT_MEASURE=PER_100000_POP", "Per 100,000 population"},
                                                       {"UNIT_MEASURE=NUMBER", "Number"}};

// The number a unit is per; 0 for a unit of its own.
double base_of(const std::string& unit) {
    if (unit == "PT") return 100;
    if (unit == "PER_1000_POP") return 1000;
    return unit == "PER_100000_POP" ? 100000 : 0;
}

std::string number_text(double value) { return std::isfinite(value) ? shortest(value) : ""; }

class TableBuilder {
public:
    TableBuilder(const PageTexts& texts, const SdmxPlan& plan, Diagnostics& faults)
        : texts_(texts), plan_(plan), faults_(faults) {}

    SdmxTable build(std::span<const PublishedRow> rows) {
        table_.components = sdmx_components(rows, plan_);
        for (const PublishedRow& row : rows) add(row);
        return std::move(table_);
    }

private:
    // Every kind of fault about one thing is told once.
    void fault(const Location& where, const char* code, const std::string& message, const std::string& hint) {
        if (told_.insert(code + message).second) faults_.error(where, code, message, hint);
    }

    // The code of the study's own id: mapped, else the id itself where the structure is ours and the id is legal.
    std::string mapped(const std::map<std::string, std::string>& codes, const std::string& id, const char* what,
                       const char* key) {
        static const std::regex legal("[A-Za-z0-9_@$-]+");
        const auto known = codes.find(id);
        const std::string code = known != codes.end() ? known->second : plan_.sdg ? "" : id;
        if (!std::regex_match(code, legal))
            fault(plan_.where, "unmapped-code", fmt::format("{} '{}' has no code of SDMX", what, id),
                  fmt::format("name its code under '{}', or leave its table out of 'tables'", key));
        return code;
    }

    void set(Observation& observation, const std::string& component, const std::string& text,
             const Labels& label = {}) {
        observation[component] = {text, label};
    }

    void set_indicator(Observation& observation, const PublishedRow& row) {
        const auto texts = texts_.indicators.find(row.indicator);
        const Labels label = texts == texts_.indicators.end() ? Labels{} : texts->second.label;
        set(observation, plan_.sdg ? "SERIES" : "INDICATOR",
            mapped(plan_.indicators, row.indicator, "the indicator", "indicators"), label);
        if (plan_.sdg) return;
        const TableTexts* table = find_table(texts_, row.table);
        set(observation, "TABLE", mapped({}, row.table, "the table", "tables"), table ? table->title : Labels{});
    }

    void set_domain(Observation& observation, const PublishedRow& row) {
        for (const auto& [name, code] : domain_parts(row.domain)) {
            const auto known = plan_.variables.find(name);
            const SdmxVariable variable = known == plan_.variables.end() ? SdmxVariable{} : known->second;
            const std::string dimension =
                variable.dimension.empty() && !plan_.sdg ? sdmx_name(name) : variable.dimension;
            const bool exists = std::any_of(table_.components.begin(), table_.components.end(), [&](const auto& c) {
                return c.id == dimension && c.role == SdmxRole::dimension;
            });
            if (name.empty() || !exists || observation.contains(dimension))
                fault(plan_.where, "unmapped-code", fmt::format("the variable '{}' has no dimension of its own", name),
                      "name its 'dimension' under 'variables', or leave its table out of 'tables'");
            else
                set(observation, dimension,
                    mapped(variable.codes, code, fmt::format("'{}': the category", name).c_str(), "variables"),
                    label_of(name, code));
        }
    }

    Labels label_of(const std::string& name, const std::string& code) const {
        if (const Variable* variable = texts_.codebook.find(name))
            for (const auto& [known, label] : variable->categories)
                if (known == code) return label;
        return {};
    }

    std::string unit_of(const PublishedRow& row, double scale) {
        const auto known = plan_.units.find(row.indicator);
        if (known != plan_.units.end()) return known->second;
        if (plan_.sdg) return mapped(plan_.units, row.indicator, "the unit of", "units");
        if (scale == 100) return "PT";
        return scale == 1000 ? "PER_1000_POP" : scale == 100000 ? "PER_100000_POP" : "NUMBER";
    }

    // What turns the estimate into its unit.
    double factor(const PublishedRow& row, const std::string& unit, double scale) {
        const double base = base_of(unit);
        if (base == 0) return 1;
        if (scale != 1 && scale != 100 && scale != 1000 && scale != 100000)
            fault(plan_.where, "unit-mismatch",
                  fmt::format("'{}' has scale {} and cannot be in {}", row.indicator, scale, unit),
                  "give it another code under 'units'");
        return base / scale;
    }

    void set_figures(Observation& observation, const PublishedRow& row) {
        const auto texts = texts_.indicators.find(row.indicator);
        const double scale = texts == texts_.indicators.end() ? 1 : texts->second.scale;
        const std::string unit = unit_of(row, scale);
        const double times = factor(row, unit, scale);
        set(observation, "UNIT_MEASURE", unit);
        set(observation, "OBS_VALUE", number_text(row.estimate * times));
        set(observation, "LOWER_BOUND", number_text(row.lower * times));
        set(observation, "UPPER_BOUND", number_text(row.upper * times));
        set(observation, "STD_ERROR", number_text(row.se * times));
        set(observation, "CV", number_text(row.cv));
        set(observation, "DF", number_text(row.df));
        set(observation, "SAMPLE_SIZE", number_text(row.n));
        set(observation, "CASES", number_text(row.n_cases));
        set(observation, "CONF_LEVEL", number_text(row.level));
    }

    void set_quality(Observation& observation, const PublishedRow& row) {
        const bool low = row.quality_level == QualityLevel::caution || row.quality_level == QualityLevel::poor;
        set(observation, "OBS_STATUS", row.hidden ? "Q" : !std::isfinite(row.estimate) ? "O" : low ? "U" : "A");
        const QualityCell& quality = row.quality;
        set(observation, "QUALITY",
            quality.rules.empty() ? quality.quality.label : quality.rules + ":" + quality.quality.label);
        set(observation, "COMMENT_OBS", fmt::format("{}", fmt::join(row.notices, "; ")));
    }

    void set_period(Observation& observation, const PublishedRow& row) {
        static const std::regex legal("[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]|S[12]))?");
        const auto fixed = plan_.fixed.find("TIME_PERIOD");
        const std::string period = row.period.empty() && fixed != plan_.fixed.end() ? fixed->second : row.period;
        if (!std::regex_match(period, legal))
            fault(row.where, "bad-period", fmt::format("'{}' is no period of SDMX", period),
                  "name it under 'fixed: TIME_PERIOD', as 2025, 2025-S1, 2025-Q1 or 2025-01");
        set(observation, "TIME_PERIOD", period);
    }

    // The whole of a dimension, where neither the domain nor the plan names a code.
    std::string default_of(const SdmxComponent& component) const {
        static const std::map<std::string, std::string> known = {
            {"FREQ", "A"}, {"REPORTING_TYPE", "N"}, {"NATURE", "C"}, {"UNIT_MULT", "0"}};
        const auto found = known.find(component.id);
        if (found != known.end()) return found->second;
        return component.role == SdmxRole::dimension ? "_T" : "";
    }

    void complete(Observation& observation, const PublishedRow& row) {
        for (const SdmxComponent& component : table_.components) {
            if (observation.contains(component.id)) continue;
            const auto fixed = plan_.fixed.find(component.id);
            if (component.id == "REF_AREA" && fixed == plan_.fixed.end())
                fault(row.where, "unmapped-code", "the country has no code of SDMX", "name it under 'fixed: REF_AREA'");
            set(observation, component.id, fixed != plan_.fixed.end() ? fixed->second : default_of(component));
        }
    }

    void note_code(SdmxComponent& component, const std::string& code, Labels label) {
        if (!component.coded || code.empty()) return;
        for (const auto& [known, text] : component.codes)
            if (known == code) return;
        const auto named = code_names.find(component.id + "=" + code);
        if (label.empty()) label = {{"en", named != code_names.end() ? named->second : code == "_T" ? "Total" : code}};
        component.codes.emplace_back(code, label);
    }

    void add(const PublishedRow& row) {
        Observation observation;
        set_indicator(observation, row);
        set_domain(observation, row);
        set_period(observation, row);
        set_figures(observation, row);
        set_quality(observation, row);
        complete(observation, row);
        std::vector<std::string> texts, key;
        for (SdmxComponent& component : table_.components) {
            const auto& [text, label] = observation.at(component.id);
            note_code(component, text, label);
            texts.push_back(text);
            if (component.role == SdmxRole::dimension || component.role == SdmxRole::time) key.push_back(text);
        }
        const auto [known, fresh] = keys_.emplace(key, texts);
        if (fresh)
            table_.observations.push_back(std::move(texts));
        else if (known->second != texts)
            fault(row.where, "double-observation",
                  fmt::format("the key {} has two figures that differ", fmt::join(key, ".")),
                  "leave one of the tables out of 'tables'");
    }

    const PageTexts& texts_;
    const SdmxPlan& plan_;
    Diagnostics& faults_;
    SdmxTable table_;
    std::set<std::string> told_;
    std::map<std::vector<std::string>, std::vector<std::string>> keys_;
};

}  // namespace

SdmxTable sdmx_table(std::span<const PublishedRow> rows, const PageTexts& texts, const SdmxPlan& plan,
                     Diagnostics& faults) {
    std::vector<PublishedRow> chosen;
    for (const PublishedRow& row : rows)
        if (plan.tables.empty() || std::find(plan.tables.begin(), plan.tables.end(), row.table) != plan.tables.end())
            chosen.push_back(row);
    if (chosen.empty())
        faults.error(plan.where, "no-estimates", "no estimate is in the tables of 'sdmx'", "see its 'tables'");
    return TableBuilder(texts, plan, faults).build(chosen);
}

SdmxMessages to_sdmx(std::span<const PublishedRow> rows, const PageTexts& texts, const SdmxPlan& plan,
                     Diagnostics& faults) {
    const SdmxTable table = sdmx_table(rows, texts, plan, faults);
    if (faults.has_errors()) return {};
    return {sdmx_csv(table, plan), sdmx_structure(table, texts, plan)};
}

}  // namespace cifra
