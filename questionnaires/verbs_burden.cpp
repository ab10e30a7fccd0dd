#include <fmt/format.h>

#include "engine/csv.h"
#include "questionnaires/play/burden.h"
#include "questionnaires/play/verbs_play.h"
#include "questionnaires/verbs.h"

namespace cifra {
namespace {

BurdenModel model_of(const Assignment& assignment, Diagnostics& faults) {
    BurdenModel model;
    if (!assignment.instrument.burden.is_null())
        read_burden(assignment.instrument.burden, assignment.instrument, model, faults);
    const Section section = section_of(assignment, "burden", faults);
    if (section.present()) read_burden(section.value, assignment.instrument, model, faults);
    return model;
}

BurdenOptions options_of(const Context& context, const Assignment& assignment) {
    BurdenOptions options;
    options.languages = assignment.languages;
    options.seed = assignment.seed;
    options.threads = context.options.threads.value_or(assignment.study ? assignment.study->threads : 0);
    const std::string mode = context.options.value("mode", "interviewer");
    if (mode != "interviewer" && mode != "self" && mode != "both")
        fail_input({}, "unknown-choice", "--mode is none of interviewer, self, both", "choose one of them");
    if (mode == "self") options.modes = {Administration::self};
    if (mode == "both") options.modes.push_back(Administration::self);
    if (!context.options.has("respondents")) return options;
    const auto number = parse_number(context.options.value("respondents"));
    if (!number || *number < 1 || *number > 1e7)
        fail_input({}, "out-of-range", "--respondents must be a whole number from 1", "write for example 2000");
    options.respondents = static_cast<std::size_t>(*number);
    return options;
}

void run_burden(Context& context) {
    const Assignment assignment = read_assignment(context);
    const Instrument& instrument = assignment.instrument;
    Diagnostics faults;
    const BurdenModel model = model_of(assignment, faults);
    const Behaviour behaviour = behaviour_of(context, assignment, faults);
    faults.throw_if_errors();
    const BurdenOptions options = options_of(context, assignment);
    const std::vector<BurdenLine> lines = estimate_burden(instrument, model, behaviour, options);
    check_burden(lines, model, faults);
    Outputs files(assignment.out);
    std::vector<std::string> names = {"burden.csv"};
    files.write(names.back(), to_csv(burden_table(instrument, lines)));
    for (const std::string& language : options.languages)
        for (const Administration mode : options.modes) {
            names.push_back(fmt::format("burden_{}_{}.svg", language, to_text(mode)));
            files.write(names.back(), burden_plot(instrument, lines, language, mode));
            context.say(burden_words(instrument, lines, language, mode));
        }
    context.commit(files, names);
    report_warnings(context, faults);
}

}  // namespace

Verb burden_verb() {
    Verb verb;
    verb.name = "burden";
    verb.summary = "estimate how long the interview takes, before the field";
    verb.manual =
        "Simulates respondents, follows each along the route, and adds the times of reading, answering and entering:\n"
        "mean, median and 95th percentile of the minutes, by module and language. The section 'burden' of study or\n"
        "instrument sets the speeds and a target; 'behaviour' says who the respondents are.\n\n"
        "  cifra burden library:victimization_core --out burden\n  cifra burden study.yaml --mode both";
    verb.reads = "study.yaml, or an instrument";
    verb.writes = "burden.csv, burden_LANGUAGE_MODE.svg";
    verb.options = {{"mode", "interviewer (default), self, or both", false},
                    {"respondents", "how many are simulated (default: 2000)", false},
                    {"behaviour", "YAML file of the respondents' behaviour, instead of the study's section", false}};
    verb.run = run_burden;
    verb.applies = [](const Study& study) { return study.root.find("burden") != nullptr; };
    return verb;
}

}  // namespace cifra
