// Donors for missing items: random hot deck within classes and predictive mean matching, proper for multiple
// imputation through the approximate Bayesian bootstrap.
//
//   hot_deck         a donor drawn at random among the respondents of the recipient's class. With the bootstrap (Rubin
//                    and Schenker 1986, JASA 81: 366-374) the n respondents of a class are first drawn n times with
//                    replacement, and donors come from those: the spread of the draws then holds the uncertainty of the
//                    class's distribution. Weights, when given, act in the first of the two draws alone.
//   predictive_mean  a donor among the k respondents whose predicted value is nearest (Little 1988, JBES 6: 287-296),
//                    all within a bootstrap sample of the respondents: the least-squares fit, and the donors
//                    (Heitjan and Little 1991, Applied Statistics 40: 13-29). Respondents as near as the k-th all
//                    count, so that equal predictions (predictors with few categories) act as a class. Fitting to a
//                    sample while donors are all respondents gave 0.83 of the true variance where predictions tie, and
//                    predicting donors by the fit to all counted the sample twice (1.28): hence one fit for both.
//
// Both give the row a value is taken from, so that numbers, codes and dates are imputed alike and only values that
// occur are given. Random numbers are keyed by (seed, imputation, unit, draw): the order of rows and the number of
// threads do not matter, and a record added to one class leaves the other classes as they are.
//
// Assumes values missing at random given classes or predictors. The bootstrap treats respondents as independent: where
// the item clusters within PSUs the variance between draws is too low unless the clusters are in the classes.
// Cost: n log n a draw; predictive means add n p^2. Oracle: enumeration of the two-stage draw, Monte Carlo coverage.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/table.h"

namespace cifra {

// Rows are those of one level. Vectors have one element a row.
struct DonorRequest {
    std::vector<std::uint8_t> universe;  // 0: neither gives nor gets
    std::vector<std::uint8_t> missing;   // 1: gets a donor
    std::vector<std::uint64_t> unit;     // stable_hash of the record's identity, all different
    std::vector<double> weight;  // chances of respondents, >= 0 (of the fit where nothing is drawn); empty: equal
    std::size_t limit = 0;       // uses of one donor; 0: no limit
    bool bootstrap = true;       // false: an improper single draw
    std::uint64_t seed = 0;
    std::uint32_t draw = 0;
};

// Classes from the finest to the last: a class with fewer donors than `minimum`, or whose donors have fewer uses left
// than there are recipients, is served at the next level. At the last level any donor serves; where the limit is
// exhausted there it is raised by one, and the recipients concerned are counted.
struct DonorClasses {
    std::vector<std::vector<std::uint32_t>> levels;  // class of each row; at least one level
    std::size_t minimum = 1;
};

struct PredictiveMean {
    Eigen::MatrixXd predictors;  // row by row; an intercept is added; columns that depend on others do no harm
    Eigen::VectorXd value;       // of respondents
    std::size_t neighbours = 5;  // at least one
};

struct Donors {
    std::vector<std::size_t> of_row;            // Column::npos for rows that need none, or have none
    std::vector<std::size_t> served;            // recipients at each level of classes
    std::size_t recipients = 0, unfilled = 0;   // unfilled: no donor anywhere
    std::size_t over_limit = 0, most_used = 0;  // recipients beyond the limit; uses of the donor used most
};

// Throw std::invalid_argument when lengths differ, a weight is negative or not finite, or units repeat.
Donors hot_deck(const DonorRequest& request, const DonorClasses& classes);
Donors predictive_mean(const DonorRequest& request, const PredictiveMean& model);

}  // namespace cifra
