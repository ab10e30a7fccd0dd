// A script in the words of a program. Each writer says what its program does otherwise in a comment of the text, and
// adds it to `remarks`.
#pragma once

#include <set>
#include <string>

#include "estimation/translate/script.h"

namespace cifra {

// R with the package survey (Lumley): svydesign, svrepdesign, svytotal, svymean, svyratio, svyquantile, svyby on a
// subset of the design. The data frame `results` holds indicator, domain, estimate and se at the end.
std::string r_text(const Script& script, std::set<std::string>& remarks);

// Stata 16 or later: data sets are frames; svyset and svy with subpop().
std::string stata_text(const Script& script, std::set<std::string>& remarks);

// SAS: data steps, PROC SQL, and PROC SURVEYMEANS with DOMAIN.
std::string sas_text(const Script& script, std::set<std::string>& remarks);

// "region=North;sex=F" without the values: what the domains of an estimate are called.
std::string domain_text(const EstimateStep& step);

}  // namespace cifra
