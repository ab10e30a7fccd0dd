// The flow carried out: its files read, its tables and pages made. The part `flow` of the verb `records`.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "estimation/records/flow_page.h"

namespace cifra {

struct FlowInputs {
    std::vector<std::filesystem::path> files;
    std::map<std::filesystem::path, std::string> digests;  // of those read as a stream
};

// `out`: the folder of results. Faults: those of the plan, the files and the stages.
FlowReport run_flow(const std::filesystem::path& file, const std::filesystem::path& out, FlowInputs& inputs,
                    Diagnostics& faults);

// Names below records/ and their bytes: funnel.csv, impunity.csv, sdg16_records.csv, uncts.csv, caseload.csv,
// cohort.csv, time_to_stage.csv, those that the plan has, and flow.html in each language.
std::vector<std::pair<std::string, std::string>> flow_files(const FlowReport& report,
                                                            const std::vector<std::string>& languages);

}  // namespace cifra
