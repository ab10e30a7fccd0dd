// A table made ready for files that have codes where a table has kinds of missing: CSV, SPSS, Stata, SAS.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/codebook.h"
#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

// What a kind of missing is written as, and what the target bears. Of texts, bytes; of names and labels, characters.
struct WriteTarget {
    enum class Codes : std::uint8_t {
        numbers,     // -98, declared as missing (SPSS) or by the codebook beside (CSV)
        small_tags,  // .r (Stata)
        large_tags   // .R (SAS)
    };
    std::string name;  // for messages: "SPSS"
    Codes codes = Codes::numbers;
    std::size_t longest_name = static_cast<std::size_t>(-1);
    std::size_t longest_text = static_cast<std::size_t>(-1);
    std::size_t longest_label = static_cast<std::size_t>(-1);        // of a variable
    std::size_t longest_value_label = static_cast<std::size_t>(-1);  // 0: the target has none
    std::size_t longest_text_code = static_cast<std::size_t>(-1);  // of codes of texts with a label or missing; 0: none
    double largest_number = std::numeric_limits<double>::max(), smallest_number = 0;  // in absolute value, but for 0
    bool capitals_count = true;                                                       // `sex` and `SEX` are two names
    bool whole_texts_as_numbers = false;  // texts cannot be labelled: codes 1, 2, 3 are written as numbers
};

struct WrittenVariable {
    std::string name, label;
    const Column* column = nullptr;
    ColumnType type = ColumnType::number;
    std::map<Missing, std::string> codes;  // of the kinds that occur; a kind without one is written as blank
    std::vector<std::pair<std::string, std::string>> labels;
};

struct WriteRequest {
    const Table& table;
    const Codebook& codebook;
    std::string language;  // of labels
    std::string file;      // for messages
};

// One for each column. A kind of missing has the first code that the codebook gives it and the target bears, else: of
// tags, its letter (n not asked, u not reached, r refused, d don't know) or the first free one; of numbers, -96 not
// asked, -97 not reached, -98 refused, -99 don't know, less 100 as often as the column holds a number between these,
// with the warning missing-code-added; of texts, none, with the warning kind-left-out. `system` is always blank; so
// several codes of that kind become one, with the warning codes-merged. A code without a label has that of
// label_of_kind.
//
// Other warnings: label-cut, labels-left-out. Faults: name-not-allowed (too long), text-too-long, number-out-of-range,
// duplicate-column (names that differ in capitals only).
std::vector<WrittenVariable> written_variables(const WriteRequest& request, const WriteTarget& target,
                                               Diagnostics& faults);

// Cells with their codes, and the codebook that turns them back into kinds (codebook.h): what goes into a CSV file.
Table coded_table(const std::vector<WrittenVariable>& variables);
Codebook coded_codebook(const std::vector<WrittenVariable>& variables, const Codebook& codebook);

}  // namespace cifra
