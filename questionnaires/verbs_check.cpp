#include <fmt/format.h>
#include <algorithm>

#include "questionnaires/assignment.h"
#include "questionnaires/instrument_tests.h"
#include "questionnaires/lints.h"
#include "questionnaires/manifest.h"
#include "questionnaires/play/burden.h"
#include "questionnaires/play/verbs_play.h"
#include "questionnaires/proof/proof.h"
#include "questionnaires/translations.h"
#include "questionnaires/verbs.h"

namespace cifra {
namespace {

void write_json(Context& context, const std::filesystem::path& file, const std::string& text) {
    Outputs files(file.has_parent_path() ? file.parent_path() : std::filesystem::path("."));
    files.write(file.filename().string(), text);
    context.commit(files, {file.filename().string()});
}

std::size_t count_of(const std::vector<Finding>& findings, Severity severity) {
    return static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [&](const Finding& finding) { return finding.severity == severity; }));
}

std::string outcome(const std::vector<Finding>& findings) {
    const std::size_t undecided = count_of(findings, Severity::note), warnings = count_of(findings, Severity::warning);
    if (undecided > 0) return fmt::format("no fault found, {} conditions not decided", undecided);
    return warnings > 0 ? fmt::format("no fault, {} warnings", warnings) : "no fault; routing proved";
}

// `failed` are the tests' faults, told with those of the routing that may have caused them.
std::string prove_routing(Context& context, const Instrument& instrument, const Diagnostics& failed) {
    const auto findings = prove(instrument, [&](double share) { context.progress("proving the routing", share); });
    if (context.options.has("json")) write_json(context, context.options.value("json"), to_json(instrument, findings));
    Diagnostics found;
    for (const Finding& finding : findings) found.add(to_diagnostic(finding));
    Diagnostics faults = settled(instrument, found, [](std::string_view id) { return !is_check_id(id); });
    faults.append(failed);
    faults.throw_if_errors();
    report_warnings(context, faults);
    return outcome(findings);
}

void list_fingerprints(Context& context, const Assignment& assignment) {
    const std::filesystem::path directory = assignment.study ? assignment.study->directory : std::filesystem::path();
    const std::string& name = assignment.instrument.source;
    Diagnostics faults;
    const YamlValue document =
        resolve_manifest(read_instrument_file(name, directory, faults), resolve(directory, name).parent_path(), faults);
    faults.throw_if_errors();
    for (const std::string& line : current_fingerprints(document)) context.say(line);
}

void run_check(Context& context) {
    const Assignment assignment = read_assignment(context);
    const Instrument& instrument = assignment.instrument;
    if (context.options.has("fingerprints")) return list_fingerprints(context, assignment);
    Diagnostics failed;
    run_tests(instrument, failed);
    BurdenModel model;
    if (!instrument.burden.is_null()) read_burden(instrument.burden, instrument, model, failed);
    const bool unproved = context.options.has("no-proof");
    if (unproved) failed.throw_if_errors();
    const std::string found = unproved ? "no fault; routing not proved" : prove_routing(context, instrument, failed);
    context.say(fmt::format(
        "{}: {} modules, {} questions, {} crimes, languages {}; {}{}", instrument.name, instrument.modules.size(),
        instrument.questions.size(), instrument.crimes.size(), fmt::join(instrument.languages, ", "),
        instrument.tests.empty() ? "" : fmt::format("{} tests pass; ", instrument.tests.size()), found));
    if (context.options.has("cover")) write_cover(context, assignment);
}

}  // namespace

Verb check_verb() {
    Verb verb;
    verb.name = "check";
    verb.summary = "find the faults of an instrument before anybody is interviewed";
    verb.manual =
        "Reads the whole instrument and reports every fault at once with file, line, column and remedy: names,\n"
        "codes, translations, references, types, crimes and ICCS codes, loops, safety. Then proves the routing:\n"
        "questions never asked, conditions that contradict each other or have no effect, constraints that block\n"
        "the interview, coding rules never used, each with a set of answers that shows it. The tests beside the\n"
        "instrument are run. --fingerprints lists what stands after the language of a translation.\n\n"
        "  cifra check study.yaml\n  cifra check library:victimization_core --json findings.json";
    verb.reads = "study.yaml, or an instrument";
    verb.writes = "nothing, or the files of --json and --cover";
    verb.options = {{"no-proof", "leave the proof of the routing out", true},
                    {"fingerprints", "list the fingerprints of the source texts instead", true},
                    {"json", "file for the findings of the proof, as JSON"},
                    {"cover", "file for test cases that cover the pairs of transitions of the route"}};
    verb.run = run_check;
    verb.applies = has_instrument;
    return verb;
}

}  // namespace cifra
