// A printed page as PDF, made by the print function of Chromium.
#pragma once

#include <string>

namespace cifra {

// `page` is HTML that loads nothing. The same page gives the same bytes in one version of Chromium: the dates that it
// writes into the file are replaced. Chromium is the program that CIFRA_CHROMIUM names, else chromium, chromium-browser
// or google-chrome on the PATH. Throws InputError (no-chromium), and Refusal where Chromium makes no file.
std::string page_as_pdf(const std::string& page);

}  // namespace cifra
