// The exported form as a page that runs it: the interview as ODK Web Forms shows it, in a browser, without a server and
// without a network. Nothing is sent or kept.
#pragma once

#include <string>

#include "questionnaires/forms/client_form.h"

namespace cifra {

// `script`: preview.js (engine/program/web), which the page holds beside the XForm.
std::string form_preview(const ClientForm& form, const std::string& script);

// preview.js (engine/web_script.h). Throws InputError where there is none (no-preview-script).
std::string preview_script();

}  // namespace cifra
