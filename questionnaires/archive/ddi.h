// The study's codebook for data archives: DDI-Codebook 2.5 (DDI Alliance, 2014), one XML document.
//
// codeBook: stdyDscr (title in every language, reference period), one fileDscr a coded file, dataDscr with one var a
// column. The elements of a var stand in the order of the schema: labl, qstn (qstnLit, ivuInstr), valrng, invalrng,
// universe, catgry (catValu, labl), concept, varFormat. Texts are repeated by xml:lang. A code of don't know or refused
// is a catgry with missing="Y" and an item of invalrng. Conditions stand in universe as the instrument writes them: the
// standard has no routing. Everything is escaped by the XML writer.
#pragma once

#include <string>

#include "questionnaires/instrument.h"

namespace cifra {

std::string ddi_codebook(const Instrument& instrument);

}  // namespace cifra
