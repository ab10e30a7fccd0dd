// Indicators ready to use: definitions of victimization indicators as data (estimation/library/*.yaml, compiled in).
//
//   indicators:
//     robbery: {use: sdg_16_1_3_robbery, bind: {persons: persons, incidents: crimes, iccs: ICCS, age: EDAD},
//               with: {age_from: 18}}
//
// A definition says what is counted, over whom, in which window and how missing items count, with its source, version
// and what of it was not confirmed. `needs` are the names it must be bound to: levels, and variables (a column or an
// expression) of a stated type. `parameters` have defaults unless they must be given; a parameter with `choices` picks
// a variant. Every definition is listed in estimation/library/README.md.
//
// Expansion writes a map that `read_indicator` accepts: names of needs and parameters are replaced as whole
// identifiers, never inside quotes; a bound expression is put in parentheses; every key written beside `use:` stands
// instead of the definition's. Expanded expressions have the place of the name after `use:`.
//
// Faults, all at once: unknown-definition, missing-binding, unknown-binding, wrong-binding (a list, or a level that is
// no plain name), unknown-parameter, missing-parameter, wrong-parameter; with a hierarchy also unknown-level and the
// faults of each bound expression at its own place (unknown-name, type-mismatch), and definition-misfit where the
// expanded condition does not fit, which names the definition.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/hierarchy.h"

namespace cifra {

// What a name may be bound to: a level, or an expression of that type at a level; `value` is number or text.
enum class NeedKind { level, number, text, truth, value };

// Choices of parameters under which something holds: all of them; empty: always.
using LibraryCondition = std::map<std::string, std::vector<std::string>>;

struct LibraryNeed {
    std::string name;
    NeedKind kind = NeedKind::level;
    std::string at;  // of a variable: the need that is its level
    Labels text;
    std::optional<std::string> fallback;  // expression used when nothing is bound; must be bound without one
    LibraryCondition only;                // variants that use it
};

struct LibraryParameter {
    std::string name;
    enum class Kind { number, choice, codes } kind = Kind::number;  // codes: a list of literals
    std::string fallback;                                           // "" : must be given
    std::vector<std::string> choices;
    Labels text;
    LibraryCondition only;
};

// Keys of the indicator that a choice adds or replaces.
struct LibraryVariant {
    LibraryCondition when;
    YamlValue keys;
};

struct LibraryDefinition {
    std::string id;
    std::string series;  // SDMX code, "" where none is known
    Labels title;
    std::string custodian, version, source;
    bool verified = false;  // read in the source; else recalled, see `unverified`
    Labels unverified;      // what is to be confirmed against the official text
    std::string unit;       // household, person, incident
    Labels numerator, denominator, window, age;
    std::string basis;  // any_event, last_event, incident, or "parameter"
    std::string missing_rule;
    Labels missing_reason;
    Labels notes;
    std::string quality;  // rule set advised
    std::vector<LibraryNeed> needs;
    std::vector<LibraryParameter> parameters;
    YamlValue indicator;
    std::vector<LibraryVariant> variants;
};

// All shipped definitions, by id.
const std::vector<LibraryDefinition>& library_definitions();
const LibraryDefinition* find_definition(std::string_view id);  // nullptr when unknown

// Reads the definitions of one file of the library.
std::vector<LibraryDefinition> read_definitions(const YamlValue& file, Diagnostics& faults);

// Whether an entry under `indicators:` asks for a definition.
bool uses_library(const YamlValue& indicator);

// The indicator written out; null where there is a fault. Keys other than `use`, `bind` and `with` are kept.
YamlValue expand_library(const YamlValue& indicator, Diagnostics& faults);
// The same against the data: each binding is checked at its own place.
YamlValue expand_library(const YamlValue& indicator, const Hierarchy& hierarchy, Diagnostics& faults);
// With a definition of one's own instead of a shipped one.
YamlValue expand_definition(const LibraryDefinition& definition, const YamlValue& indicator, Diagnostics& faults);

// The definitions as text for a terminal, one a paragraph: id, title, what it must be bound to.
std::string list_definitions(const std::string& language);
// The rows of the page estimation/library/README.md, in Markdown.
std::string definitions_page();

}  // namespace cifra
