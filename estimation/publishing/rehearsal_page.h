// What a rehearsal came to as one self-contained HTML page: coverage, coefficients of variation and bias of every cell
// as pictures, the figures as tables, the work of the field.
#pragma once

#include <string>
#include <vector>

#include "engine/table.h"

namespace cifra {

struct RehearsalPage {
    std::string language = "en";
    std::string title;
    double level = 0.95, draws = 0;
    Table results, workload;            // rehearsal.csv, rehearsal_work.csv
    std::vector<std::string> failures;  // why draws had no estimates
};

// English for a language that is not known. No script, nothing fetched.
std::string rehearsal_page(const RehearsalPage& page);

}  // namespace cifra
