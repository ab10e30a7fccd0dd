// A small instrument for tests of the language, as YAML with places to put something.
#pragma once

#include <string>

#include "questionnaires/check.h"
#include "questionnaires/instrument.h"

namespace cifra {

struct MadeUp {
    std::string head = "period: {months: 12, ends: 2025-12}\n";  // keys of the instrument
    std::string select = "one";                                  // of the roster
    std::string screener = "";                                   // more keys of the screeners
    std::string person = "";                                     // questions of the person, before the screener
    std::string incident = "";                                   // questions of the incident form
    std::string after = "";                                      // questions of the household at the end
    std::string last = "";                                       // questions of the person at the end
};

inline std::string made_up_text(const MadeUp& parts) {
    const std::string screener = "    screener: {codes: yes_no, max: 7, count: Times" + parts.screener + "}\n";
    const auto module = [](const std::string& id, const std::string& unit, const std::string& questions) {
        return questions.empty() ? "" : "  - id: " + id + "\n    unit: " + unit + "\n    questions:\n" + questions;
    };
    return "instrument: made_up\nlanguages: [en]\nmissing: [dk, refused]\n" + parts.head +
           "codes:\n  yes_no: {1: 'Yes', 2: 'No'}\n  sexes: {1: Male, 2: Female}\ncrimes:\n"
           "  - {id: burglary, unit: household, iccs: '0501', cue: Burgled, label: Burglary}\n"
           "  - {id: robbery, unit: person, iccs: '0401', cue: Robbed, label: Robbery}\n"
           "modules:\n  - id: home\n    unit: household\n    questions:\n"
           "      - {name: size, type: integer, range: [1, 6], missing: none, text: How many}\n"
           "  - id: persons\n    unit: roster\n    roster: {count: size, max: 6, eligible: age >= 18, select: " +
           parts.select +
           "}\n    questions:\n      - {name: age, type: integer, range: [0, 99], missing: none, text: Age}\n"
           "      - {name: sex, type: single, codes: sexes, text: Sex}\n" +
           "  - id: home_crimes\n    unit: household\n" + screener + module("talk", "person", parts.person) +
           "  - id: own_crimes\n    unit: person\n" + screener +
           "  - id: forms\n    unit: incident\n    incidents: {max: 3}\n    questions:\n"
           "      - {name: month, type: month, text: Month}\n"
           "      - {name: loss, type: money, range: [0, 99997], text: Loss}\n" +
           parts.incident + module("end_home", "household", parts.after) + module("end_person", "person", parts.last);
}

inline Instrument made_up(const MadeUp& parts, Diagnostics& faults) {
    Instrument instrument = read_instrument(parse_yaml(made_up_text(parts), "made_up.yaml", faults), faults);
    if (!faults.has_errors()) check_instrument(instrument, faults);
    return instrument;
}

}  // namespace cifra
