#include "estimation/publishing/exchange/estimates_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "estimation/domain_text.h"

namespace cifra {

namespace {

using Json = nlohmann::ordered_json;

Json labels_json(const Labels& labels) {
    Json json = Json::object();
    for (const auto& [language, text] : labels) json[language.empty() ? "und" : language] = text;
    return json;
}

Json number_json(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json tables_json(std::span<const PublishedRow> rows, const PageTexts& texts) {
    Json json = Json::array();
    std::set<std::string> seen;
    for (const PublishedRow& row : rows) {
        if (!seen.insert(row.table).second) continue;
        const TableTexts* known = find_table(texts, row.table);
        const TableTexts table = known ? *known : TableTexts{};
        json.push_back({{"id", row.table},
                        {"title", labels_json(table.title)},
                        {"subtitle", labels_json(table.subtitle)},
                        {"population", labels_json(table.population)},
                        {"note", labels_json(table.note)}});
    }
    return json;
}

Json indicators_json(std::span<const PublishedRow> rows, const PageTexts& texts) {
    Json json = Json::object();
    for (const PublishedRow& row : rows) {
        const auto known = texts.indicators.find(row.indicator);
        const IndicatorTexts indicator = known == texts.indicators.end() ? IndicatorTexts{} : known->second;
        json[row.indicator] = {
            {"label", labels_json(indicator.label)}, {"unit", labels_json(indicator.unit)}, {"scale", indicator.scale}};
    }
    return json;
}

Json variables_json(std::span<const PublishedRow> rows, const PageTexts& texts) {
    Json json = Json::object();
    for (const PublishedRow& row : rows)
        for (const auto& [name, code] : domain_parts(row.domain)) {
            const Variable* variable = texts.codebook.find(name);
            if (!json.contains(name))
                json[name] = {{"label", labels_json(variable ? variable->label : Labels{})},
                              {"categories", Json::object()}};
            Labels labels;
            if (variable)
                for (const auto& [known, text] : variable->categories)
                    if (known == code) labels = text;
            json[name]["categories"][code] = labels_json(labels);
        }
    return json;
}

Json quality_json(std::span<const PublishedRow> rows, RuleSets& rules) {
    Json json = Json::object();
    for (const PublishedRow& row : rows) {
        const QualityRules* set = row.quality.rules.empty() ? nullptr : rules.find(row.quality.rules);
        if (!set || json.contains(set->id)) continue;
        Json labels = Json::object();
        for (const QualityLabel& label : set->labels)
            labels[label.id] = {
                {"level", std::string(to_text(label.level))}, {"mark", label.mark}, {"text", labels_json(label.text)}};
        json[set->id] = {{"title", labels_json(set->title)}, {"source", set->source}, {"labels", labels}};
    }
    return json;
}

Json row_json(const PublishedRow& row) {
    Json domain = Json::object();
    for (const auto& [name, code] : domain_parts(row.domain)) domain[name] = code;
    Json json = {{"table", row.table}, {"indicator", row.indicator}, {"domain", domain}, {"period", row.period}};
    const std::pair<const char*, double> numbers[] = {
        {"estimate", row.estimate}, {"se", row.se}, {"cv", row.cv},     {"lower", row.lower}, {"upper", row.upper},
        {"level", row.level},       {"df", row.df}, {"deff", row.deff}, {"n", row.n},         {"n_cases", row.n_cases},
        {"n_eff", row.n_eff}};
    for (const auto& [name, number] : numbers) json[name] = number_json(number);
    json["interval"] = row.interval;
    json["weight_set"] = row.weight_set;
    json["variance_method"] = row.variance_method;
    json["quality"] = {{"rules", row.quality.rules},
                       {"label", row.quality.quality.label},
                       {"level", std::string(to_text(row.quality_level))},
                       {"reasons", row.quality.quality.reasons}};
    json["notices"] = row.notices;
    json["hidden"] = row.hidden;
    return json;
}

}  // namespace

std::string estimates_json(std::span<const PublishedRow> rows, const PageTexts& texts, RuleSets& rules) {
    Json json = {{"format", "cifra-estimates"},
                 {"version", 1},
                 {"title", labels_json(texts.title)},
                 {"subtitle", labels_json(texts.subtitle)},
                 {"source", labels_json(texts.source)},
                 {"note", labels_json(texts.note)},
                 {"tables", tables_json(rows, texts)},
                 {"indicators", indicators_json(rows, texts)},
                 {"variables", variables_json(rows, texts)},
                 {"quality", quality_json(rows, rules)},
                 {"estimates", Json::array()}};
    for (const PublishedRow& row : rows) json["estimates"].push_back(row_json(row));
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cifra
