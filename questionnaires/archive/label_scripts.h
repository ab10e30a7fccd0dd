// Scripts that read the coded files into SPSS, Stata and R with labels and missing values, in one language.
//
// Each reads the four CSV files of its own folder. Variables and categories are labelled; codes of don't know and
// refused are declared missing as the program can: user-missing in SPSS, extended missing .d, .r and .n (not reached)
// in Stata (numbers; texts keep their code), NA in R with the code's kind in the attribute "missing". Texts are quoted
// by each language's own rules; line ends become blanks.
#pragma once

#include <string>

#include "questionnaires/instrument.h"

namespace cifra {

std::string spss_script(const Instrument& instrument, const std::string& language);
std::string stata_script(const Instrument& instrument, const std::string& language);
std::string r_script(const Instrument& instrument, const std::string& language);

}  // namespace cifra
