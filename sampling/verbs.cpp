#include "sampling/verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "engine/csv.h"
#include "sampling/draw.h"
#include "sampling/frame.h"
#include "sampling/household.h"
#include "sampling/job.h"
#include "sampling/plan.h"
#include "sampling/synthetic.h"
#include "sampling/synthetic_sample.h"
#include "sampling/synthetic_tables.h"
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
    context.commit(files, names);
    context.say(fmt::format("a made-up country of {} regions, {} PSUs, {} dwellings, {} persons and {} incidents in {}",
                            plan.regions.size(), country.psus.size(), country.households.size(), country.persons.size(),
                            country.incidents.size(), (job.out / "country").string()));
}

// A file named on the command line, else in the plan, else written by synthesize.
std::filesystem::path frame_file(Context& context, const Job& job, const char* option, const std::string& in_plan,
                                 const char* usual) {
    std::filesystem::path file = job.out / "country" / usual;
    if (!in_plan.empty()) file = resolve(job.directory, in_plan);
    if (context.options.has(option)) file = context.options.value(option);
    context.inputs.push_back(file);
    return file;
}

Frame frame_of(Context& context, const Job& job, const SamplePlan& plan) {
    Diagnostics faults;
    const auto psus = frame_file(context, job, "frame-psu", plan.frame.psu, "frame_psu.csv");
    const auto dwellings = frame_file(context, job, "frame-dwelling", plan.frame.dwelling, "frame_dwelling.csv");
    Frame frame = read_frame(psus, dwellings, plan.frame.columns, faults);
    faults.throw_if_errors();
    check_plan(*plan.draw, frame, faults);
    faults.throw_if_errors();
    report_all(context, faults);
    return frame;
}

// Only where a roster is at hand before the interviews: a register of persons, or a rehearsal.
Table with_person(Context& context, const Job& job, const SamplePlan& plan, Table sample) {
    if (plan.frame.person.empty() && !context.options.has("frame-person")) return sample;
    Diagnostics faults;
    CsvOptions options;
    options.columns = {"household", "line", "age"};
    options.types = {{"household", ColumnType::text}, {"line", ColumnType::number}, {"age", ColumnType::number}};
    const auto file = frame_file(context, job, "frame-person", plan.frame.person, "country_persons.csv");
    const Table persons = read_csv(file, options, faults);
    faults.throw_if_errors();
    sample = add_selected_person(std::move(sample), persons, plan.draw->adult_age, faults);
    faults.throw_if_errors();
    return sample;
}

void run_draw(Context& context) {
    const Job job = find_job(context, "sampling", true);
    const SamplePlan plan = plan_of(job);
    if (!plan.draw) missing_part(job, "draw", "add 'draw:' with the number of dwellings or PSUs");
    const Frame frame = frame_of(context, job, plan);
    const std::uint64_t dwellings = plan.draw->from_size ? largest_issued(*plan.size) : 0;
    DrawnSample drawn = draw_sample(*plan.draw, frame, job.seed, dwellings);
    const Table sample = with_person(context, job, plan, std::move(drawn.sample));
    Outputs files(job.out);
    files.write("sample.csv", to_csv(sample, digits17));
    files.write("sample_strata.csv", to_csv(drawn.strata, digits17));
    context.commit(files, {"sample.csv", "sample_strata.csv"});
    report_all(context, drawn.notes);
    say_table(context, drawn.strata, 50);
    context.say(fmt::format("{} dwellings drawn of {}", sample.rows(), frame.dwellings.size()));
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
            "Example: cifra synthesize --seed 7 --out out",
            "study.yaml [synthetic]",
            "country/*.csv, waves/truth_changes.csv, waves/NAME/*.csv",
            {plan_option()},
            run_synthesize,
            [](const Study& study) { return has_section(study, "synthetic", ""); }};
}

Verb draw_verb() {
    return {
        "draw",
        "draw a stratified two-stage sample of dwellings",
        "Needs the key 'draw' of the section 'sampling' (or --plan FILE) and the frame: files of PSUs and of "
        "dwellings, by default\n"
        "those that 'synthesize' wrote. Makes sample.csv (one row a dwelling, with probabilities, base weight and "
        "design columns)\n"
        "and sample_strata.csv (the report by stratum).\n"
        "Example: cifra draw --plan plan.yaml --frame-psu psus.csv --frame-dwelling dwellings.csv --seed 7 --out out",
        "study.yaml [sampling: draw], frame_psu.csv, frame_dwelling.csv",
        "sample.csv, sample_strata.csv",
        {plan_option(),
         {"frame-psu", "CSV file of the PSUs", false},
         {"frame-dwelling", "CSV file of the dwellings", false},
         {"frame-person", "CSV file of the persons (household, line, age), to select the adult already now", false}},
        run_draw,
        [](const Study& study) { return has_section(study, "sampling", "draw"); }};
}

}  // namespace

std::vector<Verb> sampling_verbs() { return {synthesize_verb(), size_verb(), draw_verb()}; }

}  // namespace cifra
