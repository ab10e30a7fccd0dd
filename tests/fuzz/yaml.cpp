// Any bytes as a YAML document: no crash, and every value and fault stands at a place inside the document.
#include "engine/yaml.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

namespace {

void check_places(const cifra::YamlValue& value, std::size_t lines) {
    cifra::fuzz::require(value.where.line <= lines + 1, "a value below the last line");
    cifra::fuzz::require(value.entries.size() == value.key_places.size(), "a key without a place");
    for (const auto& item : value.items) check_places(item, lines);
    for (const auto& [key, entry] : value.entries) check_places(entry, lines);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = cifra::fuzz::text_of(data, size);
    cifra::Diagnostics faults;
    const cifra::YamlValue root = cifra::parse_yaml(text, "fuzz.yaml", faults);
    const auto breaks = std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
    check_places(root, static_cast<std::size_t>(breaks) + 1);
    cifra::fuzz::require_explained(faults);

    cifra::Fields fields(root, faults, "the document");
    fields.labels("title");
    fields.texts("languages");
    fields.integer("seed", 1);
    fields.finish();
    return 0;
}
