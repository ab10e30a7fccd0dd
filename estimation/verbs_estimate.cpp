#include <fmt/format.h>

#include "engine/csv.h"
#include "estimation/estimation_input.h"
#include "estimation/library.h"
#include "estimation/table_run.h"
#include "estimation/verbs.h"

namespace cifra {

namespace {

void run_estimate(Context& context) {
    if (context.options.has("list-indicators")) return context.say(list_definitions(context.options.language));
    Diagnostics faults;
    const EstimationInput input = estimation_input(context, faults);
    SurveyDataOptions reading{input.directory, input.out, {}, input.threads, input.seed};
    reading.weighting = input.weighting.value;
    reading.weighting_directory = input.weighting.directory;
    const TableRun run = run_tables(input.design, input.tables, reading, context.progress, faults);
    context.inputs.insert(context.inputs.end(), run.inputs.begin(), run.inputs.end());
    context.digests.insert(run.digests.begin(), run.digests.end());
    for (const Diagnostic& item : faults.items()) context.report(item);
    Outputs files(input.out);
    files.write("estimates_codebook.yaml", to_yaml(run.labels));
    std::vector<std::string> written = {"estimates_codebook.yaml"};
    for (const auto& [file, table] : run.files) {
        files.write(file, to_csv(table, digits17));
        written.push_back(file);
    }
    context.commit(files, written);
    context.say(fmt::format("{} estimates in {} tables -> {}", run.files.front().second.rows(), run.tables,
                            (input.out / "estimates.csv").string()));
}

}  // namespace

Verb estimate_verb() {
    return {
        .name = "estimate",
        .summary = "tables of weighted estimates with standard errors and intervals",
        .manual =
            "Estimates every table of the table file under the sample design of the design file.\n\n"
            "With a study:     cifra estimate study.yaml\n"
            "With data alone:  cifra estimate --design design.yaml --tables tables.yaml --out results\n\n"
            "The design file says which files there are, how they nest, their weights, strata and PSUs; the table\n"
            "file says which indicators are wanted, for which domains. Both are described in estimation/README.md.\n"
            "Indicators ready to use:  cifra estimate --list-indicators",
        .reads = "the section 'estimation' (or --design, --tables) and the CSV files it names",
        .writes =
            "estimates.csv (one row an estimate, 17 digits), estimates_codebook.yaml (labels); as the files ask,\n"
            "covariances.csv, comparisons.csv, changes.csv, models.csv, tests.csv, gvf.csv, small_areas.csv,\n"
            "imputation.csv",
        .options = {{"design", "design file, without a study", false},
                    {"tables", "table file, without a study", false},
                    {"list-indicators", "lists the indicators ready for 'use:' and what they need", true}},
        .run = run_estimate,
        .applies = [](const Study& study) { return study.root.find("estimation") != nullptr; }};
}

}  // namespace cifra
