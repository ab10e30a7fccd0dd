// A sound instrument of any size, for the speed of check and proof.
#pragma once

#include <cstddef>
#include <string>

namespace cifra::test {

// About `questions` questions in modules of the household, the roster, the person and the incident form, with screeners
// of twenty crimes; each depends on one or two before it in its module, and every seventh has a constraint.
std::string large_instrument(std::size_t questions);

}  // namespace cifra::test
