// Strata in which one sampled unit stands alone: what they add to the variance, in the design and in a domain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

// What a stratum with one sampled unit and f < 1 contributes to the variance.
//   fail              the estimate is refused (default)
//   certainty         nothing: the unit was certain to be drawn
//   remove            nothing: R survey's other name of the same rule
//   adjust            its squared deviation from the mean of all PSU totals (R survey >= 4.2 "adjust")
//   adjust_from_zero  its squared deviation from zero (R survey <= 4.1 "adjust")
//   average           the mean contribution of the other strata (R survey "average"), counted for each estimate among
//                     the strata in which its domain has a sampled unit
//   collapse          it is joined with another stratum (collapse_strata below); the biased-upward collapsed-strata
//                     estimator (Wolter 2007, section 2.5); each join is a notice. Not with an fpc.
enum class LonelyPsu : std::uint8_t { fail, certainty, adjust, adjust_from_zero, average, collapse, remove };
const std::vector<std::string>& lonely_psu_names();
LonelyPsu lonely_psu_from_text(std::string_view name);  // a name of the list above

// What a stratum contributes in which several units were drawn but the estimate's domain holds one of them
// (R survey: options(survey.adjust.domain.lonely = TRUE) with lonely.psu "adjust" or "average").
//   none              what the formula says, the units outside the domain being zeros (default)
//   adjust            all its units deviate from the mean of all PSU totals of the stage
//   adjust_from_zero  all its units deviate from zero (R survey <= 4.1 "adjust")
//   average           the mean contribution of the strata in which the domain holds two units or more
enum class DomainLonely : std::uint8_t { none, adjust, adjust_from_zero, average };
const std::vector<std::string>& domain_lonely_names();
DomainLonely domain_lonely_from_text(std::string_view name);

// Columns that steer `collapse`, constant in a stratum; empty: not given.
struct CollapseColumns {
    std::string by;     // strata are joined within equal values only
    std::string order;  // number by which strata stand in line (their size, say); else text order
};

// A stratum before collapsing.
struct CollapseStratum {
    std::string name, by;
    double order = 0;
    std::size_t psus = 0;
};

// Stratum → stratum it is counted in. In line by (by, order, name), each lonely stratum is joined with the next one of
// its `by`, and the last with the one before; a `by` with one PSU alone stays lonely. Each join adds a notice.
// Complexity O(strata log strata).
std::map<std::string, std::string> collapse_strata(std::vector<CollapseStratum> strata,
                                                   std::vector<std::string>& notices);

}  // namespace cifra
