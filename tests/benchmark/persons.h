// A made-up survey of persons for measurements.
//
// 32 regions of 3 areas and 7 social levels make 672 strata, of which a tenth is empty; 20,000 PSUs (fewer below
// 400,000 rows: one for 20 persons), at least 2 in each stratum, persons of a PSU one after another. PSUs differ in
// risk, so that design effects are above 1. The columns are described in README.md.
#pragma once

#include <cstddef>
#include <cstdio>

namespace cifra::benchmark {

inline constexpr std::size_t fewest_rows = 5000, most_rows = 1'000'000'000;

// Writes `rows` persons as CSV, about 98 bytes each: the same bytes for the same `rows`. False when `to` takes no more.
bool write_persons(std::size_t rows, std::FILE* to);

}  // namespace cifra::benchmark
