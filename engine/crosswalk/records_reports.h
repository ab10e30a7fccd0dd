// Reports on a crosswalk and on the records it recoded: tables, ready for CSV.
#pragma once

#include <string>
#include <vector>

#include "engine/crosswalk/agreement.h"
#include "engine/crosswalk/recode_files.h"

namespace cifra {

// Offences by what becomes of them under their last period in force, how many codes they have, the deepest level that
// they reach and whether it is a residual one ("other acts of ..."): measure, codes, share.
Table code_coverage(const Crosswalk& crosswalk);

// institution, year, records; records by status; `mapped`, the share assigned or allocated; those by level of their
// code and `residual`, the share of them with a residual one. Allocated records count by their shares.
Table record_coverage(const Crosswalk& crosswalk, const RecodedFiles& recoded);

// year, iccs, level, title; `direct`: records of the code itself, `below`: of codes under it, `total`: both, so that
// the total of a code is its direct records and the totals of its children, and the totals of the sections sum to all
// that is mapped. `allocated`: of the total, by shares; `se`: the standard error that comes of these. With N records of
// a case, shares p of a sample of n with design effect d, and P the sum of the p under the code, its variance is the
// multinomial N² P (1 − P) d / n. Missing where a share has no sample, 0 without allocation.
Table roll_up(const Crosswalk& crosswalk, const RecodedFiles& recoded, const std::string& language);

// field, iccs (the division, or the status), records, known, missing, undeclared, known_share.
Table field_completeness(const Crosswalk& crosswalk, const RecodedFiles& recoded);

// tag, iccs (the code, or the status), kind, code, title, year, records, share of the records of the tag, the year and
// the iccs. kind: category, not_applicable, not_known; a kind of missing; undeclared. Rows with records only.
Table tag_counts(const RecodedFiles& recoded, const std::string& language);

// tag, iccs (the division, or the status), year, records, known, not_applicable, not_known, missing, undeclared,
// known_share: of the records to which the tag applies.
Table tag_completeness(const RecodedFiles& recoded);

// before, now (codes or statuses), change, records, share. change: same, within_division, division, section, status.
Table stability(const RecodedFiles& recoded);

// Automatic rows and those of a higher basis that overrule them, for the same offence and condition: one pair each
// (`weight` 1), or the records of the overruling row.
std::vector<CodedPair> overruled(const Crosswalk& crosswalk, const RecodedFiles* recoded);

// of (codes, records), level, items, accuracy, kappa, se.
Table agreement_table(const Crosswalk& crosswalk, const RecodedFiles& recoded);
// automatic, decided, codes, records: pairs that differ.
Table confusion_table(const Crosswalk& crosswalk, const RecodedFiles& recoded);

}  // namespace cifra
