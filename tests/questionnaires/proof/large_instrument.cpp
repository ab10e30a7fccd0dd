#include "tests/questionnaires/proof/large_instrument.h"

#include <fmt/format.h>

namespace cifra::test {
namespace {

constexpr int crimes = 20;

// The k-th question of a module: yes or no, a code of a list, several codes, or a number.
std::string question(const std::string& prefix, std::size_t k) {
    const auto name = [&](std::size_t which) { return fmt::format("{}_{}", prefix, which); };
    std::string line = "      - {name: " + name(k) + ", text: Question, type: ";
    if (k % 4 == 0) line += "single, codes: yes_no";
    if (k % 4 == 1) line += "single, codes: places";
    if (k % 4 == 2) line += "multiple, codes: places";
    if (k % 4 == 3) line += "integer, range: [0, 60]";
    if (k % 4 == 1 || k % 4 == 2) line += fmt::format(", ask_if: '{} = \"1\"'", name(k - k % 4));
    if (k % 4 == 3)
        line += fmt::format(", ask_if: '{} in [\"1\", \"2\"] or contains({}, \"3\")'", name(k - 2), name(k - 1));
    if (k % 4 == 0 && k > 0)
        line += fmt::format(", ask_if: '{} > {} or {} is not \"1\"'", name(k - 1), k % 50, name(k - 4));
    if (k % 28 == 3) line += fmt::format(", require: '{} < 50 or {} = \"1\"'", name(k), name(k - 2));
    return line + "}\n";
}

std::string module(const std::string& id, const std::string& unit, const std::string& more, std::size_t questions) {
    std::string text = fmt::format("  - id: {}\n    unit: {}\n{}    questions:\n", id, unit, more);
    for (std::size_t k = 0; k < questions; ++k) text += question(id, k);
    return text;
}

std::string screener(const std::string& unit) {
    return fmt::format("  - id: {0}_crimes\n    unit: {0}\n    screener: {{codes: yes_no, max: 20, count: Times}}\n",
                       unit);
}

}  // namespace

std::string large_instrument(std::size_t questions) {
    const std::size_t each = (questions - 2 * crimes) / 4;
    std::string text =
        "instrument: large\nlanguages: [en]\nperiod: {ends: 2025-12}\nmissing: [dk, refused]\ncodes:\n"
        "  yes_no: {1: Yes, 2: No}\n  places: {1: Home, 2: Street, 3: Work, 4: Transport, 5: Elsewhere}\ncrimes:\n";
    for (int c = 0; c < crimes; ++c)
        text += fmt::format("  - {{id: crime_{}, unit: {}, iccs: \"0501\", cue: Crime, label: Crime}}\n", c,
                            c % 2 == 0 ? "household" : "person");
    text += "modules:\n";
    text += module("home", "household", "", each);
    text.insert(text.find("      - {name: home_0"),
                "      - {name: size, type: integer, range: [1, 12], missing: none, text: Size}\n");
    text += module("people", "roster", "    roster: {count: size, max: 12, eligible: age >= 18}\n", each);
    text.insert(text.find("      - {name: people_0"),
                "      - {name: age, type: integer, range: [0, 120], missing: none, text: Age}\n");
    text += module("opinion", "person", "", each);
    text += screener("household") + screener("person");
    text += module("form", "incident", "    incidents: {max: 5, series: 'form_0 = \"1\" and times > 5'}\n", each);
    return text;
}

}  // namespace cifra::test
