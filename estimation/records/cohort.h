// The cohort funnel: the events that entered one stage on certain days, followed to a day after which nothing is known.
//
// Every event stands in one place: the last stage that it had reached by then, ended or pending. So entered = went_on +
// ended + pending at each stage, and what went on from a stage entered the next. An event that is known at a later
// stage has passed those before it.
//
// Time to a stage is counted in days from entering the cohort, with two answers to what an ending means. `censored`: an
// ended event is followed until it ended; the curve is that of events still open, the pace of the work. `kept`: it
// stays among those that have not reached the stage until the last day that is known; one minus the curve is then the
// share of all events that reached the stage, ended ones included (the cumulative incidence where follow-up is known
// for all: Geskus 2011, Biometrics 67: 39-49).
#pragma once

#include <vector>

#include "engine/table.h"
#include "estimation/records/cohort_times.h"
#include "estimation/records/flow_events.h"

namespace cifra {

struct CohortStage {
    FlowStage stage = FlowStage::recorded;
    std::uint64_t entered = 0, went_on = 0, ended = 0, pending = 0;
};

struct StageTimes {
    FlowStage stage = FlowStage::recorded;
    std::vector<SurvivalPoint> censored, kept;  // by what an ending means
};

struct Cohort {
    FlowCrime crime;
    std::uint64_t events = 0;
    std::uint64_t out_of_order = 0;   // reached a later stage before they entered: counted as on that day
    std::vector<CohortStage> stages;  // those that the files tell, from the first of the cohort
    std::vector<StageTimes> times;    // of the stages after it
};

Cohort make_cohort(const EventsPlan& plan, const FlowCrime& crime, const FlowEvents& events, double level);

// view (cohort), crime, stage, entered_from, entered_to, until; entered, went_on, ended, pending, and the shares of the
// stage before and of the cohort that entered so far.
Table cohort_table(const EventsPlan& plan, const std::vector<Cohort>& cohorts);
// view, crime, from, stage, endings; level, events, reached, days by which a quarter, half and three quarters have
// reached the stage with their limits, and the share that has after 365 days.
Table time_table(const EventsPlan& plan, const std::vector<Cohort>& cohorts, double level);

}  // namespace cifra
