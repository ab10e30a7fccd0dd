// The flow from occurrence to sentence as a study declares it: which institution counts what at which stage. Every key
// is explained in FLOW.md.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/calendar.h"
#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/records/flow_stage.h"

namespace cifra {

enum class FlowSource { survey, counts, events };
std::string_view to_text(FlowSource source);

struct FlowStagePlan {
    FlowStage stage = FlowStage::occurred;
    Labels title, institution;  // title: empty for that of the stage
    std::string unit;           // of flow_units()
    FlowSource source = FlowSource::counts;
    std::string table, indicator, period;  // of a survey: the row of estimates.csv; "" for any table, any period
    std::filesystem::path counts;          // of counts
    Location where;
};

// Units of `to` for each unit of `from`: 1.3 suspects a case. One value, or an interval with a value within.
struct UnitFactor {
    std::string from, to;
    double low = 1, value = 1, high = 1;
    std::string source;
};

// Offences that have a funnel of their own.
struct FlowCrime {
    std::string id;
    Labels title;
    std::vector<std::string> iccs;  // these codes and all below them; none: every offence
    std::string domain;             // of the survey's estimates
};

// A file of dated events: either all rows are one stage, or a column tells it. `ended` closes an event: dismissed,
// acquitted, settled.
struct EventFile {
    std::filesystem::path file;
    std::string event, date, iccs;  // columns; iccs may be ""
    std::string stage;              // a stage, or `ended`
    std::string stage_column;
    std::map<std::string, std::string> codes;  // of that column; none: it holds names of stages
    Location where;
};

struct EventsPlan {
    FlowStage from = FlowStage::recorded;  // where the cohort begins
    DateRange entry;                       // days of entering it
    Date until;                            // what happened later is not known
    std::vector<EventFile> files;
};

struct SdgSurveyRow {
    std::string goal, series, table, indicator, period;
    Location where;
};

struct PrisonPlan {
    std::filesystem::path file;
    Date date;
};

struct FlowPlan {
    Labels title, note;
    int year = 0;
    std::string area;  // of the count tables; "": all
    double level = 0.95;
    std::filesystem::path file, estimates, covariances;
    std::vector<FlowStagePlan> stages;  // in order
    std::vector<UnitFactor> factors;
    std::vector<FlowCrime> crimes;  // at least one
    std::optional<EventsPlan> events;
    std::filesystem::path caseload, population, homicide, trafficking;  // "": none
    std::optional<PrisonPlan> prison;
    std::vector<SdgSurveyRow> sdg_survey;
    std::vector<std::pair<std::string, std::filesystem::path>> uncts;  // block and count table
    std::map<std::string, std::map<std::string, std::string>> codes;   // by column: code of the files to ours
};

// `out`: the folder of results, where estimates.csv lies unless the plan names another. Faults, all at once: those of
// yaml.h, out-of-range, unknown-iccs, bad-date, duplicate-stage, stages-out-of-order, few-stages,
// source-without-events, factor-out-of-range, units-differ (two stages that follow each other count different units
// and no factor says how many of one make one of the other), ends-before-it-begins.
FlowPlan read_flow_plan(const std::filesystem::path& file, const std::filesystem::path& out, Diagnostics& faults);

// From units of one stage to those of another; nothing where no factor says so. A factor serves both ways.
std::optional<UnitFactor> unit_factor(const std::vector<UnitFactor>& factors, const std::string& from,
                                      const std::string& to);

}  // namespace cifra
