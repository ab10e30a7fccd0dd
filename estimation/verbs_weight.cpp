#include <fmt/format.h>

#include "engine/csv.h"
#include "estimation/publishing/in_language.h"
#include "estimation/publishing/weights_page.h"
#include "estimation/replication/replicate_weights_file.h"
#include "estimation/verbs.h"
#include "estimation/weighting/chain.h"
#include "estimation/weighting/chain_files.h"
#include "estimation/weighting/chain_replicates.h"
#include "estimation/weighting/response.h"

namespace cifra {

namespace {

struct WeightFiles {
    ChainFiles chain;
    std::string title, language;  // of the page
    std::uint64_t seed = 1;
    int threads = 0;
};

WeightFiles from_study(Context& context, Diagnostics& faults) {
    const Study study = context.study();
    const Section section = read_section(study, "weighting", faults);
    faults.throw_if_errors();
    if (!section.present())
        fail_input({study.file.string(), 0, 0}, "missing-section", "the study has no 'weighting' section",
                   "add 'weighting: {steps: [...]}', see estimation/weighting/README.md");
    if (section.file != study.file) context.inputs.push_back(section.file);
    WeightFiles files{
        chain_files(section.value, section.directory, study.out, faults), {}, {}, study.seed, study.threads};
    files.language = context.options.language.empty() && !study.languages.empty() ? study.languages.front()
                                                                                  : context.options.language;
    files.title = label_in(study.title, files.language, study.name);
    return files;
}

WeightFiles from_plan(Context& context, Diagnostics& faults) {
    const std::filesystem::path plan = context.options.value("plan");
    context.inputs.push_back(plan);
    const YamlValue section = read_yaml(plan, faults);
    faults.throw_if_errors();
    return {chain_files(section, plan.parent_path(), context.options.out.value_or("out"), faults),
            {},
            context.options.language,
            context.options.seed.value_or(1),
            0};
}

void tell(Context& context, const std::vector<AuditRecord>& audit) {
    for (const AuditRecord& record : audit)
        if (record.cell.empty())
            context.say(fmt::format("  {:<30} {:>9} weighted, sum {:.0f}, deff {:.3f}", record.step, record.after.n,
                                    record.after.sum, record.after.deff));
}

std::string page_of(const WeightFiles& files, const WeightingResult& result, const Table& audit, const Table& rates,
                    const Table& response) {
    using Text = std::string_view;
    const Text households =
        in_language<Text>(files.language, "Household weights: base and final", "Pesos de los hogares: base y final",
                          "Poids des ménages : de base et final", "Pesos dos domicílios: base e final");
    const Text persons = in_language<Text>(
        files.language, "Person weights: after selection and final", "Pesos de las personas: tras la selección y final",
        "Poids des personnes : après la sélection et final", "Pesos das pessoas: após a seleção e final");
    const WeightingChain& chain = result.chain;
    WeightsPage page{files.language, files.title, audit, rates, response, {}};
    page.spreads.push_back({std::string(households), chain.base, chain.household_weights()});
    if (chain.weighs_persons())
        page.spreads.push_back({std::string(persons), chain.after[chain.household_steps], chain.final_weights()});
    return weights_page(page);
}

// The replicates made, and what is kept of them.
struct Replicated {
    ReplicateWeights household, person;
    ReplicatedChain chain;
};

Replicated take_replicates(Context& context, const WeightFiles& files, const WeightingChain& chain,
                           const ChainDesign& design, ErrorComparison& comparison) {
    Replicated replicates;
    const auto keep = [&](const FinalWeights& weights) {
        comparison.add(weights);
        if (!files.chain.plan.write_replicates) return;
        replicates.household.push_back(weights.household);
        replicates.person.push_back(weights.person);
    };
    replicates.chain = replicate_chain(chain, design, context.options.threads.value_or(files.threads), keep,
                                       [&](double share) { context.progress("replicates", share); });
    return replicates;
}

void tell_replicates(Context& context, const ChainDesign& design, const ReplicatedChain& replicates) {
    const ReplicateFactors& factors = *design.factors;
    context.say(fmt::format("  {} replicates by {}, {} failed; df {:g}; V = Σ c (θ_r - θ)², c = {:.6g}",
                            replicates.coefficients.size(),
                            replication_names()[static_cast<std::size_t>(factors.plan().method)],
                            replicates.failures.size(), factors.degrees_of_freedom(), replicates.coefficients.front()));
    for (const std::string& failure : replicates.failures) context.say("    left out: " + failure);
    for (const std::string& notice : factors.notices()) context.say("    " + notice);
}

void tell_errors(Context& context, const Table& errors) {
    const auto number = [&](const char* column, std::size_t row, int decimals) {
        const Column& values = errors.at(column);
        return values.present(row) ? fmt::format("{:.{}f}", values.number(row), decimals) : std::string("-");
    };
    if (errors.rows() > 0)
        context.say(fmt::format("  {:<32} {:>14} {:>14} {:>14} {:>8}", "total", "estimate", "SE linearized",
                                "SE replicates", "ratio"));
    for (std::size_t row = 0; row < errors.rows(); ++row)
        context.say(fmt::format("  {:<32} {:>14} {:>14} {:>14} {:>8}",
                                errors.at("weight").text(row) + " " + errors.at("variable").text(row) + "=" +
                                    errors.at("category").text(row),
                                number("total", row, 0), number("se_linearized", row, 2),
                                number("se_replicates", row, 2), number("ratio", row, 3)));
}

using Write = std::function<void(const std::string&, const std::function<void(std::ostream&)>&)>;

// The files of replicate weights, each with the code that declares it.
void write_replicates(const WeightFiles& files, const WeightingInputs& inputs, const WeightingResult& result,
                      const ChainDesign& design, const Replicated& replicates, const Write& write) {
    ReplicateDescription replication = describe(*design.factors);
    replication.coefficients = replicates.chain.coefficients;
    const auto write_code = [&](const std::string& level) {
        const std::string file = fmt::format("replicate_weights_{}.csv", level);
        write(fmt::format("replicate_weights_{}.txt", level),
              [&](std::ostream& text) { text << replicate_code(replication, file, level + "_weight"); });
    };
    write("replicate_weights_household.csv", [&](std::ostream& csv) {
        write_household_replicates(inputs, files.chain.plan, result, replicates.household, csv);
    });
    write_code("household");
    if (!inputs.person || !result.chain.weighs_persons()) return;
    write("replicate_weights_person.csv",
          [&](std::ostream& csv) { write_person_replicates(inputs, result, replicates.person, csv); });
    write_code("person");
}

void replicate_and_compare(Context& context, const WeightFiles& files, const WeightingInputs& inputs,
                           const WeightingResult& result, const Write& write, Diagnostics& faults) {
    const auto design = chain_design(files.chain.plan, inputs, result.units, files.seed, faults);
    if (!design) return;
    ErrorComparison comparison(files.chain.plan, result.units, result.chain, faults);
    if (faults.has_errors()) return;
    Replicated replicates;
    if (design->factors) {
        replicates = take_replicates(context, files, result.chain, *design, comparison);
        tell_replicates(context, *design, replicates.chain);
        if (files.chain.plan.write_replicates) write_replicates(files, inputs, result, *design, replicates, write);
    }
    if (files.chain.plan.compare.empty()) return;
    const Table errors = comparison.table(*design, replicates.chain.coefficients);
    write("weights_errors.csv", [&](std::ostream& csv) { csv << to_csv(errors); });
    tell_errors(context, errors);
}

void override_files(const Options& options, WeightFiles& files) {
    if (options.has("sample")) files.chain.sample = options.value("sample");
    if (options.has("household")) files.chain.household = options.value("household");
    if (options.has("person")) files.chain.person = options.value("person");
}

void run_weight(Context& context) {
    Diagnostics faults;
    WeightFiles files = context.options.has("plan") ? from_plan(context, faults) : from_study(context, faults);
    faults.throw_if_errors();
    override_files(context.options, files);
    const WeightingInputs inputs = read_inputs(files.chain, nullptr, context.inputs, faults);
    faults.throw_if_errors();
    const WeightingResult result = weigh(files.chain.plan, inputs, faults);
    faults.throw_if_errors();
    Outputs outputs(files.chain.out);
    std::vector<std::string> names;
    const auto write = [&](const std::string& name, std::string text) {
        outputs.write(name, std::move(text));
        names.push_back(name);
    };
    write("weights.csv", to_csv(weights_table(files.chain.plan, inputs, result)));
    if (const auto persons = person_weights_table(files.chain.plan, inputs, result))
        write("weights_persons.csv", to_csv(*persons));
    const Table audit = audit_table(result.audit), rates = outcome_rate_table(files.chain.plan, result.units),
                response = response_table(files.chain.plan, result.units, faults);
    write("weights_audit.csv", to_csv(audit));
    if (rates.width() > 0) write("outcome_rates.csv", to_csv(rates));
    if (response.width() > 0) write("response.csv", to_csv(response));
    tell(context, result.audit);
    replicate_and_compare(
        context, files, inputs, result,
        [&](const std::string& name, const auto& bytes) {
            outputs.write(name, bytes);
            names.push_back(name);
        },
        faults);
    faults.throw_if_errors();
    write("weights.html", page_of(files, result, audit, rates, response));
    context.commit(outputs, names);
    for (const Diagnostic& item : faults.items()) context.report(item);
}

}  // namespace

Verb weight_verb() {
    return {.name = "weight",
            .summary = "weights from selection, nonresponse and population totals",
            .manual =
                "Multiplies the base weights step by step and records each step.\n\n"
                "With a study:  cifra weight study.yaml\n"
                "With files:    cifra weight --plan weighting.yaml --sample sample.csv --household household.csv\n"
                "                   --person person.csv --out results\n\n"
                "weighting:\n"
                "  groups:\n"
                "    age_group: [{code: 18-39, when: age < 40}, {code: 40+, when: age >= 40}]\n"
                "  steps:\n"
                "    - {step: household_nonresponse, cells: [region, area]}\n"
                "    - {step: person_selection, cap: 5}\n"
                "    - {step: person_poststratification, cells: [region, sex, age_group], benchmarks: people.csv}\n\n"
                "Every key and formula stands in estimation/weighting/README.md.",
            .reads = "sample.csv, household.csv, person.csv, benchmark files",
            .writes =
                "weights.csv (a row per drawn dwelling), weights_persons.csv (where all persons of a household are "
                "weighed), weights_audit.csv (a row per step and cell), weights.html; outcome_rates.csv, "
                "response.csv, replicate_weights_household.csv, replicate_weights_person.csv (each with a .txt of code "
                "that "
                "declares it in R, Stata, SUDAAN and SAS), weights_errors.csv",
            .options = {{"plan", "the weighting section in a file of its own, without a study", false},
                        {"sample", "the drawn dwellings, in place of the plan's file", false},
                        {"household", "the coded households, in place of the plan's file", false},
                        {"person", "the coded persons, in place of the plan's file", false}},
            .run = run_weight,
            .applies = [](const Study& study) { return study.root.find("weighting") != nullptr; }};
}

}  // namespace cifra
