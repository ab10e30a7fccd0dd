#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "questionnaires/instrument.h"

namespace cifra {
namespace {

const std::filesystem::path wing = std::filesystem::path(CIFRA_SOURCE_DIR) / "questionnaires";

nlohmann::json schema() { return nlohmann::json::parse(std::ifstream(wing / "instrument.schema.json")); }

std::set<std::string> keys_of(const nlohmann::json& object) {
    std::set<std::string> keys;
    for (const auto& [key, value] : object.at("properties").items()) keys.insert(key);
    return keys;
}

// Every word in quotes in the sources that read instruments: whatever key a reader asks for is among them.
std::set<std::string> words_of_the_reader() {
    std::set<std::string> words;
    const std::regex quoted("\"([a-z_]+)\"");
    for (const auto& entry : std::filesystem::directory_iterator(wing)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with("_reading.cpp") && name != "manifest.cpp") continue;
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        for (std::sregex_iterator match(text.begin(), text.end(), quoted), end; match != end; ++match)
            words.insert((*match)[1].str());
    }
    return words;
}

// A document with one object of a kind; "@" stands where another key may be put.
const std::map<std::string, std::vector<std::string>>& documents() {
    const std::string module = "modules: [{id: m, unit: household, questions: [{name: q, ";
    static const std::map<std::string, std::vector<std::string>> texts = {
        {"", {"instrument: i@"}},
        {"period", {"period: {ends: 2025-12@}"}},
        {"long", {"period: {ends: 2025-12, long: {months: 60@}}"}},
        {"lint", {"lint: {allow: [x], because: y@}"}},
        {"bounding", {"bounding: {method: landmark, event: q@}", "bounding: {method: previous_wave, duplicate: q@}"}},
        {"safety", {"safety: {min_age: 18@}"}},
        {"indicator", {"indicators: {i: {unit: household@}}"}},
        {"crime", {"crimes: [{id: c, cue: C@}]"}},
        {"module",
         {"modules: [{id: m, unit: roster@}]", "modules: [{id: m, unit: incident@}]",
          "modules: [{id: m, unit: household@}]"}},
        {"roster", {"modules: [{id: m, unit: roster, roster: {count: n@}}]"}},
        {"incidents", {"modules: [{id: m, unit: incident, incidents: {max: 3@}}]"}},
        {"screener",
         {"period: {ends: 2025-12, long: {months: 60}}\nmodules: [{id: m, unit: household, screener: {max: 3@}}]"}},
        {"wording", {module + "type: text, self: {text: T@}}]}]", module + "type: text, paper: {text: T@}}]}]"}},
        {"constraint",
         {module + "type: text, require: {that: true@}}]}]", module + "type: text, inform: {that: true@}}]}]"}},
        {"aggregate", {module + "type: computed, value: {over: roster@}}]}]"}},
        {"question",
         {module + "type: single@}]}]", module + "type: multiple@}]}]", module + "type: integer@}]}]",
          module + "type: money@}]}]", module + "type: date@}]}]", module + "type: month@}]}]",
          module + "type: text@}]}]", module + "type: computed@}]}]"}},
        {"rule", {"coding: [{offence: o@}]"}},
        {"test", {"tests: [{name: t@}]"}},
        {"expect", {"tests: [{name: t, expect: {asked: [a]@}}]"}}};
    return texts;
}

bool knows(const std::string& document, const std::string& key) {
    std::string text = document;
    text.replace(text.find('@'), 1, (document == "instrument: i@" ? "\n" : ", ") + key + ": 1");
    Diagnostics faults;
    read_instrument(parse_yaml(text, "probe.yaml", faults), faults);
    return std::none_of(faults.items().begin(), faults.items().end(), [&](const Diagnostic& fault) {
        return fault.code == "unknown-key" && fault.message.ends_with("'" + key + "'");
    });
}

// The schema and the reader cannot drift apart: of every object, each accepts the keys of the other.
TEST(Schema, OfEveryObjectHasTheKeysThatTheReaderAccepts) {
    const nlohmann::json whole = schema();
    const std::set<std::string> parts = {"include", "drop", "change", "add", "order"};  // read before the instrument
    std::set<std::string> candidates = words_of_the_reader();
    for (const auto& [name, object] : whole.at("$defs").items())
        if (object.contains("properties")) candidates.merge(keys_of(object));
    candidates.merge(keys_of(whole));
    ASSERT_GT(candidates.size(), 80u);
    for (const auto& [name, texts] : documents()) {
        std::set<std::string> accepted;
        for (const std::string& key : candidates)
            if (std::any_of(texts.begin(), texts.end(), [&](const std::string& text) { return knows(text, key); }))
                accepted.insert(key);
        if (name.empty()) accepted.insert(parts.begin(), parts.end());
        EXPECT_EQ(accepted, keys_of(name.empty() ? whole : whole.at("$defs").at(name))) << name;
    }
}

TEST(Schema, EveryObjectOfTheSchemaIsHeldAgainstTheReader) {
    for (const auto& [name, object] : schema().at("$defs").items())
        if (object.contains("properties") && name != "addition") {
            EXPECT_TRUE(documents().contains(name)) << name;
        }
}

TEST(Schema, EveryKeyIsInTheManual) {
    std::ifstream file(wing / "README.md");
    const std::string manual{std::istreambuf_iterator<char>(file), {}};
    const nlohmann::json whole = schema();
    for (const auto& [name, object] : whole.at("$defs").items())
        if (object.contains("properties"))
            for (const std::string& key : keys_of(object)) {
                EXPECT_TRUE(std::regex_search(manual, std::regex("\\b" + key + "\\b"))) << name << ": " << key;
            }
}

}  // namespace
}  // namespace cifra
