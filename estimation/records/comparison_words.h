// The fixed words of the comparison's page, in English, Spanish, French and Portuguese. Internal to the rooms
// `comparison*`.
#pragma once

#include <string>
#include <string_view>

namespace cifra {

struct ComparisonWords {
    std::string_view title, lead, reading, reading_text, crime, area, whole_area, all_crimes;
    std::string_view volumes, volumes_note, incidents, reported, with_file, records, records_adjusted, dark_figure;
    std::string_view ratios, ratios_note, reporting_rate, official_dark_share, recording_ratio, capture_ratio,
        expansion_factor;
    std::string_view by_area, by_area_note, trend, trend_note, index_incidents, index_reported, index_records,
        change_records, change_incidents, change_reporting, change_recording, gap, p_value;
    std::string_view subset, subset_note, code, offence, compared_as, records_of, reason, not_compared, no_reason;
    std::string_view both_sides, survey_side, records_side, adjustments, factor, value, source, duplicates, covered,
        victims, units, counting_rules;
    std::string_view methods, methods_text, method_of_interval, flag_above, flag_below, flag_one, flag_few, refused,
        refused_note, per_cent, per_100, no_value, precision, chart_description;
};

// English for a language that is not known.
const ComparisonWords& comparison_words(const std::string& language);
extern const ComparisonWords french_comparison_words, portuguese_comparison_words;

// Topics and answers of the counting rules (engine/crosswalk/records_plan.h); unknown ones stay as they are.
std::string counting_word(const std::string& id, const std::string& language);

}  // namespace cifra
