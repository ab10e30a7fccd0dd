// The routing of an instrument proved: every condition is decided for all interviews at once (path.h), and what is
// wrong is shown by a witness, a set of answers.
//
//   id                         severity   meaning
//   condition-contradiction    error      the condition cannot be true whatever the answers are
//   never-asked                error      ... nor together with what leads to it: the question or module is never asked
//   always-asked               warning    ... nor false: the ask_if has no effect
//   reads-never-asked          error      a condition reads a question that is not asked wherever the condition matters
//   silent-negation            warning    `!=`, `not in` or `not` is missing, so not true, where its question was not
//                                         asked; its null-safe twin would be true
//   asked-only-without-answer  warning    asked only after a don't know or refused that no condition names
//   require-never-holds        error      no answer passes; confirm-never-holds (warning) for a soft constraint
//   require-blocks             error      after some answers none passes; a warning where don't know or refused does
//   constraint-always-holds    warning    no answer can break it
//   code-never-accepted        warning    a code that the constraints never let pass
//   eligible-never             error      nobody can be selected
//   series-never               error      no form can stand for a series
//   coding-rule-never-used     error      contradictory, or earlier rules hold wherever it does
//   offence-never-principal    warning    with a hierarchy: graver rules hold wherever it does
//   indicator-not-covered      error      of some of its universe the numerator is not known, though nobody refused
//   indicator-never            error      its numerator is never true in its universe
//   indicator-always           warning    its numerator is true of everybody in its universe
//   computed-never, computed-always  warning  a truth is always the same; no record meets a condition of an aggregate
//   series-not-asked           warning    more incidents than forms, and nobody asks whether they are a series
//   not-decided                note       the solver gave up: neither sound nor faulty
// What follows from a fault that is reported is not reported again. Coding rules need no last rule for the rest: the
// crime's own offence and code stand where none holds.
// Cost: a few decisions per condition, each over the questions it depends on.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/evaluate.h"
#include "questionnaires/instrument.h"

namespace cifra {

struct Witness {
    std::map<std::string, Value> values;  // of every name that bears on the claim
    std::vector<std::string> needed;      // the names whose values alone suffice for it
    bool empty() const { return values.empty(); }
};

// "household_size = 1, owns_vehicle = \"2\", age is dk": the values that suffice.
std::string to_text(const Witness& witness);

struct Finding {
    Severity severity = Severity::error;
    std::string id;
    Location where;
    std::string subject;  // the question, module or rule
    std::string message, hint;
    Witness witness;
};

Diagnostic to_diagnostic(const Finding& finding);

using ProofProgress = std::function<void(double share)>;

// For an instrument without faults (check.h). In the order of the file.
std::vector<Finding> prove(const Instrument& instrument, const ProofProgress& progress = {});

// {"instrument": ..., "findings": [{"id", "severity", "file", "line", "column", "subject", "message", "hint",
// "witness": {name: value}, "needed": [names]}]}; values are codes or numbers as texts, or kinds of missing in
// {"missing": kind}.
std::string to_json(const Instrument& instrument, const std::vector<Finding>& findings);

}  // namespace cifra
