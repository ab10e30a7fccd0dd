#include "sampling/verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "engine/csv.h"
#include "engine/yaml.h"
#include "sampling/draw.h"
#include "sampling/frame.h"
#include "sampling/household.h"
#include "sampling/plan.h"
#include "sampling/synthetic.h"
#include "sampling/synthetic_sample.h"
#include "sampling/synthetic_tables.h"

namespace cifra {

namespace {

// What a verb works on: a section of a study, or the plan file of --plan.
struct Job {
    YamlValue plan;
    std::filesystem::path directory;  // relative paths of the plan start here
    std::filesystem::path out;
    std::uint64_t seed = 1;
};

Job job_without_study(const Context& context) {
    return {{}, {}, context.options.out.value_or("out"), context.options.seed.value_or(1)};
}

Job job_from_study(Context& context, std::string_view name, Diagnostics& faults) {
    const Study study = context.study();
    const Section section = read_section(study, name, faults);
    if (section.present() && section.file != study.file) context.inputs.push_back(section.file);
    return {section.value, section.directory, study.out, study.seed};
}

// The section of the study, or the file of --plan, which replaces it.
Job find_job(Context& context, std::string_view section, bool plan_needed) {
    Diagnostics faults;
    Job job = context.options.input.empty() ? job_without_study(context) : job_from_study(context, section, faults);
    if (context.options.has("plan")) {
        const std::filesystem::path file = context.options.value("plan");
        job.plan = read_yaml(file, faults);
        job.directory = file.parent_path();
        context.inputs.push_back(file);
    }
    faults.throw_if_errors();
    if (plan_needed && job.plan.is_null())
        fail_input({context.options.input.string(), 0, 0}, "no-plan", "there is no sample plan",
                   fmt::format("name a study with the section '{}', or --plan FILE", section));
    return job;
}

void report_all(Context& context, const Diagnostics& notes) {
    for (const Diagnostic& note : notes.items())
        if (note.severity != Severity::error) context.report(note);
}

// The table as lines of aligned words, at most so many rows.
void say_table(Context& context, const Table& table, std::size_t most) {
    std::vector<std::size_t> widths;
    const std::size_t rows = std::min(table.rows(), most);
    const auto text = [&](std::size_t column, std::size_t row) {
        const Column& cells = table.column(column);
        return cells.is_number() && cells.present(row) ? fmt::format("{:.6g}", cells.number(row)) : cells.cell(row);
    };
    for (std::size_t c = 0; c < table.width(); ++c) {
        widths.push_back(table.names()[c].size());
        for (std::size_t r = 0; r < rows; ++r) widths[c] = std::max(widths[c], text(c, r).size());
    }
    const auto line = [&](const auto& cell) {
        std::string words;
        for (std::size_t c = 0; c < table.width(); ++c)
            words += table.column(c).is_number() ? fmt::format("{:>{}}  ", cell(c), widths[c])
                                                 : fmt::format("{:<{}}  ", cell(c), widths[c]);
        words.erase(words.find_last_not_of(' ') + 1);
        context.say(words);
    };
    line([&](std::size_t c) { return table.names()[c]; });
    for (std::size_t r = 0; r < rows; ++r) line([&](std::size_t c) { return text(c, r); });
    if (rows < table.rows()) context.say(fmt::format("... and {} more rows", table.rows() - rows));
}

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

SamplePlan plan_of(const Job& job) {
    Diagnostics faults;
    SamplePlan plan = read_plan(job.plan, faults);
    faults.throw_if_errors();
    return plan;
}

[[noreturn]] void missing_part(const Job& job, const char* key, const char* remedy) {
    fail_input(job.plan.where, "missing-key", fmt::format("the sample plan needs the key '{}'", key), remedy);
}

void run_size(Context& context) {
    const Job job = find_job(context, "sampling", true);
    const SamplePlan plan = plan_of(job);
    if (!plan.size) missing_part(job, "size", "add 'size:' with its list of targets");
    const Table table = size_table(*plan.size);
    Outputs files(job.out);
    files.write("size.csv", to_csv(table));
    context.commit(files, {"size.csv"});
    say_table(context, table, 50);
    context.say(fmt::format("the largest target asks for {} dwellings to issue", largest_issued(*plan.size)));
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

bool has_section(const Study& study, std::string_view name, std::string_view key) {
    Diagnostics faults;
    const Section section = read_section(study, name, faults);
    // A section that cannot be read is taken on, so that the run reports why.
    return faults.has_errors() || (section.present() && (key.empty() || section.value.find(key) != nullptr));
}

const VerbOption plan_option{"plan", "YAML file of the plan, when there is no study", false};

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
            {plan_option},
            run_synthesize,
            [](const Study& study) { return has_section(study, "synthetic", ""); }};
}

Verb size_verb() {
    return {"size",
            "how many interviews the targets of precision need",
            "Needs the key 'size' of the section 'sampling' (or --plan FILE): targets with a CV, a margin or a "
            "relative error.\n"
            "Makes size.csv, one row a target. Example: cifra size study.yaml",
            "study.yaml [sampling: size]",
            "size.csv",
            {plan_option},
            run_size,
            [](const Study& study) { return has_section(study, "sampling", "size"); }};
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
        {plan_option,
         {"frame-psu", "CSV file of the PSUs", false},
         {"frame-dwelling", "CSV file of the dwellings", false},
         {"frame-person", "CSV file of the persons (household, line, age), to select the adult already now", false}},
        run_draw,
        [](const Study& study) { return has_section(study, "sampling", "draw"); }};
}

}  // namespace

std::vector<Verb> sampling_verbs() { return {synthesize_verb(), size_verb(), draw_verb()}; }

}  // namespace cifra
