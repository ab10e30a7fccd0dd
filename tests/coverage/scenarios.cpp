#include "tests/coverage/scenarios.h"

namespace cifra::coverage {

const std::vector<Scenario>& scenarios() {
    static const std::vector<Scenario> all = {
        {.name = "sparse",
         .text =
             "32 PSUs of 12 strata (2 to 4 each), 6 dwellings each, one adult; half of the PSUs kept, same dwellings",
         .urban_psus = {4, 3, 3, 3, 2, 2},
         .rural_psus = {2, 3, 3, 3, 2, 2},
         .rotation = {.kept = 0.5, .take = 6}},
        {.name = "medium",
         .text = "100 PSUs (4 to 14 a stratum), 8 dwellings each, one adult; half of the PSUs kept, same dwellings",
         .urban_psus = {14, 11, 10, 8, 7, 6},
         .rural_psus = {4, 7, 6, 8, 9, 10},
         .rotation = {.kept = 0.5, .take = 8}},
        {.name = "new dwellings",
         .text = "as medium; three quarters of the PSUs kept, new dwellings in all",
         .urban_psus = {14, 11, 10, 8, 7, 6},
         .rural_psus = {4, 7, 6, 8, 9, 10},
         .rotation = {.kept = 0.75, .take = 8, .same_dwellings = false}},
        {.name = "large",
         .text = "240 PSUs (10 to 34 a stratum), 10 dwellings each, one adult; half of the PSUs kept, same dwellings",
         .urban_psus = {34, 26, 24, 20, 17, 14},
         .rural_psus = {10, 17, 14, 20, 22, 22},
         .rotation = {.kept = 0.5, .take = 10}},
        {.name = "fpc",
         .text =
             "120 PSUs by SRS of 600 (a fifth), 10 of about 50 dwellings, all adults; two stages with fpc; half of the "
             "PSUs kept, same dwellings",
         .urban_psus = {18, 14, 12, 10, 9, 7},
         .rural_psus = {6, 8, 7, 9, 10, 10},
         .rotation = {.kept = 0.5, .take = 10, .by_size = false, .one_adult = false},
         .fpc = true,
         .psu_scale = 1}};
    return all;
}

}  // namespace cifra::coverage
