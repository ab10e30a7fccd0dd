// Respondents against nonrespondents by what is known of both. Values for a report; nothing is adjusted.
//
// Cost: O(n) a category. Oracle: cases worked by hand.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "estimation/weighting/propensity.h"

namespace cifra {

// A category of a variable, or a variable that is a number (`category` empty): weighted shares, or weighted means.
struct FrameComparison {
    std::string variable, category;
    double respondents = 0, nonrespondents = 0, all = 0;
    double difference = 0;  // respondents - nonrespondents
    double bias = 0;        // respondents - all: of the unadjusted mean, (1 - response rate) difference
    double standardized =
        0;  // difference / sqrt((v_r + v_n) / 2), v = p (1 - p) or the weighted variance (Austin 2009,
            // Communications in Statistics 38: 1228-1234); NaN where both are 0
};

// Over eligible units with a value of the variable, by their design weights; NaN where one side has none. Categories in
// order of text.
std::vector<FrameComparison> compare_respondents(const std::vector<Predictor>& variables,
                                                 std::span<const std::uint8_t> eligible,
                                                 std::span<const std::uint8_t> responds,
                                                 std::span<const double> weights);

}  // namespace cifra
