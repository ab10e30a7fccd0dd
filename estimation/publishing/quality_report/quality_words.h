// The fixed words of the quality report.
#pragma once

#include <string>
#include <string_view>

namespace cifra {

struct QualityWords {
    std::string_view title, blank, sample, contents, estimates, tables, indicators, population, periods, units, hidden,
        nothing_hidden, labels, method, intervals, df, deff, weights, cv_quartiles, cv_bands, coverage, outcome_rate,
        response_rate, r_indicator, item_missing, item_complete, step, kish, imputed, revision, source;
};

// English for a language that is not known.
const QualityWords& quality_words(const std::string& language);

}  // namespace cifra
