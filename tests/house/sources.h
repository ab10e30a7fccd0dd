// The sources of the house as text, for the tests of its form.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cifra::house {

struct SourceFile {
    std::string path;    // from the root of the checkout, "engine/table.h"
    std::vector<std::string> lines;
    bool is_header() const { return path.ends_with(".h"); }
    std::string folder() const { return path.substr(0, path.find('/')); }    // the first one: "engine", "tests"
};

const std::vector<std::string>& wings();

// Every .h and .cpp of the four wings, and of the wings and tests/, sorted by path.
const std::vector<SourceFile>& wing_sources();
const std::vector<SourceFile>& all_sources();

// The text of `lines` with comments, literals and preprocessor lines blanked; line ends stay.
std::string code_only(const std::vector<std::string>& lines);

// The functions with a body, found by counting braces in formatted code: a brace that opens a body stands after a
// blank, one that opens an initializer does not (or stands after `=`).
struct FunctionSpan {
    std::size_t first_line = 0;    // of the signature, from 1
    std::size_t lines = 0;         // to the closing brace
};
std::vector<FunctionSpan> function_spans(const std::vector<std::string>& lines);

}  // namespace cifra::house
