#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "engine/csv.h"
#include "engine/manifest.h"
#include "estimation/publishing/rehearsal_page.h"
#include "estimation/rehearsal/rehearse.h"
#include "estimation/verbs.h"

namespace cifra {

namespace {

// The sections of the study that a rehearsal follows, and the parts read from them.
struct Rehearsal {
    Study study;
    RehearsalPlan plan;
    SamplePlan sample;
    Frame frame;
    Table means;
    KnownPopulation population;
    RehearsalStage stage;
};

Section needed_section(const Study& study, const char* name, Context& context, Diagnostics& faults) {
    const Section section = read_section(study, name, faults);
    faults.throw_if_errors();
    if (!section.present())
        fail_input({study.file.string(), 0, 0}, "missing-section", fmt::format("the study has no '{}' section", name),
                   "a rehearsal draws by 'sampling', weighs by 'weighting' and judges by 'rehearsal'");
    if (section.file != study.file) context.inputs.push_back(section.file);
    return section;
}

// The frame of every stage, and the file of means of a plan that is allocated to targets.
void read_frames(Rehearsal& rehearsal, const std::filesystem::path& directory, Context& context, Diagnostics& faults) {
    const auto& named = rehearsal.sample.frame.files;
    std::vector<std::filesystem::path> files;
    for (const StagePlan& stage : rehearsal.sample.draw->stages) {
        const auto file = named.find(stage.unit);
        files.push_back(file == named.end() ? rehearsal.study.out / "country" / fmt::format("frame_{}.csv", stage.unit)
                                            : resolve(directory, file->second, rehearsal.study.out));
        context.inputs.push_back(files.back());
    }
    rehearsal.frame = read_frame(files, rehearsal.sample.draw->stages, faults);
    faults.throw_if_errors();
    check_plan(*rehearsal.sample.draw, rehearsal.frame, faults);
    const std::string& means = rehearsal.sample.draw->stages.front().allocation.means_file;
    if (!means.empty()) {
        CsvOptions options;
        options.types = {{"stratum", ColumnType::text}, {"indicator", ColumnType::text}};
        context.inputs.push_back(resolve(directory, means, rehearsal.study.out));
        rehearsal.means = read_csv(context.inputs.back(), options, faults);
        rehearsal.stage.allocation.means = &rehearsal.means;
    }
    faults.throw_if_errors();
}

void read_sampling(Rehearsal& rehearsal, Context& context) {
    Diagnostics faults;
    const Section section = needed_section(rehearsal.study, "sampling", context, faults);
    rehearsal.sample = read_plan(section.value, faults);
    faults.throw_if_errors();
    if (!rehearsal.sample.draw)
        fail_input(section.value.where, "missing-key", "the sample plan needs the key 'draw'", "say what to draw");
    read_frames(rehearsal, section.directory, context, faults);
}

// Totals that every draw is weighted to, read once.
void read_benchmarks(RehearsalStage& stage, Context& context, Diagnostics& faults) {
    for (const WeightingStep& step : stage.chain.plan.steps) {
        if (step.benchmarks.empty()) continue;
        const auto file = resolve(stage.chain.benchmarks, step.benchmarks, stage.chain.out);
        if (stage.benchmarks.contains(file)) continue;
        context.inputs.push_back(file);
        stage.benchmarks[file] = read_csv(file, {}, faults);
    }
    faults.throw_if_errors();
}

void read_weighting(Rehearsal& rehearsal, Context& context) {
    Diagnostics faults;
    RehearsalStage& stage = rehearsal.stage;
    std::filesystem::path directory = rehearsal.study.directory;
    if (rehearsal.plan.weighting) {
        stage.weighting = *rehearsal.plan.weighting;
    } else {
        const Section section = needed_section(rehearsal.study, "weighting", context, faults);
        stage.weighting = section.value;
        directory = section.directory;
    }
    stage.chain = chain_files(stage.weighting, directory, rehearsal.study.out, faults);
    faults.throw_if_errors();
    for (const auto& file : control_files(stage.chain.plan)) context.inputs.push_back(file);
    read_benchmarks(stage, context, faults);
}

// The file of `chain: {plan: FILE}` of the design, which draws read and the census does not; "" where there is none.
std::filesystem::path plan_of_chain(const RehearsalPlan& plan, const std::filesystem::path& out) {
    const YamlValue* design = plan.design.find("design");
    const YamlValue* chain = design ? design->find("chain") : nullptr;
    const YamlValue* file = chain ? chain->find("plan") : nullptr;
    return file && file->is_scalar() ? resolve(plan.directory, file->scalar, out) : std::filesystem::path();
}

std::unique_ptr<Rehearsal> read_rehearsal(Context& context) {
    Diagnostics faults;
    auto rehearsal = std::make_unique<Rehearsal>();
    rehearsal->study = context.study();
    const Study& study = rehearsal->study;
    const Section section = needed_section(study, "rehearsal", context, faults);
    rehearsal->plan = read_rehearsal_plan(section.value, {section.directory, study.out}, faults);
    faults.throw_if_errors();
    if (context.options.has("draws")) {
        const auto draws = parse_number(context.options.value("draws"));
        if (!draws || *draws < 2 || *draws > 1e7 || *draws != std::floor(*draws))
            fail_input({}, "bad-option", "--draws is a whole number from 2 to 10,000,000", "--draws 2500");
        rehearsal->plan.draws = static_cast<std::uint64_t>(*draws);
    }
    const RehearsalPlan& plan = rehearsal->plan;
    context.inputs.insert(context.inputs.end(), plan.inputs.begin(), plan.inputs.end());
    for (const auto& file : {plan.households, plan.persons, plan.incidents, plan_of_chain(plan, study.out)})
        if (!file.empty()) context.inputs.push_back(file);
    read_sampling(*rehearsal, context);
    read_weighting(*rehearsal, context);
    RehearsalStage& stage = rehearsal->stage;
    rehearsal->population =
        KnownPopulation::read(plan, stage.chain.plan, rehearsal->sample.draw->person, study.out, faults);
    faults.throw_if_errors();
    stage.plan = &plan;
    stage.population = &rehearsal->population;
    stage.frame = &rehearsal->frame;
    stage.draw = &*rehearsal->sample.draw;
    if (rehearsal->sample.size && stage.draw->stages.front().count.kind == CountKind::from_size)
        stage.allocation.last_units = largest_issued(*rehearsal->sample.size);
    stage.mentioned = mentioned_names(plan.tables);
    return rehearsal;
}

// What the draws depend on: the files read, the seed, the version.
std::string key_of(const Context& context, std::uint64_t seed) {
    std::string text = fmt::format("{} {}", version, seed);
    for (const std::filesystem::path& file : context.inputs) text += " " + sha256_file(file);
    return sha256(text) + "\n";
}

void run_rehearse(Context& context) {
    const auto rehearsal = read_rehearsal(context);
    const Study& study = rehearsal->study;
    const std::uint64_t seed = study.seed;
    const TrueValues truth = true_values(rehearsal->stage);
    context.inputs.insert(context.inputs.end(), truth.inputs.begin(), truth.inputs.end());
    const std::filesystem::path blocks = context.options.dry_run ? "" : study.out / "rehearsal";
    RehearsalOptions options{seed, context.options.threads.value_or(study.threads), blocks, key_of(context, seed),
                             [&](double share) { context.progress("rehearsing", share); }};
    const RehearsalTally tally = rehearse(rehearsal->stage, truth, options);
    const std::string language = context.options.language.empty() && !study.languages.empty()
                                     ? study.languages.front()
                                     : context.options.language;
    const RehearsalPage page{language,        label_in(study.title, language, study.name),
                             tally.level(),   tally.draws(),
                             tally.results(), tally.workload(),
                             tally.failures()};
    Outputs files(study.out);
    files.write("rehearsal.csv", to_csv(page.results));
    files.write("rehearsal_work.csv", to_csv(page.workload));
    files.write("rehearsal.html", rehearsal_page(page));
    context.commit(files, {"rehearsal.csv", "rehearsal_work.csv", "rehearsal.html"});
    std::size_t judged = 0;
    for (std::size_t row = 0; row < page.results.rows(); ++row) judged += !page.results.at("verdict").text(row).empty();
    context.say(fmt::format(
        "{} draws, {} without estimates; {} of {} cells with a bias from a tenth of the standard error on "
        "or too little coverage -> {}",
        tally.draws(), tally.failures().size(), judged, page.results.rows(), (study.out / "rehearsal.html").string()));
    if (!tally.failures().empty()) context.say("  the first without estimates: " + tally.failures().front());
}

}  // namespace

Verb rehearse_verb() {
    return {
        .name = "rehearse",
        .summary = "the sample plan tried many times on a population whose answers are known",
        .manual =
            "Draws the sample, lets the population answer, weighs and estimates, again and again, and holds the\n"
            "estimates against the truth: bias, true and estimated CV, coverage, cost, work.\n\n"
            "  cifra rehearse study.yaml --draws 2500\n\n"
            "Needs the sections 'sampling', 'weighting' and 'rehearsal'. A run that is stopped goes on where it was; "
            "more\ndraws are added to those that are there. Described in estimation/rehearsal/README.md.",
        .reads = "the frame, the population and the benchmark files that the study names",
        .writes = "rehearsal.csv (a row per estimate), rehearsal_work.csv, rehearsal.html; rehearsal/ (the draws)",
        .options = {{"draws", "how many, in place of the study's", false}},
        .run = run_rehearse};
}

}  // namespace cifra
