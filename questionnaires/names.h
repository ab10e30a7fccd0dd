// Which names an expression of an instrument may use, and the conditions parsed against them.
//
// A unit sees its own names and those of the units above it: household < roster < person < incident, where person and
// incident see the roster line of the selected person. The household does not see a roster line, and nobody sees an
// answer that is asked later. Faults: undefined-reference, reference-out-of-unit, later-reference, and the syntax and
// type faults of the expression language (engine/expression.h).
#pragma once

#include "questionnaires/instrument.h"

namespace cifra {

bool sees(Unit reader, Unit owner);

// Fills instrument.names and name_index from its questions.
void collect_names(Instrument& instrument);

// The names that a reader of `unit` may use once the questions before `position` have been asked.
Schema schema_for(const Instrument& instrument, Unit unit, std::size_t position);

// Whether a reader of `unit` may use the name once the questions before `position` have been asked; a fault if not.
bool check_reference(const std::string& used, const Location& where, const Instrument& instrument, Unit unit,
                     std::size_t position, Diagnostics& faults);

// Parses `condition` for a reader of `unit` that may use names known before question `position`.
void bind(Condition& condition, const Instrument& instrument, Unit unit, std::size_t position, Diagnostics& faults,
          std::optional<Type> expected = Type::truth);

// Parses every condition of the instrument and gives computed questions their types. Fault: aggregate-before-loop.
void bind_conditions(Instrument& instrument, Diagnostics& faults);

}  // namespace cifra
