#include "questionnaires/play/verbs_play.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "engine/csv.h"
#include "questionnaires/play/cover.h"
#include "questionnaires/play/interview_folder.h"
#include "questionnaires/play/simulation.h"

namespace cifra {
namespace {

std::string file_of(Unit unit) { return fmt::format("answers_{}.csv", to_text(unit)); }

constexpr std::array units = {Unit::household, Unit::roster, Unit::person, Unit::incident};

std::size_t whole_option(const Options& options, const std::string& name) {
    const auto number = parse_number(options.value(name));
    if (!number || *number < 1 || *number > 1e9 || *number != static_cast<double>(static_cast<std::size_t>(*number)))
        fail_input({}, "out-of-range", fmt::format("--{} must be a whole number from 1", name),
                   "write for example 1000");
    return static_cast<std::size_t>(*number);
}

SittingOptions sitting(const Context& context, const Assignment& assignment) {
    const Options& options = context.options;
    SittingOptions sitting;
    sitting.folder = assignment.out;
    sitting.household = options.value("household", "1");
    sitting.date = options.value("date");
    if (options.has("selection-number"))
        sitting.selection_number = parse_number(options.value("selection-number")).value_or(0);
    sitting.seed = assignment.seed;
    sitting.language = assignment.languages.front();
    sitting.terminal = isatty(STDOUT_FILENO) == 1;
    return sitting;
}

void collect(Context& context, const Assignment& assignment, Diagnostics& faults) {
    const CollectedInterviews collected = collect_interviews(assignment.instrument, assignment.out, faults);
    Outputs files(assignment.out);
    std::vector<std::string> names;
    for (const Unit unit : units) {
        names.push_back(file_of(unit));
        files.write(names.back(), to_csv(collected.answers.of(unit)));
    }
    context.commit(files, names);
    context.say(fmt::format("{} finished interviews in the answer files, {} unfinished left out", collected.finished,
                            collected.unfinished));
}

}  // namespace

Behaviour behaviour_of(Context& context, const Assignment& assignment, Diagnostics& faults) {
    if (context.options.has("behaviour")) {
        context.inputs.emplace_back(context.options.value("behaviour"));
        return read_behaviour(read_yaml(context.inputs.back(), faults), assignment.instrument, faults);
    }
    const Section section = section_of(assignment, "behaviour", faults);
    return section.present() ? read_behaviour(section.value, assignment.instrument, faults) : Behaviour{};
}

void interview_in_terminal(Context& context, const Assignment& assignment) {
    Diagnostics faults;
    const auto end = sit_down(assignment.instrument, sitting(context, assignment), std::cin, std::cout, faults);
    faults.throw_if_errors();
    report_warnings(context, faults);
    if (end == DialogueEnd::finished && context.options.out) {
        Diagnostics of_others;
        collect(context, assignment, of_others);
    }
}

void simulate_interviews(Context& context, const Assignment& assignment) {
    Diagnostics faults;
    const Behaviour behaviour = behaviour_of(context, assignment, faults);
    faults.throw_if_errors();
    SimulationOptions options;
    options.households = whole_option(context.options, "simulate");
    options.seed = assignment.seed;
    options.threads = context.options.threads.value_or(assignment.study ? assignment.study->threads : 0);
    options.progress = [&](double share) { context.progress("simulate", share); };
    Outputs files(assignment.out);
    SimulationTally tally;
    std::array<std::ostream*, 4> streams{};
    const std::function<void(std::size_t)> open_from = [&](std::size_t u) {
        if (u == units.size())
            tally = write_simulation(assignment.instrument, behaviour, options, streams);
        else
            files.write(file_of(units[u]), [&](std::ostream& stream) {
                streams[u] = &stream;
                open_from(u + 1);
            });
    };
    open_from(0);
    std::vector<std::string> names;
    for (const Unit unit : units) names.push_back(file_of(unit));
    context.commit(files, names);
    context.say(fmt::format("{} interviews complete, {} broken off by the household, {} by the person selected",
                            tally.complete, tally.household_broke_off, tally.person_broke_off));
}

void write_cover(Context& context, const Assignment& assignment) {
    const std::filesystem::path file = context.options.value("cover");
    const Cover cover = cover_turns(assignment.instrument, {.seed = assignment.seed});
    Outputs files(file.parent_path());
    files.write(file.filename().string(), cover_yaml(assignment.instrument, cover));
    context.commit(files, {file.filename().string()});
    context.say(
        fmt::format("{}: {} cases take {} turns of the route; {} more are possible by its form but were not "
                    "found",
                    file.string(), cover.cases.size(), cover.taken.size(), cover.not_taken.size()));
}

}  // namespace cifra
