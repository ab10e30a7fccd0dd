// Plans and frames for tests, from their text.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/csv.h"
#include "engine/yaml.h"
#include "sampling/frame.h"
#include "sampling/plan.h"

namespace cifra::testing {

// The plan under `draw:`; throws where it has faults.
inline DrawPlan draw_plan(const std::string& text) {
    Diagnostics faults;
    const SamplePlan plan = read_plan(parse_yaml("draw: " + text, "plan.yaml", faults), faults);
    faults.throw_if_errors();
    return *plan.draw;
}

inline Table unit_table(const std::string& text, const std::string& name, const std::vector<StagePlan>& stages) {
    Diagnostics faults;
    CsvOptions options;
    for (const StagePlan& stage : stages) {
        options.types[stage.unit] = ColumnType::text;
        for (const std::string& stratum : stage.strata) options.types[stratum] = ColumnType::text;
    }
    Table table = parse_csv(text, name, options, faults);
    faults.throw_if_errors();
    return table;
}

// A file for each stage, in their order.
inline Frame frame_from(const std::vector<std::string>& files, const std::vector<StagePlan>& stages,
                        Diagnostics& faults) {
    std::vector<Table> tables;
    for (std::size_t s = 0; s < files.size(); ++s)
        tables.push_back(unit_table(files[s], stages[s].unit + "s.csv", stages));
    return make_frame(std::move(tables), stages, faults);
}

inline Frame frame_from(const std::vector<std::string>& files, const std::vector<StagePlan>& stages) {
    Diagnostics faults;
    Frame frame = frame_from(files, stages, faults);
    faults.throw_if_errors();
    return frame;
}

}  // namespace cifra::testing
