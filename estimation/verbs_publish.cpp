#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "engine/csv.h"
#include "engine/web_script.h"
#include "estimation/publishing/forms.h"
#include "estimation/publishing/words.h"
#include "estimation/verbs.h"

namespace cifra {

namespace {

Table read_estimates(const std::filesystem::path& file, Context& context, Diagnostics& faults) {
    CsvOptions options;
    for (const char* name : {"table", "indicator", "domain", "period", "quality", "notices", "weight_set"})
        options.types[name] = ColumnType::text;
    context.inputs.push_back(file);
    return read_csv(file, options, faults);
}

void warn_about_languages(const Publication& publication, Context& context) {
    for (const std::string& language : publication.languages)
        if (std::find(page_languages().begin(), page_languages().end(), language) == page_languages().end())
            context.report({Severity::warning,
                            {},
                            "unknown-language",
                            fmt::format("the fixed words of the page do not exist in '{}'", language),
                            "titles and labels are in it, the fixed words in English"});
}

std::string read_bytes(const std::filesystem::path& file, Context& context, Diagnostics& faults) {
    context.inputs.push_back(file);
    std::ifstream stream(file, std::ios::binary);
    if (!stream) faults.error({file.string(), 0, 0}, "cannot-read", "the file cannot be read", "see that it exists");
    return {std::istreambuf_iterator<char>(stream), {}};
}

void add_report_files(Published& published, Context& context, Diagnostics& faults) {
    const std::optional<MapPlan>& plan = published.plan.map;
    if (plan) {
        const std::string bytes = read_bytes(plan->file, context, faults);
        if (!faults.has_errors()) published.map = parse_map(bytes, *plan, faults);
        if (!faults.has_errors()) check_map(*published.map, published.rows, *plan, faults);
    }
    const auto bundle = find_web_script("charts.js", context.options.value("web"));
    if (!bundle)
        context.report(
            {Severity::note,
             {},
             "no-chart-bundle",
             "the report has drawn charts: there is no charts.js",
             "engine/program/web/install.sh makes it; --web or CIFRA_WEB names another folder that holds it"});
    else
        published.chart_bundle = read_bytes(*bundle, context, faults);
}

// Earlier verbs leave their tables in the out folder; a study without a step has none.
QualityTables read_quality_tables(const Publication& plan, Context& context, Diagnostics& faults) {
    QualityTables tables;
    const std::pair<const char*, Table*> files[] = {{"weights_audit.csv", &tables.audit},
                                                    {"outcome_rates.csv", &tables.outcome_rates},
                                                    {"response.csv", &tables.response},
                                                    {"imputation.csv", &tables.imputation}};
    for (const auto& [name, table] : files) {
        const std::filesystem::path file = plan.estimates.parent_path() / name;
        if (!std::filesystem::exists(file)) continue;
        context.inputs.push_back(file);
        *table = read_csv(file, {}, faults);
    }
    if (!plan.quality_report.previous.empty())
        tables.previous = read_estimates(plan.quality_report.previous, context, faults);
    return tables;
}

// Throws on errors; shows the rest.
void settle(Context& context, Diagnostics& faults) {
    faults.throw_if_errors();
    for (const Diagnostic& diagnostic : faults.items()) context.report(diagnostic);
    faults = {};
}

void run_publish(Context& context) {
    Diagnostics faults;
    const Publication plan = read_publication(context, faults);
    faults.throw_if_errors();
    const Table estimates = read_estimates(plan.estimates, context, faults);
    faults.throw_if_errors();
    RuleSets rules(plan.texts.quality);
    const std::vector<PublishedRow> rows = published_rows(estimates, plan.rows, rules, faults);
    faults.throw_if_errors();
    warn_about_languages(plan, context);
    Published published{plan, rows, rules, {}};
    for (const std::string& language : plan.languages) {
        PageOptions options = plan.options;
        options.language = language;
        published.pages.push_back(build_page(rows, plan.texts, options, rules));
    }
    const auto takes = [&](const char* form) {
        return std::find(plan.forms.begin(), plan.forms.end(), form) != plan.forms.end();
    };
    if (takes("report")) add_report_files(published, context, faults);
    if (takes("sims")) published.quality = read_quality_tables(plan, context, faults);
    settle(context, faults);
    Outputs outputs(plan.out);
    std::vector<std::string> names;
    for (const std::string& form : plan.forms)
        for (const PublishedFile& file : publish_form(form, published, faults)) {
            outputs.write(file.name, file.bytes);
            names.push_back(file.name);
        }
    settle(context, faults);
    context.commit(outputs, names);
    context.say(fmt::format("{} estimates -> {}", estimates.rows(), (plan.out / names.front()).string()));
}

}  // namespace

Verb publish_verb() {
    return {
        .name = "publish",
        .summary = "the estimates as a page to read: tables, intervals, charts, notes",
        .manual =
            "Writes one self-contained HTML page and a workbook from the long table of estimates; with 'forms' also\n"
            "a report with choices and maps, tables for papers, charts as files, JSON, SDMX and a quality report.\n\n"
            "With a study:  cifra publish study.yaml\n"
            "With a file:   cifra publish out/estimates.csv --tables tables.yaml --language es --out out\n\n"
            "Titles and labels come from the table file and the codebooks in the out folder; without them the ids\n"
            "stand. Every key of the section 'publish' is explained in estimation/publishing/README.md.",
        .reads = "estimates.csv; the table file and codebooks for titles and labels",
        .writes =
            "tables.html and tables.xlsx, and tables.LANGUAGE.html and .xlsx for every further language;\n"
            "report.html, tables.tex, tables.md, charts/*.svg, estimates.json, sdmx.csv, quality_report.html",
        .options = {{"estimates", "the file of estimates, without a study", false},
                    {"tables", "table file with titles and labels, without a study", false},
                    {"codebook", "codebook with labels, without a study", false},
                    {"forms", "forms, with commas, without a study: html,xlsx,report", false},
                    {"web", "folder of charts.js, for the charts of the report", false}},
        .run = run_publish,
        .applies = [](const Study& study) {
            return study.root.find("publish") != nullptr || study.root.find("estimation") != nullptr;
        }};
}

}  // namespace cifra
