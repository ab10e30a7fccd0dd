// The units in which a sample's variance begins: the PSUs, or, below whatever was taken with certainty, the units of
// the first stage that was not.
//
// A stratum whose fraction is 1, and a PSU whose probability is 1, vary in no replicate: their own units of the next
// stage lead in their place, each such unit's group being a stratum; where there is no next stage their factor stays 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/design.h"

namespace cifra {

struct LeadingUnits {
    struct Group {
        std::size_t begin = 0, end = 0;  // leading units
        double fraction = 0;             // n / N, below 1
        std::size_t stage = 0;
        std::uint32_t number = 0;  // of the group at its stage
        std::size_t size() const { return end - begin; }
    };
    static constexpr std::uint32_t none = static_cast<std::uint32_t>(-1);
    std::vector<Group> groups;           // of two leading units or more
    std::vector<std::uint32_t> unit;     // of each leading unit: its number at the group's stage, increasing
    std::vector<std::uint32_t> of_unit;  // leading unit above each unit of the last stage, or none: certain
    std::vector<std::string> lonely;     // names of strata with one leading unit
    double degrees_of_freedom() const;   // leading units minus their groups
};
LeadingUnits leading_units(const SurveyDesign& design);

// A name for messages: the stratum's for the first stage, else "units inside stratum ...".
std::string group_name(const SurveyDesign& design, const LeadingUnits::Group& group);

// First unit of each group of a stage, and the number of units at the end.
std::vector<std::uint32_t> group_borders(const Stage& stage);

// Of each stage, a stable number for each of its groups: the hash of the codes of stratum, PSU and so on down to the
// group. Where the design has no codes, as where rows are PSUs, strata count by name and units by their place.
std::vector<std::vector<std::uint64_t>> group_keys(const SurveyDesign& design);

}  // namespace cifra
