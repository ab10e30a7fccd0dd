// A selected unit of a stage, and how it came to be selected.
#pragma once

#include <cstddef>
#include <vector>

namespace cifra {

struct DrawnUnit {
    std::size_t position = 0;  // in its level of the frame
    std::size_t parent = 0;    // the selected unit above, in its stage
    std::size_t stratum = 0;   // of the first stage
    double probability = 1;    // given the unit above
    double overall = 1;        // product of the probabilities down to this stage
    bool certain = false;
    double kept = 1;                         // product of the factors of subsamples
    std::size_t selected = 0, listed = 0;    // n and N: in the stratum at the first stage, later in the unit above
    double group_units = 0, group_size = 0;  // first stage: N_g and X_g of its random group
};

using DrawnStage = std::vector<DrawnUnit>;

}  // namespace cifra
