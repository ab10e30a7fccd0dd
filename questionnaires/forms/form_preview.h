// The exported form as a page that runs it: the interview as ODK Web Forms shows it, in a browser, without a server and
// without a network. Nothing is sent or kept.
#pragma once

#include <string>

#include "questionnaires/forms/client_form.h"

namespace cifra {

// `script`: preview.js (engine/program/web), which the page holds beside the XForm.
std::string form_preview(const ClientForm& form, const std::string& script);

// preview.js of the folder CIFRA_WEB, else of `../web` or `../share/cifra/web` from the program's own folder. Throws
// InputError where it is in none of them (no-preview-script).
std::string preview_script();

}  // namespace cifra
