#include "engine/program/begin.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>
#include <system_error>

#include "engine/embedded.h"

namespace cifra {

std::span<const EmbeddedFile> embedded_program();

namespace {

constexpr std::string_view skeleton = "examples/quickstart/";

// What each section of a study is for, in the order of the survey's life.
const std::map<std::string, std::string>& purposes() {
    static const std::map<std::string, std::string> words = {{"synthetic", "a made-up country to try the plan on"},
                                                             {"sampling", "sizes and the sample"},
                                                             {"panel", "who is visited in which wave"},
                                                             {"instrument", "the questionnaire"},
                                                             {"interview", "simulated fieldwork"},
                                                             {"behaviour", "how simulated respondents behave"},
                                                             {"burden", "how long reading and answering take"},
                                                             {"responses", "answers from the field"},
                                                             {"weighting", "weights"},
                                                             {"estimation", "tables of estimates"},
                                                             {"publish", "titles and texts of the published tables"},
                                                             {"rehearsal", "the plan tried many times"},
                                                             {"records", "administrative records recoded to the ICCS"}};
    return words;
}

void make_study(Context& context) {
    const std::filesystem::path folder = context.options.input;
    if (folder.empty()) fail_input({}, "no-folder", "no folder was given", "name one: cifra new my_survey");
    std::error_code error;
    if (std::filesystem::exists(folder / "study.yaml", error))
        fail_input({(folder / "study.yaml").string(), 0, 0}, "study-exists", "there is a study already",
                   "name a new folder, or remove the file");
    Outputs files(folder);
    for (const EmbeddedFile& file : embedded_program())
        files.write(std::string(file.name.substr(skeleton.size())), file.content);
    if (!context.options.dry_run) files.commit();
    context.say(fmt::format("a study in {0}; try: cifra run {0}/study.yaml", folder.generic_string()));
}

// A file that is not there yet and lies where the steps write: one before this step makes it.
bool is_awaited(const Diagnostic& item, const Study& study) {
    const auto way =
        std::filesystem::path(item.where.file).lexically_normal().lexically_relative(study.out.lexically_normal());
    std::error_code error;
    return item.code == "cannot-read" && !way.empty() && *way.begin() != ".." &&
           !std::filesystem::exists(item.where.file, error);
}

struct Finding {
    std::size_t faults = 0;
    std::set<std::string> awaited;  // files of steps before
};

// Tries one step; its faults are told as they come.
Finding try_step(const Verb& step, const Context& context, const Study& study) {
    Context own = context;
    own.options.dry_run = true;
    own.say = [](const std::string&) {};
    Finding finding;
    try {
        step.run(own);
    } catch (const InputError& error) {
        for (const Diagnostic& item : error.diagnostics().items()) {
            if (is_awaited(item, study)) {
                finding.awaited.insert(std::filesystem::path(item.where.file).filename().string());
                continue;
            }
            finding.faults += item.severity == Severity::error;
            context.report(item);
        }
    } catch (const Refusal& refusal) {
        ++finding.faults;
        context.say(fmt::format("{}: {}", step.name, refusal.what()));
    }
    return finding;
}

std::string verdict(const Finding& finding) {
    if (finding.faults > 0) return fmt::format("{} fault{}", finding.faults, finding.faults == 1 ? "" : "s");
    return finding.awaited.empty() ? "ready" : fmt::format("waits for {}", fmt::join(finding.awaited, ", "));
}

void examine(Context& context, const std::vector<Verb>& steps) {
    const Study study = context.study();
    std::size_t faults = 0;
    for (const Verb& step : steps) {
        if (!step.applies(study)) continue;
        const Finding finding = try_step(step, context, study);
        faults += finding.faults;
        context.say(fmt::format("{:<12}{}", step.name, verdict(finding)));
    }
    for (const std::string& section : study_sections())
        if (!study.root.find(section))
            context.say(fmt::format("{:<12}not in the study: {}", section, purposes().at(section)));
    if (faults > 0) throw Refusal(fmt::format("{} fault{}", faults, faults == 1 ? "" : "s"));
}

}  // namespace

Verb new_verb() {
    return {
        .name = "new",
        .summary = "a study to begin with",
        .manual =
            "Makes a folder with a whole study: plan, questionnaire, weights, tables. It runs as it is, on a made-up\n"
            "country; put your frame, instrument and answers in its place piece by piece.\n\n"
            "  cifra new my_survey && cifra run my_survey/study.yaml",
        .reads = "nothing",
        .writes = "study.yaml, design.yaml, tables.yaml in the folder",
        .options = {},
        .run = make_study,
        .applies = [](const Study&) { return false; }};
}

Verb doctor_verb(std::vector<Verb> steps) {
    return {.name = "doctor",
            .summary = "what is wrong with a study, and what it may still have",
            .manual =
                "Tries every step of a study without writing anything and tells the faults of all, which steps wait "
                "for files\n"
                "that others make, and the sections that\n"
                "the study does not have, with what they are for.\n\n  cifra doctor study.yaml",
            .reads = "study.yaml and what its sections name",
            .writes = "nothing",
            .options = {},
            .run = [steps = std::move(steps)](Context& context) { examine(context, steps); },
            .applies = [](const Study&) { return false; }};
}

}  // namespace cifra
