// The cross-sectional funnel: what each stage counted in one year, and what share that is of the stage before and of
// the first.
//
// With N_k the count of stage k and u_k the units of stage k that make one unit of stage k - 1 (1 where both count
// alike), the transition rate is r_k = (N_k / u_k) / N_{k-1} and the cumulative rate c_k = r_1 r_2 ... r_k. They
// compare the counts of one year, not the same offences: a stage that works off what it was left can exceed the one
// before. (Stages as in ECLAC 2022, Reference framework for security and criminal justice statistics, LC/CEA.11/15.)
//
// Intervals. A count of records is taken as it stands. With one survey estimate in a rate its interval is carried over
// exactly, since the rate is monotone in it. With two, from one sample, log r has the variance
// V_a/a^2 + V_b/b^2 - 2 C_ab/(a b), with the covariance C_ab of covariances.csv, and t on the smaller df; where C_ab is
// not known the variance is (se_a/a + se_b/b)^2, the largest that any correlation gives. A factor known as an interval
// widens the limits to what they are over all of it: the interval then covers at least as often as its level says.
#pragma once

#include <string>
#include <vector>

#include "engine/table.h"
#include "estimation/records/flow_counts.h"
#include "estimation/records/flow_estimates.h"
#include "estimation/records/flow_events.h"
#include "estimation/records/flow_plan.h"

namespace cifra {

// What a rate is, and between which values; NaN where it is not known (a count of 0 below).
struct FlowRate {
    double value, lower, upper;
};

// Of the events counted at a stage in the year: count = went_on + ended + pending, each in one place. NaN where the
// stage was not counted from events.
struct FlowWhereabouts {
    double went_on, ended, pending;
};

struct FunnelStage {
    FlowStagePlan plan;
    FlowCount count;
    FlowRate transition, cumulative;  // of the first stage: missing, 1
    FlowWhereabouts whereabouts;
    bool covariance_unknown = false;  // of the transition or the cumulative rate
};

// 1 - N_7 / N_k in the units of stage k: the share that did not end in a conviction. Below 0 where a year convicts more
// than the stage counted.
struct Impunity {
    FlowStage of = FlowStage::occurred;
    FlowRate rate;
};

struct Funnel {
    FlowCrime crime;
    std::vector<FunnelStage> stages;
    std::vector<Impunity> impunity;  // against every stage before `convicted`, where that is a stage
};

// What the stages are counted from: estimates.csv and covariances.csv (empty: none) and, by stage, count tables.
struct FunnelSources {
    Table estimates, covariances;
    std::vector<std::vector<CountRow>> counts;  // as the stages; empty for those without
    const FlowEvents* events = nullptr;
};

// Faults at the stage: unknown-estimate (no row of estimates.csv, or several), other-level, no-counts (no row of the
// count table).
Funnel make_funnel(const FlowPlan& plan, const FlowCrime& crime, const FunnelSources& sources, Diagnostics& faults);

// crime, stage, institution, source, unit, quality, notes; year, level, count, its limits, rates and theirs, and where
// the events are.
Table funnel_table(const FlowPlan& plan, const std::vector<Funnel>& funnels, const std::string& language);
// crime, measure (the denominator in words), formula; year, value, lower, upper.
Table impunity_table(const FlowPlan& plan, const std::vector<Funnel>& funnels);

}  // namespace cifra
