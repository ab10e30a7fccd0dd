#include <fmt/format.h>

#include "engine/csv.h"
#include "engine/design_columns.h"
#include "questionnaires/assignment.h"
#include "questionnaires/check.h"
#include "questionnaires/response_records.h"
#include "questionnaires/responses.h"
#include "questionnaires/verbs.h"

namespace cifra {
namespace {

struct Plan {
    std::filesystem::path answers, sample;
    bool report_only = false;
    ResponseOptions options;
};

std::vector<CodingRule> coding_of(const YamlValue& value, const Section& section, const Instrument& instrument,
                                  Diagnostics& faults) {
    const YamlValue list = value.is_scalar() ? read_yaml(resolve(section.directory, value.scalar), faults) : value;
    std::vector<CodingRule> rules = read_coding_rules(list, instrument, faults);
    check_coding_rules(rules, instrument, faults);
    return rules;
}

// Keys of the section `responses`: answers, sample, on_violation, coding.
Plan read_plan(const Section& section, const Assignment& assignment, const Options& options, Diagnostics& faults) {
    Plan plan;
    plan.answers = assignment.out;
    plan.sample = assignment.out / "sample.csv";
    std::string policy = "refuse";
    if (section.present()) {
        Fields fields(section.value, faults, "'responses'");
        if (fields.has("answers")) plan.answers = resolve(section.directory, fields.text("answers"));
        if (fields.has("sample")) plan.sample = resolve(section.directory, fields.text("sample"));
        policy = fields.choice("on_violation", {"refuse", "report"}, "refuse");
        if (const YamlValue* coding = fields.get("coding"))
            plan.options.coding = coding_of(*coding, section, assignment.instrument, faults);
        fields.finish();
    }
    if (options.has("answers")) plan.answers = options.value("answers");
    if (options.has("sample")) plan.sample = options.value("sample");
    plan.report_only = policy == "report" || options.has("report");
    plan.options.language = assignment.languages.front();
    return plan;
}

// Selection numbers of a sample file, if there is one: without it nobody can say who should have been interviewed.
std::map<std::string, double> selection_numbers(Context& context, const std::filesystem::path& file,
                                                Diagnostics& faults) {
    std::map<std::string, double> numbers;
    if (!std::filesystem::exists(file)) return numbers;
    context.inputs.push_back(file);
    const Table sample = read_csv(file, {}, faults);
    for (std::size_t row = 0; row < sample.rows(); ++row)
        if (const auto number = parse_number(cell(sample, design_columns::selection_number, row)))
            numbers[cell(sample, design_columns::dwelling, row)] = *number;
    return numbers;
}

std::string first_lines(const std::vector<Violation>& violations, std::size_t most) {
    std::string text;
    std::size_t shown = 0;
    for (const Violation& violation : violations) {
        if (!violation.hard || shown++ >= most) continue;
        text += fmt::format("\n  {}:{}: {}: {} [{}]", violation.file, violation.line, violation.column,
                            violation.message, violation.rule);
    }
    return text;
}

std::vector<std::string> write_coded(Outputs& files, const Responses& responses) {
    files.write("household.csv", to_csv(responses.household));
    files.write("roster.csv", to_csv(responses.roster));
    files.write("person.csv", to_csv(responses.person));
    files.write("incident.csv", to_csv(responses.incident));
    files.write("codebook.yaml", to_yaml(responses.codebook));
    return {"household.csv", "roster.csv", "person.csv", "incident.csv", "codebook.yaml"};
}

void run_code(Context& context) {
    const Assignment assignment = read_assignment(context);
    Diagnostics faults;
    Plan plan = read_plan(section_of(assignment, "responses", faults), assignment, context.options, faults);
    plan.options.selection_numbers = selection_numbers(context, plan.sample, faults);
    const AnswerTables answers = read_answers(plan.answers, assignment.instrument, faults);
    faults.throw_if_errors();
    report_warnings(context, faults);
    for (const Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident})
        if (answers.of(unit).width() > 0) context.inputs.push_back(plan.answers / file_name(unit));
    context.progress("code", 0.3);
    const Responses responses = check_responses(assignment.instrument, answers, plan.options);
    const std::size_t hard = responses.hard_violations();
    Outputs files(assignment.out);
    files.write("violations.csv", to_csv(violations_table(responses.violations)));
    std::vector<std::string> names;
    if (hard == 0 || plan.report_only) names = write_coded(files, responses);
    names.push_back("violations.csv");
    context.commit(files, names);
    if (hard > 0 && !plan.report_only)
        throw Refusal(
            fmt::format("{} answers violate the instrument; all of them are in violations.csv. Correct the answers, "
                        "or write 'responses: {{on_violation: report}}' to go on.{}",
                        hard, first_lines(responses.violations, 10)));
    context.say(fmt::format("{} households, {} persons, {} incidents; {} violations, {} warnings",
                            responses.household.rows(), responses.person.rows(), responses.incident.rows(), hard,
                            responses.violations.size() - hard));
}

}  // namespace

Verb code_verb() {
    Verb verb;
    verb.name = "code";
    verb.summary = "check the answers from the field and code the incidents";
    verb.manual =
        "Holds every answer against the instrument and its routing, classifies each incident by the coding rules, and\n"
        "writes tables ready for weighting. Every violation is listed in violations.csv; a hard one stops the run\n"
        "(exit 1) unless the study says 'responses: {on_violation: report}'.\n\n"
        "  cifra code study.yaml\n  cifra code library:victimization_core --answers answers --out coded --report";
    verb.reads =
        "the instrument, answers_household.csv, answers_roster.csv, answers_person.csv, answers_incident.csv, "
        "sample.csv";
    verb.writes = "household.csv, roster.csv, person.csv, incident.csv, codebook.yaml, violations.csv";
    verb.options = {
        {"answers", "folder of the answer files (default: the out folder)", false},
        {"sample", "the sample file, to check who was selected (default: sample.csv in the out folder)", false},
        {"report", "write the tables although there are violations", true}};
    verb.run = run_code;
    verb.applies = [](const Study& study) { return study.root.find("responses") != nullptr; };
    return verb;
}

}  // namespace cifra
