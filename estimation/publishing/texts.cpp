#include "estimation/publishing/texts.h"

#include "estimation/publishing/words.h"
#include "estimation/shares.h"

namespace cifra {

namespace {

Labels labels_at(const YamlValue& map, std::string_view key, Diagnostics& faults) {
    const YamlValue* value = map.find(key);
    return value && !value->is_null() ? labels_of(*value, faults, key) : Labels{};
}

void read_table(const YamlValue& value, PageTexts& texts, Diagnostics& faults) {
    const YamlValue* id = value.find("id");
    if (!id || !id->is_scalar()) return;
    texts.tables.push_back({id->scalar, labels_at(value, "title", faults), labels_at(value, "subtitle", faults),
                            labels_at(value, "population", faults), labels_at(value, "note", faults), ""});
    if (const YamlValue* across = value.find("across")) texts.tables.back().across = across->scalar;
}

void read_indicator(const std::string& id, const YamlValue& value, PageTexts& texts, Diagnostics& faults) {
    IndicatorTexts& indicator = texts.indicators[id];
    indicator.label = labels_at(value, "label", faults);
    indicator.unit = labels_at(value, "unit", faults);
    if (const YamlValue* statistic = value.find("statistic")) indicator.total = statistic->scalar == "total";
    if (const YamlValue* scale = value.find("scale")) indicator.scale = number_of(*scale, faults, "'scale'");
}

std::string_view share_word(const Words& words, ShareOf kind) {
    if (kind == ShareOf::row) return words.row_share;
    return kind == ShareOf::column ? words.column_share : words.whole_share;
}

void add_shares(const YamlValue& table, PageTexts& texts) {
    const YamlValue *shares = table.find("shares"), *indicators = table.find("indicators");
    if (!shares || !indicators) return;
    for (const YamlValue& id : indicators->items) {
        const auto total = texts.indicators.find(id.scalar);
        if (total == texts.indicators.end() || !total->second.total) continue;
        for (const ShareOf kind : {ShareOf::row, ShareOf::column, ShareOf::whole}) {
            IndicatorTexts share{total->second.label, {}, 100, -1, false};
            for (const std::string& language : page_languages())
                share.unit[language] = share_word(words_in(language), kind);
            texts.indicators.emplace(share_id(id.scalar, kind), std::move(share));
        }
    }
}

}  // namespace

void read_table_texts(const YamlValue& value, PageTexts& texts, Diagnostics& faults) {
    const std::pair<const char*, Labels*> whole[] = {{"title", &texts.title},
                                                     {"subtitle", &texts.subtitle},
                                                     {"source", &texts.source},
                                                     {"note", &texts.note},
                                                     {"methods", &texts.methods}};
    for (const auto& [key, labels] : whole)
        if (labels->empty()) *labels = labels_at(value, key, faults);
    if (const YamlValue* tables = value.find("tables"))
        for (const YamlValue& table : tables->items) read_table(table, texts, faults);
    if (const YamlValue* indicators = value.find("indicators"))
        for (const auto& [id, indicator] : indicators->entries) read_indicator(id, indicator, texts, faults);
    if (const YamlValue* tables = value.find("tables"))
        for (const YamlValue& table : tables->items) add_shares(table, texts);
}

const TableTexts* find_table(const PageTexts& texts, const std::string& id) {
    for (const TableTexts& table : texts.tables)
        if (table.id == id) return &table;
    return nullptr;
}

}  // namespace cifra
