// The sample design, declared once: strata, stages, sampling fractions, lonely-PSU policy.
//
// The skeleton is the *drawn* sample: a PSU without respondents stays in it and counts in n_h, so that a domain or a
// numerator never makes a stratum smaller. A PSU is the pair (stratum, code): the same code in two strata is two PSUs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

// What a stratum with one sampled unit and f < 1 contributes to the variance.
//   fail              the estimate is refused (default)
//   certainty         nothing: the unit was certain to be drawn
//   adjust            its squared deviation from the mean of all PSU totals (R survey >= 4.2 "adjust")
//   adjust_from_zero  its squared deviation from zero (R survey <= 4.1 "adjust")
//   average           the mean contribution of the other strata (R survey "average")
//   collapse          it is joined with the next stratum in text order, the last with the one before; the biased-upward
//                     collapsed-strata estimator (Wolter 2007, section 2.5); each join is a notice. Not with an fpc.
enum class LonelyPsu : std::uint8_t { fail, certainty, adjust, adjust_from_zero, average, collapse };
const std::vector<std::string>& lonely_psu_names();
LonelyPsu lonely_psu_from_text(std::string_view name);  // a name of the list above

// One stage of selection.
struct Stage {
    std::vector<std::uint32_t> group;  // of each unit: its stratum (first stage) or its unit of the stage before
    std::vector<double> fraction;      // of each group: n / N; 0 where selection is treated as with replacement
    std::size_t units() const { return group.size(); }
    std::size_t groups() const { return fraction.size(); }
};

struct SurveyDesign {
    std::vector<std::string> strata;  // names, in text order
    std::vector<Stage> stages;        // at least one; the last one's units carry the totals
    LonelyPsu lonely = LonelyPsu::fail;
    bool without_replacement = false;  // some fraction is positive
    std::vector<std::string> notices;
    std::size_t units() const { return stages.back().units(); }  // units of the last stage kept
};

// Columns of the design by name. `psu` lists the ids of the stages from the first on; empty: every row is its own PSU.
// `fpc` gives the population of each stage within its group, as counts (values above 1) or fractions (at most 1);
// stages after the last fpc are with replacement, and those after the first such stage are not needed. `certainty`
// marks PSUs taken with certainty (1): each becomes a stratum whose PSUs are its second-stage units.
struct DesignColumns {
    std::string strata;
    std::vector<std::string> psu;
    std::vector<std::string> fpc;
    std::string certainty;
    LonelyPsu lonely = LonelyPsu::fail;
};

// The design of the drawn sample in `drawn` and the unit of each of its rows. Faults: missing-column, missing cells of
// design columns (counted), fpc that varies in a group, fpc below the sampled count, fraction above 1.
// Complexity O(rows log rows). Oracle: R survey svydesign/svyrecvar on the api data.
struct DeclaredDesign {
    SurveyDesign design;
    std::vector<std::uint32_t> unit_of_row;                           // unit of the last stage kept, by row of `drawn`
    std::map<std::vector<std::string>, std::uint32_t> unit_of_codes;  // (stratum, psu, ...) → unit
};
DeclaredDesign declare_design(const Table& drawn, const DesignColumns& columns, Diagnostics& faults);

// The unit of each row of another file that holds the same strata and PSU columns. Rows whose PSU was not drawn are
// faults, counted. Not for designs with certainty PSUs, collapsed strata or rows as PSUs.
std::vector<std::uint32_t> place_rows(const Table& file, const DeclaredDesign& declared, const DesignColumns& columns,
                                      Diagnostics& faults);

}  // namespace cifra
