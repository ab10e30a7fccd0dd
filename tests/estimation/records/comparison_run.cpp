#include "tests/estimation/records/comparison_run.h"

#include <gtest/gtest.h>

#include <fstream>

namespace cifra::testing {

ComparedFigure ComparisonRun::figure(const std::string& crime, const std::string& quantity, const std::string& area,
                                     const std::string& year) const {
    const ComparedFigure* found = comparison.find(crime, area, year.empty() ? plan.years.back().name : year, quantity);
    if (found) return *found;
    ADD_FAILURE() << "no figure " << crime << " " << area << " " << quantity;
    return {};
}

ComparisonRun run_comparison(const RecordsPlan& records, const EstimationInput& input) {
    Diagnostics faults;
    ComparisonRun run;
    run.plan = read_recorded_crime_plan(records, input, faults);
    faults.throw_if_errors();
    const auto survey = survey_side(run.plan, input, {input.out, input.threads, 1}, faults);
    faults.throw_if_errors();
    run.counts = count_recorded_crime(run.plan, {}, nullptr, faults);
    faults.throw_if_errors();
    run.comparison = compare_with_records(run.plan, survey, run.counts, 1);
    return run;
}

ComparisonRun run_comparison(const std::string& comparison, const std::string& design,
                             const std::filesystem::path& folder) {
    Diagnostics faults;
    std::ofstream(folder / "comparison.yaml") << comparison;
    EstimationInput input;
    input.design = parse_yaml(design, (folder / "design.yaml").string(), faults);
    faults.throw_if_errors();
    input.directory = input.out = folder;
    input.threads = 1;
    RecordsPlan records;
    records.comparison = folder / "comparison.yaml";
    records.out = folder;
    return run_comparison(records, input);
}

}  // namespace cifra::testing
