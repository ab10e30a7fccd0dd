// The tables of a page for papers: LaTeX and Markdown, with intervals, CV and the marks of precision. Every text from
// outside is escaped, so that a label can neither break a table nor run a command.
#pragma once

#include <string>
#include <string_view>

#include "estimation/publishing/page.h"

namespace cifra {

// Environments `table`, one per block of two indicators, to \input into a document with the packages booktabs and,
// for the degree of text beyond Latin-1, a font that has it. Labels are "tab:" and the id of the table.
std::string to_latex(const Page& page);

// Pipe tables of GitHub's dialect and of pandoc.
std::string to_markdown(const Page& page);

// Text as LaTeX shows it: the ten special characters as commands, line ends as spaces.
std::string escape_latex(std::string_view text);

// Text as Markdown shows it: punctuation with a meaning behind a backslash, line ends as spaces.
std::string escape_markdown(std::string_view text);

}  // namespace cifra
