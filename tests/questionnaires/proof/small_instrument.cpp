#include "tests/questionnaires/proof/small_instrument.h"

#include <fmt/format.h>
#include <stdexcept>

#include "questionnaires/check.h"

namespace cifra::test {

const std::string small_instrument = R"(instrument: small
languages: [en]
period: {months: 6, ends: 2026-03}
missing: [dk, refused]
codes:
  yes_no: {1: Yes, 2: No}
  place: {1: Home, 2: Street, 3: Elsewhere}
crimes:
  - {id: burglary, unit: household, iccs: "05012", cue: Burglary, label: Burglary}
  - {id: robbery, unit: person, iccs: "04011", cue: Robbery, label: Robbery}
modules:
  - id: home
    unit: household
    questions:
      - {name: size, type: integer, range: [1, 6], missing: none, text: Size}
      - {name: car, type: single, codes: yes_no, text: Car}
      - {name: cars, type: integer, range: [1, 7], ask_if: 'car = "1"', text: Cars}
      - {name: garage, type: single, codes: yes_no, ask_if: cars >= 2, text: Garage}
      - name: garaged
        type: integer
        range: [0, 7]
        ask_if: garage = "1"
        require: garaged <= cars
        text: Cars in the garage
  - id: people
    unit: roster
    roster: {count: size, max: 6, eligible: age >= 16}
    questions:
      - {name: age, type: integer, range: [0, 96], missing: none, text: Age}
      - {name: works, type: single, codes: yes_no, ask_if: age >= 12, text: Works}
  - id: opinion
    unit: person
    questions:
      - {name: fear, type: single, codes: yes_no, text: Afraid}
      - {name: feared, type: multiple, codes: place, ask_if: 'fear = "1"', text: Afraid where}
      - {name: worse, type: single, codes: yes_no, ask_if: 'contains(feared, "2") or fear is dk', text: Worse}
  - id: household_crimes
    unit: household
    screener: {codes: yes_no, max: 20, count: Times}
  - id: personal_crimes
    unit: person
    screener: {codes: yes_no, max: 20, count: Times}
  - id: form
    unit: incident
    incidents: {max: 3, series: 'alike = "1"'}
    questions:
      - {name: alike, type: single, codes: yes_no, ask_if: ordinal = 1 and times >= 3, text: Alike}
      - {name: month, type: month, text: Month}
      - {name: where_at, type: single, codes: place, text: Where}
      - {name: seen, type: single, codes: yes_no, ask_if: 'crime != "robbery"', text: Seen}
      - {name: weapon, type: single, codes: yes_no, ask_if: 'crime = "robbery" or seen = "1"', text: Weapon}
      - {name: gun, type: single, codes: yes_no, ask_if: 'weapon = "1"', text: Gun}
coding:
  - if: crime = "robbery" and gun = "1"
    offence: armed_robbery
    iccs: "040111"
  - if: crime = "robbery"
    offence: robbery
    iccs: "04011"
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos || text.find(from, at + 1) != std::string::npos)
        throw std::invalid_argument("not exactly once: " + from);
    return text.replace(at, from.size(), to);
}

Instrument instrument_of(const std::string& text) {
    Diagnostics faults;
    Instrument instrument = read_instrument(parse_yaml(text, "small.yaml", faults), faults);
    check_instrument(instrument, faults);
    faults.throw_if_errors();
    return instrument;
}

namespace {

std::uint32_t number_of(const Witness& witness, const std::string& name, std::uint32_t otherwise) {
    const auto found = witness.values.find(name);
    return found == witness.values.end() ? otherwise : static_cast<std::uint32_t>(found->second.number);
}

bool is_place_of(const Instrument& instrument, const Place& place, const Question& question, const Witness& witness) {
    if (question.unit == Unit::roster) return place.line == number_of(witness, "line", 1);
    const auto crime = witness.values.find("crime");
    if (question.unit != Unit::incident || crime == witness.values.end()) return true;
    return instrument.crimes[place.crime].id == crime->second.text && place.ordinal == number_of(witness, "ordinal", 1);
}

std::optional<std::string> answer_in(const Witness& witness, const Question& question) {
    const auto found = witness.values.find(question.name);
    if (found == witness.values.end()) return std::nullopt;
    const Value& value = found->second;
    if (value.missing == Missing::dont_know) return question.dont_know;
    if (value.missing == Missing::refused) return question.refused;
    if (!value.present()) return std::nullopt;
    return value.type == Type::text ? value.text : fmt::format("{:.0f}", value.number);
}

}  // namespace

Respondent replay(const Instrument& instrument, const Witness& witness) {
    const Facts facts = [&](const Place& place, const Question& question, std::uint32_t) {
        return is_place_of(instrument, place, question, witness) ? answer_in(witness, question) : std::nullopt;
    };
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const double selection_number = (static_cast<double>(seed % 20) + 0.5) / 20;
        Respondent respondent =
            respond(instrument, {.seed = seed, .household = "H", .selection_number = selection_number}, facts);
        if (respondent.walk.selected == number_of(witness, "line", respondent.walk.selected)) return respondent;
    }
    throw std::invalid_argument("the person of the witness was never selected");
}

Relevance relevance_of(const Instrument& instrument, const Respondent& respondent, const std::string& question,
                       const Witness& witness) {
    for (const Visit& visit : respondent.walk.visits) {
        const Question& visited = instrument.questions[visit.place.question];
        if (visited.name == question && is_place_of(instrument, visit.place, visited, witness)) return visit.relevance;
    }
    throw std::invalid_argument("not visited: " + question);
}

}  // namespace cifra::test
