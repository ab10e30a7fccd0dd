// The tests beside an instrument: after some answers, what is asked, which value something has, what is refused.
//
//   tests:
//     - name: burgled twice, reported once
//       date: 2026-02-01                  of the interview; only a period that ends with it needs one
//       selected: 2                       roster line of the person selected; default the middle one of the eligible
//       given: {household_size: 1, "age[1]": 40, burglary: 1, burglary_count: 2, "reported[burglary.1]": 1}
//       expect:
//         asked: ["why_not[burglary.2]"]
//         not_asked: ["why_not[burglary.1]"]
//         values: {children: 0}           of a computed question, an answer, `persons` or `eligible`
//         refused: {"age[1]": 200}        an answer that its question or a `require` does not accept
//
// Places are written as in play/place_names.h. Faults, each at its expectation: unknown-place; test-not-given (a given
// answer is not asked, or not valid); failed-test.
#pragma once

#include "questionnaires/instrument.h"

namespace cifra {

void run_tests(const Instrument& instrument, Diagnostics& faults);

}  // namespace cifra
