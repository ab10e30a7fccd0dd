#include "questionnaires/translations.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/manifest.h"

namespace cifra {
namespace {

std::vector<std::string> languages_of(const YamlValue& document) {
    std::vector<std::string> languages;
    const YamlValue* list = document.find("languages");
    if (!list) return languages;
    if (list->is_scalar()) languages.push_back(list->scalar);
    for (const YamlValue& item : list->items) languages.push_back(item.scalar);
    return languages;
}

std::string language_of(const std::string& key) { return key.substr(0, key.find('@')); }

bool contains(const std::vector<std::string>& languages, const std::string& language) {
    return std::find(languages.begin(), languages.end(), language) != languages.end();
}

// A map whose keys are languages and whose values are texts.
bool is_text(const YamlValue& value, const std::vector<std::string>& languages) {
    return !value.entries.empty() &&
           std::all_of(value.entries.begin(), value.entries.end(), [&](const YamlValue::Entry& entry) {
               return entry.second.is_scalar() && contains(languages, language_of(entry.first));
           });
}

void judge(const std::string& key, const YamlValue* source, const Location& where, Diagnostics& faults) {
    if (!source) {
        faults.error(where, "unknown-source", fmt::format("'{}' translates a text that is not there", key),
                     "add the text in the first language, or leave out the fingerprint");
        return;
    }
    const std::string current = fingerprint(source->scalar);
    if (key.substr(key.find('@') + 1) != current)
        faults.warning(where, "stale-translation", fmt::format("'{}' was made of another source text", key),
                       fmt::format("translate again, then write '{}@{}'", language_of(key), current));
}

void plain(YamlValue& value, const std::vector<std::string>& languages, Diagnostics& faults) {
    for (YamlValue& item : value.items) plain(item, languages, faults);
    for (YamlValue::Entry& entry : value.entries) plain(entry.second, languages, faults);
    if (!is_text(value, languages)) return;
    const YamlValue original = value;
    for (std::size_t i = 0; i < value.entries.size(); ++i) {
        std::string& key = value.entries[i].first;
        if (key.find('@') == std::string::npos) continue;
        judge(key, original.find(languages.front()), value.key_places[i], faults);
        const std::string language = language_of(key);
        if (value.find(language))
            faults.error(value.key_places[i], "duplicate-key",
                         fmt::format("'{}' stands twice in the same text", language), "keep one of the two");
        key = language;
    }
}

void gather(const YamlValue& value, const std::vector<std::string>& languages, std::vector<std::string>& lines) {
    for (const YamlValue& item : value.items) gather(item, languages, lines);
    for (const YamlValue::Entry& entry : value.entries) gather(entry.second, languages, lines);
    const YamlValue* source = is_text(value, languages) ? value.find(languages.front()) : nullptr;
    if (!source) return;
    for (std::size_t i = 0; i < value.entries.size(); ++i) {
        const std::string language = language_of(value.entries[i].first);
        if (language != languages.front())
            lines.push_back(fmt::format("{}:{}: {}@{}", value.key_places[i].file, value.key_places[i].line, language,
                                        fingerprint(source->scalar)));
    }
}

bool has_fingerprint(const YamlValue& value) {
    return std::any_of(value.items.begin(), value.items.end(), has_fingerprint) ||
           std::any_of(value.entries.begin(), value.entries.end(), [](const YamlValue::Entry& entry) {
               return entry.first.find('@') != std::string::npos || has_fingerprint(entry.second);
           });
}

}  // namespace

std::string fingerprint(const std::string& source_text) { return sha256(source_text).substr(0, 4); }

YamlValue without_fingerprints(YamlValue document, Diagnostics& faults) {
    const std::vector<std::string> languages = languages_of(document);
    if (!languages.empty() && has_fingerprint(document)) plain(document, languages, faults);
    return document;
}

std::vector<std::string> current_fingerprints(const YamlValue& document) {
    std::vector<std::string> lines;
    const std::vector<std::string> languages = languages_of(document);
    if (!languages.empty()) gather(document, languages, lines);
    return lines;
}

}  // namespace cifra
