#include "questionnaires/verbs.h"

#include <fmt/format.h>

#include "questionnaires/assignment.h"
#include "questionnaires/play/verbs_play.h"

namespace cifra {
namespace {

void run_check(Context& context) {
    const Assignment assignment = read_assignment(context);
    const Instrument& instrument = assignment.instrument;
    context.say(fmt::format("{}: {} modules, {} questions, {} crimes, languages {}; no fault", instrument.name,
                            instrument.modules.size(), instrument.questions.size(), instrument.crimes.size(),
                            fmt::join(instrument.languages, ", ")));
    if (context.options.has("cover")) write_cover(context, assignment);
}

}  // namespace

bool has_instrument(const Study& study) {
    const YamlValue* value = study.root.find("instrument");
    return value && !value->is_null();
}

Verb check_verb() {
    Verb verb;
    verb.name = "check";
    verb.summary = "find the faults of an instrument before anybody is interviewed";
    verb.manual =
        "Reads the whole instrument and reports every fault at once with file, line, column and remedy: names,\n"
        "codes, translations, references, types, crimes and ICCS codes, loops, safety.\n\n"
        "  cifra check study.yaml\n  cifra check library:victimization_core";
    verb.reads = "study.yaml, or an instrument";
    verb.writes = "nothing; with --cover its file";
    verb.options = {{"cover", "file for test cases that cover the pairs of transitions of the route", false}};
    verb.run = run_check;
    verb.applies = has_instrument;
    return verb;
}

std::vector<Verb> questionnaires_verbs() {
    return {check_verb(), form_verb(), interview_verb(), burden_verb(), load_verb(), code_verb()};
}

}  // namespace cifra
