// Concentration of a non-negative variable (victimizations, losses) over the population: Gini, Lorenz curve, share of
// the most affected, mean excess; each with its linearized influence. W = sum w, Y = sum w y over the universe.
//
//   gini          G = sum sum w w' |y - y'| / (2 W Y): no rule for ties is needed.
//                 z_k = w_k (A_k - G (Y + W y_k)) / (W Y),  A_k = sum_l w_l |y_k - y_l|   (Deville 1999, section 6)
//   lorenz        L(p) = (sum_{y < q} w y + q (p W - sum_{y < q} w)) / Y, q the p-quantile (smallest y with F(y) >= p):
//                 the share of the total held by the p W lowest; a unit at the border counts for the part of its
//                 weight that is needed, so ties need no order.
//                 z_k = w_k (p q - (q - y_k)^+ - L(p) y_k) / Y   (Kovacevic and Binder 1997, J. Off. Stat. 13: 41-58)
//   top_share     1 - L(1 - x): the share of the total held by the x W highest
//   mean_excess   sum w (y - u)^+ / sum w 1(y > u), u given: what victims suffer beyond u.
//                 z_k = w_k 1(y_k > u) (y_k - u - e) / sum w 1(y > u)
//
// Universe: `all` rows, or `victims`, those with y > 0; rows outside it have z = 0. NaN where Y <= 0 or a universe has
// no weight; negative y are allowed where Y > 0 (G can then exceed 1). A quantile that falls on a step of F (p W equal
// to a sum of weights) makes L differentiable from one side only: the formula is that of the lower side.
// O(n log n). Oracle: brute force in R over all pairs with survey's variance (tests/oracle/estimation_inequality.R),
// 1e-10 and 1e-8; numeric derivatives in the weights.
#pragma once

#include <span>

#include "estimation/influence.h"

namespace cifra {

enum class Universe { all, victims };

Influence gini(std::span<const double> y, std::span<const double> w, Universe universe = Universe::all);
Influence lorenz_ordinate(std::span<const double> y, std::span<const double> w, double p,
                          Universe universe = Universe::all);
Influence top_share(std::span<const double> y, std::span<const double> w, double share,
                    Universe universe = Universe::all);
Influence mean_excess(std::span<const double> y, std::span<const double> w, double threshold);

}  // namespace cifra
