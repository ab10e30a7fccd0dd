// The codebook for readers: a page of XHTML in one language, and a table with a row for every value of every variable.
#pragma once

#include <string>

#include "engine/table.h"
#include "questionnaires/instrument.h"

namespace cifra {

// One self-contained page: a contents list, then each variable with its question, universe, codes and missing codes.
std::string codebook_html(const Instrument& instrument, const std::string& language);

// file, variable, type, label, question, universe, code, code_label, missing (kind, or empty): a row per code, or one
// where a variable has none. In the language asked for.
Table codebook_table(const Instrument& instrument, const std::string& language);

}  // namespace cifra
