#include "questionnaires/verbs.h"

#include <fmt/format.h>

#include "questionnaires/assignment.h"
#include "questionnaires/form_html.h"
#include "questionnaires/play/verbs_play.h"

namespace cifra {
namespace {

bool has_instrument(const Study& study) {
    const YamlValue* value = study.root.find("instrument");
    return value && !value->is_null();
}

void run_check(Context& context) {
    const Assignment assignment = read_assignment(context);
    const Instrument& instrument = assignment.instrument;
    context.say(fmt::format("{}: {} modules, {} questions, {} crimes, languages {}; no fault", instrument.name,
                            instrument.modules.size(), instrument.questions.size(), instrument.crimes.size(),
                            fmt::join(instrument.languages, ", ")));
    if (context.options.has("cover")) write_cover(context, assignment);
}

void run_form(Context& context) {
    const Assignment assignment = read_assignment(context);
    Outputs files(assignment.out);
    std::vector<std::string> names;
    for (const std::string& language : assignment.languages) {
        names.push_back(fmt::format("form_{}.html", language));
        files.write(names.back(), form_html(assignment.instrument, language));
    }
    context.commit(files, names);
    for (const std::string& name : names) context.say(fmt::format("{}", (assignment.out / name).string()));
}

}  // namespace

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

Verb form_verb() {
    Verb verb;
    verb.name = "form";
    verb.summary = "print the questionnaire as a paper form in each language";
    verb.manual =
        "Writes one self-contained HTML page per language, ready to print on A4, with codes, boxes and the way\n"
        "to go on after each answer.\n\n"
        "  cifra form study.yaml\n  cifra form library:victimization_core --language es --out forms";
    verb.reads = "study.yaml, or an instrument";
    verb.writes = "form_LANGUAGE.html";
    verb.run = run_form;
    verb.applies = has_instrument;
    return verb;
}

std::vector<Verb> questionnaires_verbs() {
    return {check_verb(), form_verb(), interview_verb(), burden_verb(), load_verb(), code_verb()};
}

}  // namespace cifra
