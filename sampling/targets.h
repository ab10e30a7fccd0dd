// Precision targets by domain, and how a total of dwellings is divided among the domains.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sampling/precision.h"
#include "sampling/survey_cost.h"

namespace cifra {

// One domain in which a target must hold; `count` domains of like size where none is named.
struct SizeDomain {
    std::string name;
    std::uint64_t count = 1;
    std::string requirement;  // as written: "cv 0.1"
    PrecisionTarget target;
    std::optional<double> take;  // interviews per PSU, where the plan says so
    UnitCosts costs;
};

struct SizeTarget {
    std::string name;
    std::string quantity;  // proportion, count, share, mean, change
    std::string of;        // what changes; for the others the quantity
    std::vector<SizeDomain> domains;
};

struct SizePlan {
    std::vector<SizeTarget> targets;
    bool has_costs = false;
    double fixed_cost = 0;
};

// Dwellings to issue so that every target is met in each of its domains; 0 without targets. Targets with the same named
// domains share them: each domain gets the most that one of these targets asks of it. Targets with other domains, or
// none, share the whole sample: the largest total counts.
std::uint64_t largest_issued(const SizePlan& plan);

// What each domain gets of a total of dwellings (for `count` domains together): the total is divided as the targets
// that share these domains need it. result[t][d] belongs to plan.targets[t].domains[d].
std::vector<std::vector<double>> divide_issued(const SizePlan& plan, double total);

}  // namespace cifra
