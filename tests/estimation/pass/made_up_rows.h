// A made-up file of rows with a stratum, a PSU, a weight and some items, long enough for many pieces.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cifra::testing {

struct MadeUpRows {
    std::string header = "stratum,psu,w,region,sex,x,offset,hit,gaps\n";
    std::vector<std::string> lines;  // with their line ends

    std::string csv() const;
};

// `offset` is 1e9 and some noise; `gaps` is empty in the last tenth of the rows alone, here and there.
MadeUpRows made_up_rows(std::size_t rows);

// The same lines in another order.
MadeUpRows shuffled(MadeUpRows rows);

// Designs of that file under the name people.csv.
extern const std::string psu_design, element_design;

}  // namespace cifra::testing
