// What an office keeps of a publication from which figures are held back: the full tables, marked as internal, and the
// report on what was held back.
#pragma once

#include <string>
#include <vector>

#include "estimation/confidentiality/disclosure.h"
#include "estimation/publishing/page.h"

namespace cifra {

// The texts with the word INTERNAL before the title, in every language of `languages`.
PageTexts internal_texts(PageTexts texts, const std::vector<std::string>& languages);

// The texts with a note that totals are rounded, where the plan says so.
PageTexts rounded_texts(PageTexts texts, const ConfidentialityPlan& plan, const std::vector<std::string>& languages);

// The report as a section of the internal page: for each figure kept back its value and the limits between which an
// outsider can place it. Its rows stand under their status and reason.
PageSection disclosure_section(const Disclosure& disclosure, const PageTexts& texts, const std::string& language);

}  // namespace cifra
