#include <fmt/format.h>

#include <array>

#include "estimation/estimation_input.h"
#include "estimation/translate/script_builder.h"
#include "estimation/translate/texts.h"
#include "estimation/verbs.h"

namespace cifra {

namespace {

using Write = std::string (*)(const Script&, std::set<std::string>&);

struct Target {
    const char* name;
    const char* comment;  // begins a line of it
    const char* end;
    Write write;
};

constexpr std::array<Target, 3> targets = {
    {{"r", "# ", "", r_text}, {"stata", "* ", "", stata_text}, {"sas", "/* ", " */", sas_text}}};

const Target& target_of(const Context& context) {
    const std::string name = context.options.value("to", "r");
    for (const Target& target : targets)
        if (name == target.name) return target;
    fail_input({}, "unknown-choice", fmt::format("there is no translation to '{}'", name), "one of: r, stata, sas");
}

const TablePlan& table_of(const TabulationPlan& plan, const Context& context) {
    const std::string id = context.options.value("table");
    std::vector<std::string> known;
    for (const TablePlan& table : plan.tables) {
        if (table.id == id) return table;
        known.push_back(table.id);
    }
    if (id.empty())
        fail_input({}, "missing-table", "which table?", fmt::format("--table {}", fmt::join(known, " or ")));
    fail_input({}, "unknown-table", fmt::format("there is no table '{}'", id), suggestion(id, known));
}

void run_translate(Context& context) {
    const Target& target = target_of(context);
    Diagnostics faults;
    const EstimationInput input = estimation_input(context, faults);
    SurveyDataOptions reading{input.directory, input.out, mentioned_names(input.tables), input.threads, input.seed};
    reading.weighting = input.weighting.value;
    reading.weighting_directory = input.weighting.directory;
    const SurveyData data = read_survey_data(input.design, reading, faults);
    faults.throw_if_errors();
    const TabulationPlan plan = read_tabulation_plan(input.tables, data, faults);
    faults.throw_if_errors();
    const Script script = script_of(table_of(plan, context), plan, input.design, data, faults);
    std::set<std::string> remarks;
    const std::string text = target.write(script, remarks);
    std::string head = fmt::format("{}Table '{}', for audit: estimates and standard errors as cifra {} makes them{}\n",
                                   target.comment, script.title, version, target.end);
    for (const std::string& remark : remarks) {
        head += fmt::format("{}NOTE: {}{}\n", target.comment, remark, target.end);
        faults.warning({}, "no-equivalent", remark, "compare with care");
    }
    context.say(head + text);
    for (const Diagnostic& item : faults.items()) context.report(item);
}

}  // namespace

Verb translate_verb() {
    return {.name = "translate",
            .summary = "a table's estimates as code for R survey, Stata or SAS",
            .manual =
                "Prints code that makes the estimates of one table from the same files in another program, for audit:\n"
                "the design, derived variables, domains as subsets of the design, the statistics.\n\n"
                "  cifra translate study.yaml --table persons --to r > persons.R\n\n"
                "What a program cannot say is a comment that begins with NOTE, and a warning. Intervals are not part\n"
                "of it. What is translated and how: estimation/translate/README.md.",
            .reads = "the section 'estimation' (or --design, --tables) and the files it names",
            .writes = "nothing: the code goes to standard output",
            .options = {{"table", "id of the table", false},
                        {"to", "r (the default), stata or sas", false},
                        {"design", "design file, without a study", false},
                        {"tables", "table file, without a study", false}},
            .run = run_translate,
            .applies = [](const Study&) { return false; }};
}

}  // namespace cifra
