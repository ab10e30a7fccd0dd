// Part of `check`: what is not wrong, but often regretted. Warnings, each of which may be allowed with a reason
// (lints.h).
#pragma once

#include "questionnaires/instrument.h"

namespace cifra {

// name-elsewhere-reserved: a word of Stata, SPSS or R          name-case-clash: two names differ only by capitals
// generated-name-too-long: `id_long`, `id_count`, `name_code`  codes-gap: 1, 2, 4
// label-is-other-number: the label of code 2 is "3"            width-over-stata: texts of more than 2,045 bytes
// no-variable-label: neither a label nor a text of 120 characters or less
void check_name_style(const Instrument& instrument, Diagnostics& faults);

// untranslated-copy: a translation is its source               same-title: two modules
// short-text: less than 3 characters   long-text: over 600     double-barrelled: two questions in one text
// period-phrase-mismatch: a text says "12 months", the period has 6
// same-text: two questions of one module and one condition
void check_text_style(const Instrument& instrument, Diagnostics& faults);

// repeated-condition: five questions in a row   long-condition: over 200 characters
// no-series-rule: more incidents are counted than described, and none is a series
// no-duplicate-check: an incident after the first is not asked whether it has been told   incident-without-date
// half-unchecked: most numbers of a range of 100 or more have no other check
// perception-after-victimization: how safe people feel is asked after they have been reminded of crimes
void check_structure_style(const Instrument& instrument, Diagnostics& faults);

// sensitive-on-proxy (an error under `no_proxy`)     no-referral-after-sensitive
// question-before-consent                            sensitive-of-several: one_per_household and `select: all`
// below-min-age: `eligible` admits people younger than `min_age`
// pii-unmarked: a text that asks for a name, address, telephone, ... without `pii`
void check_safety_style(const Instrument& instrument, Diagnostics& faults);

// iccs-too-broad: a whole section as the code of a crime or rule   offence-of-two-sections: one offence, two of them
// sexual-crime-not-sensitive: of section 03
void check_crime_style(const Instrument& instrument, Diagnostics& faults);

}  // namespace cifra
