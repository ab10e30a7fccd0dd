// The interview as an ODK XForm: the XML that ODK Collect, ODK Web Forms, Enketo and KoboToolbox run.
//
// Format: ODK XForms specification 1.0 (getodk.github.io/xforms-spec). The answers stand under /data in groups named as
// modules; every text is an itext entry in each language; choices are secondary instances; roster and incident form are
// repeats counted by jr:count. What the items mean is said in client_form.h.
#pragma once

#include <string>

#include "questionnaires/forms/client_form.h"

namespace cifra {

std::string form_xform(const ClientForm& form);

}  // namespace cifra
