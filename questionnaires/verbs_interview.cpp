#include <fmt/format.h>

#include "engine/csv.h"
#include "questionnaires/answer.h"
#include "questionnaires/assignment.h"
#include "questionnaires/fieldwork.h"
#include "questionnaires/play/verbs_play.h"
#include "questionnaires/verbs.h"

namespace cifra {
namespace {

struct Plan {
    std::filesystem::path sample, facts;
    FieldworkOptions options;
};

std::string read_date(Fields& fields, std::string_view key, Diagnostics& faults) {
    const std::string date = fields.text(key);
    if (!date.empty() && !is_date(date))
        faults.error(fields.where(), "not-a-date", fmt::format("'{}' must be a date", key), "write it as 2026-02-01");
    return date;
}

void read_answers_given(const YamlValue& map, const Instrument& instrument, Plan& plan, Diagnostics& faults) {
    std::vector<std::string> names;
    for (const Question& question : instrument.questions) names.push_back(question.name);
    for (std::size_t i = 0; i < map.entries.size(); ++i) {
        const auto& [name, value] = map.entries[i];
        if (!instrument.find(name))
            faults.error(map.key_places[i], "undefined-reference", fmt::format("no question is named '{}'", name),
                         suggestion(name, names));
        plan.options.answers[name] = text_of(value, faults, "an answer");
    }
}

// Keys of the section `interview`: sample, facts, from, to, answers.
Plan read_plan(const Section& section, const Assignment& assignment, const Options& options, Diagnostics& faults) {
    Plan plan;
    plan.sample = assignment.out / "sample.csv";
    plan.facts = assignment.out / "country";
    if (section.present()) {
        Fields fields(section.value, faults, "'interview'");
        if (fields.has("sample")) plan.sample = resolve(section.directory, fields.text("sample"));
        if (fields.has("facts")) plan.facts = resolve(section.directory, fields.text("facts"));
        plan.options.from = read_date(fields, "from", faults);
        plan.options.to = read_date(fields, "to", faults);
        if (!plan.options.to.empty() && (plan.options.from.empty() || plan.options.to < plan.options.from))
            faults.error(fields.where(), "bad-period", "'to' needs a 'from' that is not later", "write both dates");
        if (const YamlValue* answers = fields.get("answers"))
            read_answers_given(*answers, assignment.instrument, plan, faults);
        fields.finish();
    }
    if (options.has("sample")) plan.sample = options.value("sample");
    if (options.has("facts")) plan.facts = options.value("facts");
    plan.options.seed = assignment.seed;
    return plan;
}

void simulate_fieldwork(Context& context, const Assignment& assignment) {
    Diagnostics faults;
    const Plan plan = read_plan(section_of(assignment, "interview", faults), assignment, context.options, faults);
    faults.throw_if_errors();
    const auto read = [&](const std::filesystem::path& file) {
        context.inputs.push_back(file);
        return read_csv(file, {}, faults);
    };
    const Table sample = read(plan.sample);
    const Truth truth{read(plan.facts / "country_households.csv"), read(plan.facts / "country_persons.csv"),
                      read(plan.facts / "country_incidents.csv")};
    faults.throw_if_errors();
    context.progress("interview", 0.1);
    const Fieldwork field = do_fieldwork(assignment.instrument, sample, truth, plan.options, faults);
    faults.throw_if_errors();
    for (const auto& [question, count] : field.rejected)
        faults.warning({plan.facts.string(), 0, 0}, "invalid-fact",
                       fmt::format("{} facts of '{}' were not valid answers and were drawn at random", count, question),
                       "make the facts use the instrument's codes");
    Outputs files(assignment.out);
    std::vector<std::string> names;
    for (const Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident}) {
        names.push_back(fmt::format("answers_{}.csv", to_text(unit)));
        files.write(names.back(), to_csv(field.answers.of(unit)));
    }
    context.commit(files, names);
    report_warnings(context, faults);
    context.say(
        fmt::format("{} dwellings visited, {} households and {} selected persons interviewed, {} incident forms",
                    field.visited, field.complete, field.persons, field.answers.incident.rows()));
}

// The facts of a country make it a rehearsal of the field, an instrument by itself an interview with somebody.
void run_interview(Context& context) {
    const Assignment assignment = read_assignment(context);
    if (context.options.has("simulate")) return simulate_interviews(context, assignment);
    if (assignment.study || context.options.has("facts") || context.options.has("sample"))
        return simulate_fieldwork(context, assignment);
    interview_in_terminal(context, assignment);
}

}  // namespace

Verb interview_verb() {
    Verb verb;
    verb.name = "interview";
    verb.summary = "hold an interview in the terminal, or simulate interviews or a whole fieldwork";
    verb.manual =
        "With an instrument: holds an interview in the terminal. Each answer is kept in interview_ID.txt as it is "
        "given,\n"
        "and the same command goes on where it was left; :help lists what can be done besides answering. With --out, "
        "the\n"
        "finished interviews of the folder become answer files.\n"
        "With --simulate N: writes N simulated interviews that follow the section 'behaviour'.\n"
        "With a study, or --facts: visits every dwelling of the sample and fills in the instrument from the country's\n"
        "facts, and at random where no fact says. Facts are columns named as questions.\n\n"
        "  cifra interview library:victimization_core --household H1 --date 2026-02-03 --out field\n"
        "  cifra interview library:victimization_core --simulate 1000 --out simulated\n"
        "  cifra interview study.yaml\n"
        "  cifra interview library:victimization_core --sample sample.csv --facts country --out answers";
    verb.reads =
        "the instrument; of a study sample.csv, country_households.csv, country_persons.csv, country_incidents.csv";
    verb.writes =
        "interview_ID.txt, answers_household.csv, answers_roster.csv, answers_person.csv, answers_incident.csv";
    verb.options = {{"household", "id of the household interviewed (default: 1)", false},
                    {"date", "date of a new interview; asked for where it is not given", false},
                    {"selection-number", "selects one of the eligible, between 0 and 1 (default: drawn)", false},
                    {"simulate", "how many interviews to simulate", false},
                    {"behaviour", "YAML file of the respondents' behaviour, instead of the study's section", false},
                    {"sample", "the drawn dwellings (default: sample.csv in the out folder)", false},
                    {"facts", "folder of the country's files (default: country in the out folder)", false}};
    verb.run = run_interview;
    verb.applies = [](const Study& study) { return study.root.find("interview") != nullptr; };
    return verb;
}

}  // namespace cifra
