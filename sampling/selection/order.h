// Orders of a frame, for selectors that go along a list: systematic, ordered pivotal, Chromy.
//
// Serpentine (hierarchic alternating) order: sorted by the first column ascending; within its first group by the
// second ascending, within the next group descending, and so on in turn; likewise at each further level, the direction
// changing from group to group along the list. Neighbours are alike across the borders of groups, so that a systematic
// sample is stratified implicitly by all columns (Chromy 1979, Proceedings of the ASA Survey Research Methods Section:
// 401-406; Williams and Chromy 1980, ibid.).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/random.h"
#include "engine/table.h"

namespace cifra {

// Rows of the table in serpentine order by the columns, which exist; numbers by value, texts by bytes; missing cells
// stand as 0 or "". Rows alike in all columns keep the order of the table. O(c N log N).
std::vector<std::size_t> serpentine_order(const Table& table, std::span<const std::string> columns);

// 0 .. count - 1, every permutation as likely as another (Fisher and Yates 1938; Durstenfeld 1964, CACM 7: 420). O(N).
std::vector<std::size_t> random_order(std::size_t count, Stream& stream);

}  // namespace cifra
