// A stage of the sample plan: what is selected, from which strata, how, and how many (README.md of sampling explains
// every key).
//
//   {unit: psu, strata: [region, area], method: pps_systematic, size: dwellings, n: 600, allocation: {method: neyman,
//    deviations: {...}}, order: [municipality], certainty: forbid}
//   {unit: dwelling, method: systematic, take: 10}
//
// Units of a stage are selected within each unit selected above (the first: within the country), and there within each
// stratum of the stage.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "sampling/stages/cut_plan.h"
#include "sampling/stages/method.h"

namespace cifra {

enum class UnitOrder { id, file, random, columns, serpentine };

struct Ordering {
    UnitOrder kind = UnitOrder::id;
    std::vector<std::string> columns;  // columns: sorted by these, numbers as numbers, then by id; serpentine: order.h
};

// How many units. Later stages know per_stratum (`take`), by_stratum, rate, overall_rate, self_weighting and all.
enum class CountKind {
    total,           // n, allocated to the strata
    final_total,     // n units of the last stage in all: ceiling(n / product of the later takes)
    from_size,       // the same, n from the section `size`
    per_stratum,     // n in each stratum; a smaller one gives all
    by_stratum,      // as the map says
    rate,            // each unit with this probability
    overall_rate,    // so that the product of all stages' probabilities is this rate
    self_weighting,  // so that it is n_h · product of takes / N_h, one rate in each first-stage stratum h
    all,
    by_cut,  // what the cut of the strata needs (cut_plan.h)
    targets  // what the allocation finds: a budget or targets of precision
};

struct StageCount {
    CountKind kind = CountKind::all;
    std::uint64_t n = 0;
    double rate = 0;
    std::map<std::string, std::uint64_t> by_stratum;
};

// Groups of more than `over` units give the share `keep` of what they would give: their π is multiplied by it.
struct Subsample {
    std::uint64_t over = 0;
    double keep = 1;
};

enum class AllocationRule { proportional, equal, neyman, power, cost, bethel };

// The CV wanted for an indicator in every domain of a column of the first stage's frame; "" is the whole country.
struct CvTarget {
    std::string indicator, by;
    double cv = 0;
};

struct AllocationPlan {
    AllocationRule rule = AllocationRule::proportional;
    std::uint64_t minimum = 2;
    std::optional<std::uint64_t> maximum;
    std::map<std::string, double> deviations, means, costs;  // by stratum
    double power = 0.5;
    std::optional<double> budget;   // cost
    std::vector<CvTarget> targets;  // bethel
    std::string means_file;         // bethel: stratum, indicator, mean, deviation, and where wanted rho
    Location where;
};

struct StagePlan {
    std::string unit;
    bool within = false;              // ids repeat from one unit above to the next
    std::vector<std::string> strata;  // columns; none: one stratum
    std::optional<CutPlan> cut;       // first stage: strata cut within those
    const SelectionMethod* method = nullptr;
    std::string size;                    // column; "": equal probabilities
    std::vector<std::string> auxiliary;  // columns of `coordinates` or `balance`
    StageCount count;
    AllocationPlan allocation;
    Ordering order;
    bool forbid_certainty = false;
    std::optional<Subsample> subsample;
    Location where;
};

// The method is rao_hartley_cochran.
bool in_random_groups(const StagePlan& stage);

// The list `stages:`; all faults at once.
std::vector<StagePlan> read_stages(const YamlValue& value, Diagnostics& faults);

// Parts that the short form of two stages shares.
Ordering read_ordering(Fields& fields, const char* key, Diagnostics& faults);
AllocationPlan read_allocation(const YamlValue& value, Diagnostics& faults);
std::optional<std::uint64_t> read_positive(Fields& fields, const char* key, Diagnostics& faults);
// A whole number, or a map of them by stratum.
StageCount read_count_by_stratum(const YamlValue& value, const char* key, Diagnostics& faults);

}  // namespace cifra
