#include "estimation/records/comparison_step.h"

#include <fmt/format.h>

#include "engine/csv.h"
#include "estimation/records/comparison_page.h"

namespace cifra {

namespace {

void settle(Context& context, const Diagnostics& faults) {
    faults.throw_if_errors();
    for (const Diagnostic& one : faults.items()) context.report(one);
}

std::string page_name(const std::vector<std::string>& languages, std::size_t at) {
    return at == 0 ? "comparison.html" : fmt::format("comparison.{}.html", languages[at]);
}

}  // namespace

ComparisonStart begin_comparison(const RecordsPlan& records, Context& context) {
    Diagnostics faults;
    ComparisonStart start;
    const EstimationInput estimation = estimation_input(context, faults);
    start.seed = estimation.seed;
    start.plan = read_recorded_crime_plan(records, estimation, faults);
    context.inputs.insert(context.inputs.end(), start.plan.inputs.begin(), start.plan.inputs.end());
    faults.throw_if_errors();
    start.survey = survey_side(start.plan, estimation, {estimation.out, estimation.threads, estimation.seed}, faults);
    settle(context, faults);
    return start;
}

void finish_comparison(const ComparisonStart& start, const RecordsPlan& records, const Crosswalk* crosswalk,
                       const std::vector<std::string>& languages, Context& context, Outputs& outputs,
                       std::vector<std::string>& names) {
    Diagnostics faults;
    const RecordedCounts counts =
        count_recorded_crime(start.plan, records.out / "records" / "recoded.csv", crosswalk, faults);
    faults.throw_if_errors();
    context.inputs.push_back(counts.file);
    context.digests.insert(counts.digests.begin(), counts.digests.end());
    const RecordedCrimeComparison comparison = compare_with_records(start.plan, start.survey, counts, start.seed);
    context.inputs.insert(context.inputs.end(), comparison.inputs.begin(), comparison.inputs.end());
    const auto write = [&](const std::string& name, const std::string& bytes) {
        names.push_back("records/" + name);
        outputs.write(names.back(), bytes);
    };
    write("comparison.csv", to_csv(comparison_table(start.plan, comparison), digits17));
    for (std::size_t k = 0; k < languages.size(); ++k) {
        Diagnostics notes;
        const Table subset = comparable_subset(start.plan, counts, languages[k], notes);
        if (k == 0) {
            faults.append(notes);
            write("comparable_subset.csv", to_csv(subset, digits17));
        }
        std::vector<std::pair<std::string, std::string>> siblings;
        for (std::size_t other = 0; other < languages.size(); ++other)
            if (other != k) siblings.emplace_back(languages[other], page_name(languages, other));
        write(page_name(languages, k), comparison_page({languages[k], siblings, start.plan, comparison, subset}));
    }
    settle(context, faults);
    std::size_t refused = 0;
    for (const ComparedFigure& figure : comparison.figures) refused += figure.refused;
    context.say(fmt::format("{} crimes compared, {} figures, {} of them refused", start.plan.crimes.size(),
                            comparison.figures.size(), refused));
}

}  // namespace cifra
