// Instruments small enough to go through all their answers.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "questionnaires/check.h"
#include "questionnaires/instrument.h"

namespace cifra {

inline Instrument instrument_of(const std::string& text) {
    Diagnostics faults;
    Instrument instrument = read_instrument(parse_yaml(text, "small.yaml", faults), faults);
    if (!faults.has_errors()) check_instrument(instrument, faults);
    EXPECT_FALSE(faults.has_errors()) << (faults.items().empty() ? "" : to_text(faults.items().front()));
    return instrument;
}

// One household question after another, with branches that meet again.
inline const std::string branches = R"(
instrument: branches
version: "1"
title: Branches
languages: [en]
period: {months: 12, ends: 2025-12}
modules:
  - id: home
    unit: household
    title: Home
    questions:
      - {name: a, type: single, codes: {1: x, 2: y}, missing: [dk], text: A}
      - {name: b, type: integer, range: [0, 4], missing: none, ask_if: a = "1", text: B}
      - {name: c, type: single, codes: {1: x, 2: y}, missing: none, ask_if: b > 2 or a is dk, text: C}
      - {name: d, type: single, codes: {1: x, 2: y}, missing: none, ask_if: c = "1", text: D}
      - {name: e, type: single, codes: {1: x, 2: y}, missing: none, ask_if: b = 1 and c = "1", text: E}
      - {name: f, type: single, codes: {1: x, 2: y}, missing: none, text: F}
)";

// A roster of one or two, a crime of the household and one of the person, a form with a branch.
inline const std::string forms = R"(
instrument: forms
version: "1"
title: {en: Forms, es: Fichas}
languages: [en, es]
period: {months: 12, ends: 2025-12}
codes: {yes_no: {1: {en: "Yes", es: "Sí"}, 2: {en: "No", es: "No"}}}
crimes:
  - {id: burglary, unit: household, iccs: "05012", label: {en: Burglary, es: Robo},
     cue: {en: "Burgled?", es: "¿Robaron?"}}
  - {id: threat, unit: person, iccs: "02012", label: {en: Threat, es: Amenaza},
     cue: {en: "Threatened?", es: "¿Amenazas?"}}
modules:
  - id: home
    unit: household
    title: {en: Home, es: Hogar}
    intro: {en: Good day., es: Buen día.}
    questions:
      - {name: size, type: integer, range: [1, 2], missing: none, text: {en: "How many?", es: "¿Cuántos?"}}
  - id: people
    unit: roster
    title: {en: People, es: Personas}
    roster: {count: size, max: 2, eligible: age >= 18}
    questions:
      - name: age
        type: integer
        range: [17, 110]
        missing: none
        text: {en: "Age?", es: "¿Edad?"}
        require: {that: line > 1 or age >= 18, say: {en: The first is an adult., es: La primera es adulta.}}
        confirm: {that: age <= 105, say: {en: "Above 105?", es: "¿Más de 105?"}}
  - id: crimes_home
    unit: household
    title: {en: Crimes, es: Delitos}
    screener: &screener {codes: yes_no, max: 3, count: {en: "How often?", es: "¿Cuántas veces?"}}
  - id: alone
    unit: person
    title: {en: Privacy, es: Privacidad}
    questions:
      - {name: others, type: single, codes: yes_no, role: privacy, missing: none, text: {en: "Others?", es: "¿Otros?"}}
  - {id: crimes_person, unit: person, title: {en: Crimes, es: Delitos}, sensitive: true, screener: *screener}
  - id: form
    unit: incident
    title: {en: Form, es: Ficha}
    incidents: {max: 2}
    questions:
      - {name: month, type: month, missing: [dk], text: {en: "Month?", es: "¿Mes?"}}
      - name: hurt
        type: single
        codes: yes_no
        ask_if: crime = "threat"
        missing: [dk, refused]
        text: {en: "Hurt?", es: "¿Lesiones?"}
missing: [refused]
)";

}  // namespace cifra
