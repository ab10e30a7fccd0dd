// The fixed words of the pages of the flow, in English, Spanish, French and Portuguese.
#pragma once

#include <string>

namespace cifra {

struct FlowWords {
    const char *title, *lead, *about_title, *about, *cross_section, *cross_lead, *cohort, *cohort_lead, *whereabouts,
        *times, *times_note, *impunity, *impunity_note, *caseload, *caseload_note, *sdg, *uncts, *uncts_note, *methods,
        *factors, *stage, *institution, *source, *unit, *count, *interval, *transition, *cumulative, *of_before,
        *funnel_description, *cohort_description, *days_axis, *went_on, *ended, *pending, *entered, *quarter, *median,
        *three_quarters, *endings, *censored, *kept, *reached, *measure, *value, *year, *pending_start, *incoming,
        *resolved, *pending_end, *clearance, *pending_ratio, *congestion, *duration, *goal, *series, *sex, *offence,
        *block, *offences, *suspected, *prosecuted, *convicted, *prisoners, *numerator, *denominator, *all, *female,
        *male, *minor, *adult, *survey, *counts, *events, *from, *to, *factor, *method_text;
};

// English for a language that is not known.
const FlowWords& flow_words(const std::string& language);
extern const FlowWords french_flow_words, portuguese_flow_words;

}  // namespace cifra
