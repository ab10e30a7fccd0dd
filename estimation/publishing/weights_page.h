// The record of the weighting as one self-contained HTML page: what each step did, how the weights are spread before
// and after, which totals are met, who responded.
#pragma once

#include <span>
#include <string>

#include "engine/table.h"

namespace cifra {

struct WeightSpread {
    std::string heading;  // of its picture
    std::span<const double> before, after;
};

struct WeightsPage {
    std::string language = "en";
    std::string title;
    Table audit;                        // weights_audit.csv
    Table outcome_rates, response;      // response.h; without columns: left out
    std::vector<WeightSpread> spreads;  // household weights, person weights
};

// English for a language that is not known. Accessible as the page of estimates (html.h); no script, nothing fetched.
std::string weights_page(const WeightsPage& page);

}  // namespace cifra
