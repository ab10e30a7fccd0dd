// The interview as an XLSForm workbook: sheets survey, choices and settings, as pyxform and the services that stand on
// it (KoboToolbox, ODK Central, SurveyCTO) read them.
//
// Format: xlsform.org. Columns of texts are named `label::Español (es)`, one for each language; conditions name other
// items as ${name}; the number of repeats is a calculated item that `repeat_count` names.
#pragma once

#include <string>

#include "questionnaires/forms/client_form.h"

namespace cifra {

std::string form_xlsform(const ClientForm& form);

}  // namespace cifra
