// Complementary suppression: the cheapest cells to keep back beside the sensitive ones, so that nobody can work a
// sensitive cell out of the rest.
//
// Let a be the values, x the 0/1 decisions, and y what an intruder thinks the cells may be. He knows the relations, the
// published cells, and that no cell is negative nor above `ceiling`; so from x he has
//     low_p = min y_p,  high_p = max y_p   over   M y = rest,  a_i - lower_i x_i <= y_i <= a_i + upper_i x_i
// and the pattern protects p where  high_p >= a_p + protection_p  and  low_p <= a_p - protection_p.  Wanted:
//     min cost'x  under which every sensitive cell is protected.
// Solved by cuts (Fischetti and Salazar 2001, "Solving the cell suppression problem on tabular data with linear
// constraints", Management Science 47, eq. 10-13): a master programme chooses x; the intruder's linear programme is
// solved for every sensitive cell, and where he comes too near, its dual gives the inequality that x must obey:
//     sum_i (alpha_i upper_i + beta_i lower_i) x_i >= protection_p.
// Every pattern found protects; it is the cheapest of all unless `proven` is false (the search of the master ended at
// its number of nodes).
//
// Assumes values >= 0. Oracle: enumeration of all patterns, and of all tables an intruder may think of, in small ones.
#pragma once

#include <cstddef>
#include <vector>

#include "estimation/confidentiality/additive_table.h"

namespace cifra {

struct SensitiveCell {
    std::size_t cell = 0;
    double protection = 0;  // above 0, at most the value: how far low and high must lie from it
};

struct SuppressionProblem {
    AdditiveTable table;
    std::vector<double> cost;            // of keeping a cell back, 0 or above
    std::vector<bool> published;         // never kept back (true of a cell known to be zero)
    std::vector<std::size_t> held_back;  // kept back for another reason already, at no cost
    std::vector<SensitiveCell> sensitive;
    int nodes = 20'000;  // of each search of the master
};

struct Suppression {
    std::vector<bool> suppressed;          // sensitive, held back and complementary
    std::vector<std::size_t> unprotected;  // sensitive cells that no pattern protects
    bool proven = true;
};

Suppression suppress(const SuppressionProblem& problem);

}  // namespace cifra
