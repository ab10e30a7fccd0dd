#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "engine/csv.h"
#include "engine/web_script.h"
#include "estimation/publishing/confidential_pages.h"
#include "estimation/publishing/forms.h"
#include "estimation/publishing/words.h"
#include "estimation/records/system_page.h"
#include "estimation/verbs.h"

namespace cifra {

namespace {

Table read_estimates(const std::filesystem::path& file, Context& context, Diagnostics& faults) {
    CsvOptions options;
    for (const char* name : {"table", "indicator", "domain", "period", "quality", "notices", "weight_set"})
        options.types[name] = ColumnType::text;
    for (const char* name : {"estimate", "se", "cv", "lower", "upper", "level", "df", "deff", "n", "n_cases", "n_eff"})
        options.types[name] = ColumnType::number;
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

void add_system_map(Published& published, Context& context, Diagnostics& faults) {
    context.inputs.push_back(published.plan.system);
    const SystemMap map = read_system_map(published.plan.system, faults);
    if (faults.has_errors()) return;
    for (std::size_t k = 0; k < published.pages.size(); ++k) {
        const std::string& language = published.pages[k].language;
        const std::string anchor = fmt::format("l{}-system", k + 1);
        published.chapters.push_back(
            {{anchor, system_title(map, language), system_chapter(map, language, anchor, language + "-contents")}});
    }
}

void add_report_files(Published& published, Context& context, Diagnostics& faults) {
    const std::optional<MapPlan>& plan = published.plan.map;
    if (plan) {
        const std::string bytes = read_bytes(plan->file, context, faults);
        if (!faults.has_errors()) published.map = parse_map(bytes, *plan, faults);
        if (!faults.has_errors()) check_map(*published.map, published.rows, *plan, faults);
    }
    if (!published.plan.system.empty()) add_system_map(published, context, faults);
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

// One view of the estimates in every form and language of its plan.
struct View {
    const Publication& plan;
    const Table& estimates;
    std::string folder;                  // "" or ends in "/"
    const Disclosure* report = nullptr;  // a last section of the pages tells of it
};

bool takes(const Publication& plan, const char* form) {
    return std::find(plan.forms.begin(), plan.forms.end(), form) != plan.forms.end();
}

void write_view(const View& view, Context& context, Outputs& outputs, std::vector<std::string>& names) {
    Diagnostics faults;
    RuleSets rules(view.plan.texts.quality);
    const std::vector<PublishedRow> rows = published_rows(view.estimates, view.plan.rows, rules, faults);
    faults.throw_if_errors();
    Published published{view.plan, rows, rules, {}};
    for (const std::string& language : view.plan.languages) {
        PageOptions options = view.plan.options;
        options.language = language;
        published.pages.push_back(build_page(rows, view.plan.texts, options, rules));
        if (view.report && view.report->report.rows() > 0)
            published.pages.back().sections.push_back(disclosure_section(*view.report, view.plan.texts, language));
    }
    if (takes(view.plan, "report")) add_report_files(published, context, faults);
    if (takes(view.plan, "sims")) published.quality = read_quality_tables(view.plan, context, faults);
    settle(context, faults);
    for (const std::string& form : view.plan.forms)
        for (const PublishedFile& file : publish_form(form, published, faults)) {
            names.push_back(view.folder + file.name);
            outputs.write(names.back(), file.bytes);
        }
    settle(context, faults);
}

std::set<std::string> totals_of(const PageTexts& texts) {
    std::set<std::string> totals;
    for (const auto& [id, indicator] : texts.indicators)
        if (indicator.total) totals.insert(id);
    return totals;
}

Disclosure disclosure_of(const Table& estimates, const Publication& plan, const ConfidentialityPlan& protection) {
    Diagnostics faults;
    const auto quality = estimates.find("quality");
    const Column labels = quality ? quality->as_text() : Column();
    const auto hidden = [&](std::size_t row) { return quality && hides(plan.rows.hide, labels.text(row)); };
    Disclosure disclosure = protect(estimates, protection, hidden, faults);
    faults.throw_if_errors();
    return disclosure;
}

// The full tables, marked as internal, and only in the forms that people read.
Publication internal_plan(Publication plan) {
    plan.texts = internal_texts(plan.texts, plan.languages);
    plan.rows.hide.clear();
    std::erase_if(plan.forms, [](const std::string& form) { return form != "html" && form != "xlsx"; });
    return plan;
}

// The public files from the masked estimates alone; the full ones and the report in a folder of their own.
void write_protected(const Table& estimates, const Publication& plan, Context& context, Outputs& outputs,
                     std::vector<std::string>& names) {
    Diagnostics faults;
    const ConfidentialityPlan protection = read_confidentiality(plan.confidentiality, totals_of(plan.texts), faults);
    faults.throw_if_errors();
    const Disclosure disclosure = disclosure_of(estimates, plan, protection);
    Publication open = plan;
    open.texts = rounded_texts(plan.texts, protection, plan.languages);
    write_view({open, disclosure.published, "", nullptr}, context, outputs, names);
    write_view({internal_plan(plan), disclosure.full, "internal/", &disclosure}, context, outputs, names);
    const std::pair<const char*, const Table*> files[] = {{"estimates_public.csv", &disclosure.published},
                                                          {"internal/disclosure.csv", &disclosure.report}};
    for (const auto& [name, table] : files) {
        outputs.write(name, to_csv(*table, digits17));
        names.emplace_back(name);
    }
    context.say(
        fmt::format("kept back: {} sensitive, {} complementary ({:.1f} % of the weight{}), {} that would reveal "
                    "them, {} imprecise",
                    disclosure.sensitive, disclosure.complementary, 100 * disclosure.lost,
                    disclosure.proven ? ", the least possible" : "", disclosure.follows, disclosure.quality));
}

void run_publish(Context& context) {
    Diagnostics faults;
    const Publication plan = read_publication(context, faults);
    faults.throw_if_errors();
    const Table estimates = read_estimates(plan.estimates, context, faults);
    faults.throw_if_errors();
    warn_about_languages(plan, context);
    Outputs outputs(plan.out);
    std::vector<std::string> names;
    if (plan.confidentiality.is_null())
        write_view({plan, estimates, "", nullptr}, context, outputs, names);
    else
        write_protected(estimates, plan, context, outputs, names);
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
            "report.html, tables.tex, tables.md, charts/*.svg, estimates.json, sdmx.csv, quality_report.html;\n"
            "under 'confidentiality' also estimates_public.csv, and internal/ with the full tables and disclosure.csv",
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
