#include <fmt/format.h>

#include "engine/csv.h"
#include "engine/design_columns.h"
#include "engine/parallel.h"
#include "questionnaires/assignment.h"
#include "questionnaires/check.h"
#include "questionnaires/coded_files.h"
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

Coding coding_of(const YamlValue& value, const YamlValue* hierarchy, const Section& section,
                 const Instrument& instrument, Diagnostics& faults) {
    const YamlValue list = value.is_scalar() ? read_yaml(resolve(section.directory, value.scalar), faults) : value;
    Coding coding = read_coding(list, hierarchy, instrument, faults);
    check_coding(coding, instrument, faults);
    return coding;
}

// Keys of the section `responses`: answers, sample, on_violation, coding, hierarchy.
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
            plan.options.coding = coding_of(*coding, fields.get("hierarchy"), section, assignment.instrument, faults);
        fields.finish();
    }
    if (options.has("answers")) plan.answers = options.value("answers");
    if (options.has("sample")) plan.sample = options.value("sample");
    plan.report_only = policy == "report" || options.has("report");
    plan.options.with_pii = options.has("with-pii");
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

Instrument with_coding(Instrument instrument, const Coding& coding) {
    if (!coding.rules.empty()) instrument.coding = coding;
    return instrument;
}

std::string first_lines(const std::vector<Violation>& violations) {
    std::string text;
    for (const Violation& violation : violations)
        text += fmt::format("\n  {}:{}: {}: {} [{}]", violation.file, violation.line, violation.column,
                            violation.message, violation.rule);
    return text;
}

int threads_of(const Context& context, const Assignment& assignment) {
    if (context.options.threads) return *context.options.threads;
    return assignment.study ? assignment.study->threads : 0;
}

// As many as keep the cores busy; none at the end.
std::vector<AnswerTables> next_blocks(AnswerFiles& answers, Diagnostics& faults) {
    constexpr std::size_t most = 8;
    std::vector<AnswerTables> blocks;
    while (blocks.size() < most) {
        auto block = answers.next(faults);
        if (!block) break;
        blocks.push_back(std::move(*block));
    }
    return blocks;
}

CodedFiles code_answers(Context& context, const Plan& plan, const Instrument& instrument, int threads,
                        Diagnostics& faults) {
    AnswerFiles answers(plan.answers, instrument, faults);
    faults.throw_if_errors();
    context.inputs.insert(context.inputs.end(), answers.files().begin(), answers.files().end());
    CodedFiles coded;
    for (auto blocks = next_blocks(answers, faults); !blocks.empty(); blocks = next_blocks(answers, faults)) {
        const auto check = [&](std::size_t b) { return check_responses(instrument, blocks[b], plan.options); };
        for (const Responses& block : map_shards<Responses>(blocks.size(), threads, check)) coded.add(block);
        context.progress("code", answers.share());
    }
    faults.throw_if_errors();
    return coded;
}

void run_code(Context& context) {
    const Assignment assignment = read_assignment(context);
    Diagnostics faults;
    Plan plan = read_plan(section_of(assignment, "responses", faults), assignment, context.options, faults);
    plan.options.selection_numbers = selection_numbers(context, plan.sample, faults);
    CodedFiles coded = code_answers(context, plan, assignment.instrument, threads_of(context, assignment), faults);
    report_warnings(context, faults);
    const std::size_t hard = coded.hard_violations();
    Outputs files(assignment.out);
    coded.write_violations(files);
    std::vector<std::string> names;
    if (hard == 0 || plan.report_only)
        names = coded.write_tables(
            files, response_codebook(with_coding(assignment.instrument, plan.options.coding), plan.options.with_pii));
    names.emplace_back("violations.csv");
    context.commit(files, names);
    if (hard > 0 && !plan.report_only)
        throw Refusal(
            fmt::format("{} answers violate the instrument; all of them are in violations.csv. Correct the answers, "
                        "or write 'responses: {{on_violation: report}}' to go on.{}",
                        hard, first_lines(coded.first_hard())));
    context.say(fmt::format("{} households, {} persons, {} incidents; {} violations, {} warnings", coded.households(),
                            coded.persons(), coded.incidents(), hard, coded.warnings()));
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
        {"report", "write the tables although there are violations", true},
        {"with-pii", "keep the questions that identify persons", true}};
    verb.run = run_code;
    verb.applies = [](const Study& study) { return study.root.find("responses") != nullptr; };
    return verb;
}

}  // namespace cifra
