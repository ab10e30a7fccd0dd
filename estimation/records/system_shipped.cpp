#include <stdexcept>

#include "engine/embedded.h"
#include "estimation/records/system_map.h"

namespace cifra {

namespace {

constexpr std::string_view checklist_file = "estimation/records/system_checklist.yaml",
                           glossary_file = "estimation/records/system_glossary.yaml";

YamlValue shipped(std::string_view name) {
    for (const EmbeddedFile& file : embedded_estimation()) {
        if (file.name != name) continue;
        Diagnostics faults;
        YamlValue value = parse_yaml(std::string(file.content), std::string(name), faults);
        faults.throw_if_errors();
        return value;
    }
    throw std::logic_error("no shipped file " + std::string(name));
}

Labels labels(const YamlValue& value) {
    Labels texts;
    for (const YamlValue::Entry& entry : value.entries)
        if (entry.first != "id") texts[entry.first] = entry.second.scalar;
    return texts;
}

std::vector<ChecklistItem> read_checklist() {
    std::vector<ChecklistItem> items;
    const YamlValue root = shipped(checklist_file);
    for (const YamlValue& chapter : root.find("chapters")->items)
        for (const YamlValue& item : chapter.find("items")->items)
            items.push_back(
                {item.find("id")->scalar, chapter.find("id")->scalar, labels(*chapter.find("title")), labels(item)});
    return items;
}

std::vector<GlossaryTerm> read_glossary() {
    std::vector<GlossaryTerm> terms;
    const YamlValue root = shipped(glossary_file);
    for (const YamlValue& term : root.find("terms")->items)
        terms.push_back({labels(*term.find("term")), labels(*term.find("meaning"))});
    return terms;
}

}  // namespace

const std::vector<ChecklistItem>& system_checklist() {
    static const std::vector<ChecklistItem> items = read_checklist();
    return items;
}

const std::vector<GlossaryTerm>& system_glossary() {
    static const std::vector<GlossaryTerm> terms = read_glossary();
    return terms;
}

}  // namespace cifra
