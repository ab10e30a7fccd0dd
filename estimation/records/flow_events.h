// Events through the stages: the first day on which each reached each stage, from files of dated records in any order.
//
// Files are read block by block; what is kept of an event are its id and its days, whatever the number of its records.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/records/flow_plan.h"

namespace cifra {

// Days since 1970-01-01.
inline constexpr std::int32_t never_reached = std::numeric_limits<std::int32_t>::max();

struct FlowEvent {
    std::array<std::int32_t, flow_stage_count> reached;  // first day at the very stage, or never_reached
    std::int32_t ended = never_reached;                  // last day on which it was closed
    std::uint32_t offence = 0;                           // of FlowEvents::offences
    FlowEvent() { reached.fill(never_reached); }

    // First day at the stage or a later one: who is convicted has been tried, whether or not a record says when.
    std::int32_t reached_from(FlowStage stage) const;
};

struct FlowEvents {
    std::vector<FlowEvent> events;              // in order of appearance
    std::vector<std::string> offences = {""};   // ICCS codes; "": not known
    std::array<bool, flow_stage_count> told{};  // stages that the files tell
    std::uint64_t records = 0;
    std::map<std::filesystem::path, std::string> digests;
};

// Which of the offences are these codes or below them; all where there are no codes.
std::vector<bool> offences_within(const FlowEvents& events, const std::vector<std::string>& codes);

// Faults: those of csv.h, event-without-id, bad-date, unknown-stage, unknown-iccs, each at the line of a record, at
// most 20 a file; the warning events-without-date counts the records that are left out for it. An event keeps the first
// day of each stage and the first offence that a file gives it.
FlowEvents read_events(const EventsPlan& plan, Diagnostics& faults);

}  // namespace cifra
