// What prosecution, courts and prisons of a made-up country make of the police's records: the key `justice:` of
// `records:` in the section `synthetic:`.
//
//   justice:
//     charged: 0.3             # of cases, brought to court; or by crime: {robbery: 0.5, threat: 0.1}
//     tried: 0.85              # of those charged, judged
//     convicted: 0.7           # of those judged
//     sentenced: 0.6           # of those convicted, to prison
//     imprisoned: 0.95         # of those sentenced, taken into prison
//     closed: 0.8              # of cases that go no further, closed; the others stay pending
//     days: {charged: 60, tried: 150, convicted: 10, sentenced: 5, imprisoned: 20, closed: 120, released: 500}
//     until: 2027-06-30        # the last day that the files know; required
//
// Each of the five may be given by crime; crimes that a map leaves out have the value that stands here, which is that
// of a key left out, too. `days` are means, from the step before.
#pragma once

#include <array>
#include <string_view>

#include "engine/calendar.h"
#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "sampling/synthetic_crimes.h"

namespace cifra {

inline constexpr std::size_t justice_step_count = 5;
inline constexpr std::array<std::string_view, justice_step_count> justice_steps = {"charged", "tried", "convicted",
                                                                                   "sentenced", "imprisoned"};

struct SyntheticJusticePlan {
    std::array<ByCrime, justice_step_count> goes_on{};  // by step
    std::array<double, justice_step_count> days{};      // mean, from the step before
    double closed = 0.8, days_closed = 120, days_released = 500;
    Date until{};
};

// Faults: out-of-range, missing-key, bad-date, unknown-key.
SyntheticJusticePlan read_synthetic_justice(const YamlValue& value, Diagnostics& faults);

}  // namespace cifra
