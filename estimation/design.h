// The sample design, declared once: strata, stages, sampling fractions, method of selection, lonely-PSU policy.
//
// The skeleton is the *drawn* sample: a PSU without respondents stays in it and counts in n_h, so that a domain or a
// numerator never makes a stratum smaller. A PSU is the pair (stratum, code): the same code in two strata is two PSUs.
// Which variance each declaration gives: estimation/variance/README.md.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/variance/lonely.h"
#include "estimation/variance/phases.h"
#include "estimation/variance/unequal.h"

namespace cifra {

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
    DomainLonely domain_lonely = DomainLonely::none;
    bool satterthwaite = false;               // degrees of freedom asked for by `df: satterthwaite`
    UnequalDesign unequal{};                  // first stage with unequal probabilities, without replacement
    SuccessiveDesign successive{};            // first stage taken systematically
    std::optional<SecondPhase> second_phase;  // the last stage's units are those of the second phase
    // (stratum, psu, ...) → unit: how another wave knows them; empty where rows are the PSUs.
    std::map<std::vector<std::string>, std::uint32_t> unit_of_codes;
    std::size_t units() const { return stages.back().units(); }  // units of the last stage kept
};

// Columns of the design by name. `psu` lists the ids of the stages from the first on; empty: every row is its own PSU.
// `fpc` gives the population of each stage within its group, as counts (values above 1) or fractions (at most 1);
// stages after the last fpc are with replacement, and those after the first such stage are not needed. With
// `unequal.method` the first stage has its probabilities and `fpc` lists the stages from the second on. `certainty`
// marks PSUs taken with certainty (1): each becomes a stratum whose PSUs are its second-stage units, and its fpc are
// those of the stages from the second on.
struct DesignColumns {
    std::string strata;
    std::vector<std::string> psu;
    std::vector<std::string> fpc;
    std::string certainty;
    LonelyPsu lonely = LonelyPsu::fail;
    DomainLonely domain_lonely = DomainLonely::none;
    CollapseColumns collapse{};
    bool ultimate_cluster = false;  // stages after the first are dropped though fpc are given
    bool satterthwaite = false;
    UnequalColumns unequal{};
    SuccessiveColumns successive{};
    PhaseColumns phase{};
};

// A row of `drawn` that is in the first phase only.
inline constexpr std::uint32_t no_unit = static_cast<std::uint32_t>(-1);

// How the codes of rows become codes of units: certainty PSUs and collapsed strata.
struct Recoding {
    std::set<std::pair<std::string, std::string>> certain;  // (stratum, psu)
    std::map<std::string, std::string> stratum;             // collapsed: stratum → stratum it is counted in
};

// The design of the drawn sample in `drawn` and the unit of each of its rows. Faults: missing-column, missing cells of
// design columns (counted), fpc that varies in a group, fpc below the sampled count, fraction above 1; those of
// variance/unequal.h and variance/phases.h. Complexity O(rows + codes log codes). Oracle: R survey svydesign/svyrecvar.
struct DeclaredDesign {
    SurveyDesign design;
    std::vector<std::uint32_t> unit_of_row;                           // unit of the last stage kept, by row of `drawn`
    std::map<std::vector<std::string>, std::uint32_t> unit_of_codes;  // (stratum, psu, ...) → unit
    Recoding recoding{};
};
DeclaredDesign declare_design(const Table& drawn, const DesignColumns& columns, Diagnostics& faults);

// The PSU columns that place a row of another file: those of the stages kept, and one more where PSUs are certain.
std::vector<std::string> placing_columns(const DeclaredDesign& declared, const DesignColumns& columns);

// The unit of each row of another file that holds the same strata and PSU columns. Rows whose PSU was not drawn are
// faults, counted. Not for designs of two phases, nor where rows are the PSUs (fault rows-are-psus).
std::vector<std::uint32_t> place_rows(const Table& file, const DeclaredDesign& declared, const DesignColumns& columns,
                                      Diagnostics& faults);

}  // namespace cifra
