// What is known of all units held beside the sample: respondents against nonrespondents, and the sample against the
// population. Values for a report; nothing is adjusted.
//
// Cost: O(n) a category. Oracle: cases worked by hand.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "estimation/weighting/poststratification.h"
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

// Coverage ratio: the estimated size of a cell before calibration by its known size; below 1 the sample lacks people
// (US Census Bureau 2019, Current Population Survey Design and Methodology, Technical Paper 77).
struct CoverageRatio {
    std::string cell;  // empty: all cells with a known size
    double estimate = 0, control = 0, ratio = 0;
};

// The whole first, then the cells in order of text. `columns`: the variables of `benchmarks`, over rows where `inside`
// is 1. A cell without a known size has control and ratio NaN.
std::vector<CoverageRatio> coverage_ratios(std::span<const double> weights, std::span<const std::uint8_t> inside,
                                           const std::vector<Column>& columns, const Benchmarks& benchmarks);

}  // namespace cifra
