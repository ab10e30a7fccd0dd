// One person of a household by the methods that need less than a full roster and one number each (household.h has
// that).
//
// Kish grid (Kish 1949, Journal of the American Statistical Association 44: 380-387, table 1): eight tables, handed out
// to dwellings in the shares below, tell for each number of eligible persons which one is asked, in the order in which
// they are numbered (Kish: men from the oldest to the youngest, then women):
//
//     table  share   1  2  3  4  5  6+        The grid is exact for 1, 2, 3, 4 and 6 persons. With 5 the third and the
//     A      1/6     1  1  1  1  1  1         fifth are selected with 1/4, the others with 1/6. With 7 or more the
//     B1     1/12    1  1  1  1  2  2         seventh and later are never selected, the first six with 1/6 each.
//     B2     1/12    1  1  1  2  2  2         `probability` is this true p(i | m), not 1/m, so that 1 / probability
//     C      1/6     1  1  2  2  3  3         is the weight without bias wherever every person can be selected.
//     D      1/6     1  2  2  3  4  4
//     E1     1/12    1  2  3  3  3  5
//     E2     1/12    1  2  3  4  5  5
//     F      1/6     1  2  3  4  5  6
//
// Rizzo, Brick and Park (2004, Public Opinion Quarterly 68: 267-274): the informant at the door is asked with
// probability 1/m; else one of the others. With m <= 2 no roster is needed. One number u decides all: with
// k = floor(u m), k = 0 is the informant, k > 0 the k-th of the others, 1/m each.
//
// Next or last birthday (Salmon and Nichols 1983, Public Opinion Quarterly 47: 270-276; O'Rourke and Blair 1983,
// Journal of Marketing Research 20: 428-432): not random in itself; 1/m is a model, which holds if birthdays have
// nothing to do with what is measured and the answers at the door are right.
//
// Oracle: exact enumeration over the tables; 100,000 numbers; all days of a year.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sampling/household.h"

namespace cifra {

// The table of a dwelling, "A" … "F", by its selection number in (0, 1).
std::string_view kish_table(double selection_number);

bool is_kish_table(std::string_view name);

// The rank, from 1, that a table selects of so many eligible persons (>= 1).
std::uint32_t kish_rank(std::string_view table, std::uint32_t eligible);

// p(rank | eligible) over all tables; a multiple of 1/12.
double kish_probability(std::uint32_t rank, std::uint32_t eligible);

// Persons are positions 0 .. eligible − 1 in their numbering. Nobody where eligible = 0.
PersonSelection kish_person(std::uint32_t eligible, double selection_number);
PersonSelection rizzo_person(std::uint32_t eligible, std::uint32_t informant, double selection_number);

// The day of the 366 that a number in (0, 1) falls on, as month * 100 + day.
int day_by_chance(double number);

// Days are month * 100 + day; a birthday on the day of contact is the last one. Equal birthdays: the first.
PersonSelection birthday_person(std::span<const int> birthdays, int contact, bool next);

}  // namespace cifra
