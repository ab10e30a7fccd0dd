#include "sampling/verbs.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/csv.h"
#include "sampling/draw_verb.h"
#include "sampling/job.h"
#include "sampling/plan.h"
#include "sampling/synthetic.h"
#include "sampling/synthetic_justice.h"
#include "sampling/synthetic_records.h"
#include "sampling/synthetic_sample.h"
#include "sampling/synthetic_tables.h"
#include "sampling/verbs_panel.h"
#include "sampling/verbs_size.h"

namespace cifra {

namespace {

void run_synthesize(Context& context) {
    const Job job = find_job(context, "synthetic", false);
    Diagnostics faults;
    const SyntheticPlan plan = read_synthetic_plan(job.plan, faults);
    faults.throw_if_errors();
    context.progress("synthesize", 0);
    const std::vector<Country> waves = synthesize_waves(plan, job.seed);
    const Country& country = waves.front();
    Outputs files(job.out);
    std::vector<std::string> names;
    const auto write = [&](const std::string& name, const Table& table) {
        names.push_back(name);
        files.write(name, to_csv(table));
    };
    for (const auto& [name, table] : country_tables(country)) {
        write("country/" + name, table);
        context.progress("synthesize", static_cast<double>(names.size()) / 8);
    }
    if (waves.size() > 1)
        for (const auto& [name, table] : wave_tables(waves, job.seed)) write(name, table);
    for (const auto& [name, table] : record_tables(waves, job.seed)) write(name, table);
    for (const auto& [name, table] : justice_tables(waves, job.seed)) write(name, table);
    context.commit(files, names);
    context.say(fmt::format("a made-up country of {} regions, {} PSUs, {} dwellings, {} persons and {} incidents in {}",
                            plan.regions.size(), country.psus.size(), country.households.size(), country.persons.size(),
                            country.incidents.size(), (job.out / "country").string()));
}

Verb synthesize_verb() {
    return {"synthesize",
            "make up a country whose true victimization is known",
            "Needs nothing but a seed; the section 'synthetic' of the study (or --plan FILE) changes its regions, "
            "sizes and rates.\n"
            "Makes country/frame_psu.csv and country/frame_dwelling.csv (the frame), country_households.csv, "
            "country_persons.csv and\n"
            "country_incidents.csv (what every household would answer), benchmark_persons.csv, "
            "benchmark_households.csv and truth.csv.\n"
            "With 'waves' also the later waves, a rotating sample of each and the true changes, in waves/.\n"
            "With 'records' also what the police recorded of it, and the true rates of reporting and recording,\n"
            "and what prosecution, courts and prisons made of the records.\n"
            "Example: cifra synthesize --seed 7 --out out",
            "study.yaml [synthetic]",
            "country/*.csv, waves/truth_changes.csv, waves/NAME/*.csv",
            {plan_option()},
            run_synthesize,
            [](const Study& study) { return has_section(study, "synthetic", ""); }};
}

}  // namespace

std::vector<Verb> sampling_verbs() { return {synthesize_verb(), size_verb(), draw_verb(), panel_verb()}; }

}  // namespace cifra
