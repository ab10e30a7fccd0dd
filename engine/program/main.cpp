#include <fmt/format.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <limits>

#include "engine/language.h"
#include "engine/microdata/verb_convert.h"
#include "engine/program/begin.h"
#include "engine/program/command_line.h"
#include "engine/program/console.h"
#include "engine/program/manual.h"
#include "engine/program/run.h"
#include "estimation/verbs.h"
#include "questionnaires/verbs.h"
#include "sampling/verbs.h"

namespace {

using namespace cifra;

// The order of the survey's life: of --help and of `cifra run`.
const std::vector<std::string> life = {"synthesize", "check",  "size",     "draw",    "form",   "interview",
                                       "code",       "weight", "estimate", "publish", "records"};

std::vector<Verb> all_verbs() {
    std::vector<Verb> verbs;
    for (const auto& wing : {sampling_verbs(), questionnaires_verbs(), estimation_verbs()})
        verbs.insert(verbs.end(), wing.begin(), wing.end());
    const auto rank = [](const Verb& verb) { return std::find(life.begin(), life.end(), verb.name) - life.begin(); };
    std::stable_sort(verbs.begin(), verbs.end(), [&](const Verb& a, const Verb& b) { return rank(a) < rank(b); });
    const std::vector<Verb> steps = verbs;
    verbs.push_back(convert_verb());
    verbs.push_back(run_verb(steps));
    verbs.push_back(verify_verb());
    verbs.push_back(doctor_verb(steps));
    verbs.insert(verbs.begin(), new_verb());
    verbs.push_back(manual_verb(verbs));
    return verbs;
}

constexpr std::uint64_t most_threads = 1024;

struct Given {
    Options options;
    std::map<std::string, std::string> texts;
    std::map<std::string, bool> flags;
};

// Its words follow the name of the option in a message.
CLI::Validator whole_number(std::uint64_t most) {
    const auto fault = [most](const std::string& text) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool whole = error == std::errc() && end == text.data() + text.size() && number <= most;
        return whole ? std::string() : fmt::format("must be a whole number from 0 to {}", most);
    };
    return CLI::Validator(fault, "");
}

CLI::Validator language_tag() {
    return CLI::Validator(
        [](const std::string& text) {
            return is_language_tag(text) ? "" : "must be the tag of a language, such as es or pt-BR";
        },
        "");
}

void declare(CLI::App& program, const Verb& verb, Given& given) {
    CLI::App* command = program.add_subcommand(verb.name, verb.summary);
    command->footer("\n" + verb.manual + "\n\nReads:  " + verb.reads + "\nWrites: " + verb.writes);
    command->add_option("input", given.options.input, "study.yaml, or the file this verb works on");
    if (verb.several_inputs) command->add_option("more", given.options.more_inputs, "more files of the same kind");
    command->add_option("--out", given.options.out, verb.out);
    command->add_option("--data", given.options.data, "folder that holds the microdata, instead of the study's");
    command->add_option("--seed", given.options.seed, "seed of all chance, instead of the study's")
        ->check(whole_number(std::numeric_limits<std::uint64_t>::max()));
    command->add_option("--threads", given.options.threads, "threads (0: all cores); the results are the same bytes")
        ->check(whole_number(most_threads));
    command->add_option("--language", given.options.language, "language of labels and texts, such as es")
        ->check(language_tag());
    command->add_flag("--dry-run", given.options.dry_run, "check and compute, write nothing");
    for (const VerbOption& option : verb.options) {
        if (option.flag)
            command->add_flag("--" + option.name, given.flags[option.name], option.help);
        else
            command->add_option("--" + option.name, given.texts[option.name], option.help);
    }
}

// Blocks of rows come and go by the thousand. By default the C library returns their memory to the system each time,
// and most of a pass goes into getting it back.
void keep_memory() {
    constexpr int megabyte = 1 << 20;
    mallopt(M_MMAP_THRESHOLD, 32 * megabyte);
    mallopt(M_TRIM_THRESHOLD, 256 * megabyte);
}

}  // namespace

int main(int argc, char** argv) {
    keep_memory();
    CLI::App program{
        "cifra: victimization survey design and estimation.\nPlan, draw, ask, weigh, estimate and publish a survey "
        "from YAML and CSV."};
    program.name("cifra");
    program.set_version_flag("--version", std::string(version));
    program.require_subcommand(1);
    const std::vector<Verb> verbs = all_verbs();
    Given given;
    for (const Verb& verb : verbs) declare(program, verb, given);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return program.exit(error);  // --help, --version
        return static_cast<int>(guarded([&] {
            Diagnostics faults;
            tell_command_line(program, error, {argv + 1, argv + argc}, faults);
            faults.throw_if_errors();
        }));
    }
    const std::string name = program.get_subcommands().front()->get_name();
    const auto verb = std::find_if(verbs.begin(), verbs.end(), [&](const Verb& v) { return v.name == name; });
    for (const VerbOption& option : verb->options) {
        if (option.flag && given.flags[option.name]) given.options.values[option.name] = "1";
        if (!option.flag && !given.texts[option.name].empty())
            given.options.values[option.name] = given.texts[option.name];
    }
    Context context = console_context(given.options);
    return static_cast<int>(guarded([&] {
        verb->run(context);
        write_manifest(context, name);
        if (given.options.dry_run && !verb->writes.starts_with("nothing"))
            context.say("a dry run: nothing was written");
    }));
}
