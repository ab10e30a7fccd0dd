// Tables as files of SPSS (.sav), Stata (.dta, format 118 of Stata 14) and SAS (transport .xpt, version 8), in UTF-8.
#pragma once

#include <ostream>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/statfile/stat_format.h"
#include "engine/statfile/written_variables.h"

namespace cifra {

// Numbers are doubles, texts as wide as the longest one, kinds of missing codes (written_variables.h): SPSS declares
// them as user-missing, Stata and SAS have tags. The same table gives the same bytes: the time in the file is always
// 2000-01-01 00:00. Texts of dates stay texts.
//
// Faults, before anything is written: those of written_variables.h; name-not-allowed, one for each name that the target
// refuses (SPSS 64 bytes, Stata and SAS 32; letters, digits, _, not beginning with a digit; reserved words);
// too-many-missing-codes (SPSS holds three, or a range of numbers that no cell lies in, and one); no-columns of a
// table without columns; cannot-write-format for other formats.
//
// Returns what was written of each variable.
std::vector<WrittenVariable> write_stat(const WriteRequest& request, StatFormat format, std::ostream& to,
                                        Diagnostics& faults);

}  // namespace cifra
