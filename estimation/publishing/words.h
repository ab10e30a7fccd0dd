// The fixed words of the published page, in every language it can be written in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cifra {

struct Words {
    std::string_view language, contents, table, total, domain, indicator, estimate, interval, interval_short, cv, cases,
        sample, unit, population, period, source, legend, legend_dot, one_sided, notes, method, level, df, df_range,
        quality, hidden, no_value, chart_of, chart_description, per_cent, other_languages, made_with, reading,
        reading_text, weight, back, lower, upper, cv_per_cent, language_name, choose_language, choose_domain,
        all_domains, every_category, shown_domain, map, map_description, map_caution, map_poor, map_none, options,
        kept_back, internal, rounded, disclosure, status, outsider_lower, outsider_upper, row_share, column_share,
        whole_share, methods;
    std::string_view colon = ": ";  // with what stands before it
};

// English for a language that is not known.
const Words& words_in(const std::string& language);
const std::vector<std::string>& page_languages();  // "en", "es", "fr", "pt"
extern const Words portuguese_words, french_words;

// "Source: an office".
std::string labelled(const Words& words, std::string_view label, std::string_view text);

// The printed name of a variance or interval method or of a notice, part by part (", " between); unknown parts stay.
std::string method_name(const std::string& id, const std::string& language);

}  // namespace cifra
