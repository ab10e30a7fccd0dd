#include <fmt/format.h>

#include <algorithm>

#include "engine/csv.h"
#include "estimation/publishing/annex.h"
#include "estimation/publishing/html.h"
#include "estimation/publishing/words.h"
#include "estimation/verbs.h"

namespace cifra {

namespace {

struct Publication {
    std::filesystem::path estimates, out;
    std::vector<std::string> languages;
    std::vector<std::string> forms = {"html", "xlsx"};
    PageTexts texts;
    PageOptions options;
};

void add_codebook(const std::filesystem::path& file, Publication& publication, Context& context, Diagnostics& faults) {
    context.inputs.push_back(file);
    const YamlValue value = read_yaml(file, faults);
    const YamlValue* variables = value.find("variables");
    if (!variables) return;
    Codebook codebook = read_codebook(*variables, faults);
    for (Variable& variable : codebook.variables) publication.texts.codebook.variables.push_back(std::move(variable));
}

// Earlier verbs leave their labels in the out folder; they are used where they are.
void add_codebooks_of(const std::filesystem::path& out, Publication& publication, Context& context,
                      Diagnostics& faults) {
    for (const char* name : {"estimates_codebook.yaml", "codebook.yaml"})
        if (std::filesystem::exists(out / name)) add_codebook(out / name, publication, context, faults);
}

void add_table_file(const std::filesystem::path& file, Publication& publication, Context& context,
                    Diagnostics& faults) {
    context.inputs.push_back(file);
    read_table_texts(read_yaml(file, faults), publication.texts, faults);
}

void read_decimals(const YamlValue& map, PageTexts& texts, Diagnostics& faults) {
    for (const auto& [indicator, value] : map.entries) {
        const std::int64_t decimals = integer_of(value, faults, "'decimals'");
        if (decimals < 0 || decimals > 15)
            faults.error(value.where, "out-of-range", "'decimals' must lie between 0 and 15", "for example 1");
        else
            texts.indicators[indicator].decimals = static_cast<int>(decimals);
    }
}

void add_rules(const std::filesystem::path& file, Publication& publication, Context& context, Diagnostics& faults) {
    context.inputs.push_back(file);
    publication.texts.quality.push_back(read_quality_rules(read_yaml(file, faults), faults));
}

std::vector<std::string> read_forms(const YamlValue& value, Diagnostics& faults) {
    const std::vector<std::string> known = {"html", "xlsx"}, forms = texts_of(value, faults, "'forms'");
    for (const std::string& form : forms)
        if (std::find(known.begin(), known.end(), form) == known.end())
            faults.error(value.where, "unknown-choice", fmt::format("'{}' is no form of publication", form),
                         fmt::format("write {}", fmt::join(known, " or ")));
    return forms;
}

void read_publish_section(const Section& section, Publication& publication, Context& context, Diagnostics& faults) {
    Fields fields(section.value, faults, "publish");
    PageTexts& texts = publication.texts;
    texts.title = fields.labels("title");
    texts.subtitle = fields.labels("subtitle");
    texts.source = fields.labels("source");
    texts.note = fields.labels("note");
    publication.options.tables = fields.texts("tables");
    publication.options.hide = fields.texts("hide");
    publication.options.charts = fields.boolean("charts", true);
    if (fields.has("languages")) publication.languages = fields.texts("languages");
    if (fields.has("forms")) publication.forms = read_forms(*fields.get("forms"), faults);
    if (fields.has("estimates")) publication.estimates = resolve(section.directory, fields.text("estimates"));
    for (const std::string& file : fields.texts("codebook"))
        add_codebook(resolve(section.directory, file), publication, context, faults);
    for (const std::string& file : fields.texts("rules"))
        add_rules(resolve(section.directory, file), publication, context, faults);
    if (const YamlValue* decimals = fields.get("decimals")) read_decimals(*decimals, texts, faults);
    fields.finish();
}

// The estimation's table file, in the study or beside it, has the titles and labels.
void read_estimation_texts(const Study& study, Publication& publication, Context& context, Diagnostics& faults) {
    const Section section = read_section(study, "estimation", faults);
    const YamlValue* tables = section.value.find("tables");
    if (!tables) return;
    if (tables->is_scalar())
        add_table_file(resolve(section.directory, tables->scalar), publication, context, faults);
    else
        read_table_texts(*tables, publication.texts, faults);
}

Publication from_study(Context& context, Diagnostics& faults) {
    const Study study = context.study();
    Publication publication;
    publication.out = study.out;
    publication.estimates = study.out / "estimates.csv";
    publication.languages = study.languages;
    const Section section = read_section(study, "publish", faults);
    if (section.present()) read_publish_section(section, publication, context, faults);
    if (publication.texts.title.empty()) publication.texts.title = study.title;
    read_estimation_texts(study, publication, context, faults);
    add_codebooks_of(study.out, publication, context, faults);
    if (publication.texts.title.empty()) publication.texts.title[""] = study.name;
    if (!context.options.language.empty()) publication.languages = {context.options.language};
    return publication;
}

Publication from_files(Context& context, Diagnostics& faults) {
    const Options& options = context.options;
    Publication publication;
    publication.estimates =
        options.has("estimates") ? std::filesystem::path(options.value("estimates")) : options.input;
    publication.out = options.out.value_or("out");
    publication.languages = {options.language.empty() ? "en" : options.language};
    if (options.has("tables")) add_table_file(options.value("tables"), publication, context, faults);
    if (options.has("codebook")) add_codebook(options.value("codebook"), publication, context, faults);
    add_codebooks_of(publication.estimates.parent_path(), publication, context, faults);
    if (publication.texts.title.empty()) publication.texts.title[""] = publication.estimates.stem().string();
    return publication;
}

Table read_estimates(const std::filesystem::path& file, Context& context, Diagnostics& faults) {
    CsvOptions options;
    for (const char* name : {"table", "indicator", "domain", "period", "quality", "notices", "weight_set"})
        options.types[name] = ColumnType::text;
    context.inputs.push_back(file);
    return read_csv(file, options, faults);
}

std::string file_name(const std::vector<std::string>& languages, std::size_t i, std::string_view form) {
    return i == 0 ? fmt::format("tables.{}", form) : fmt::format("tables.{}.{}", languages[i], form);
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

void run_publish(Context& context) {
    Diagnostics faults;
    const bool alone = context.options.has("estimates") || context.options.input.extension() == ".csv";
    Publication publication = alone ? from_files(context, faults) : from_study(context, faults);
    faults.throw_if_errors();
    const Table estimates = read_estimates(publication.estimates, context, faults);
    faults.throw_if_errors();
    warn_about_languages(publication, context);
    Outputs outputs(publication.out);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < publication.languages.size(); ++i) {
        PageOptions options = publication.options;
        options.language = publication.languages[i];
        for (std::size_t j = 0; j < publication.languages.size(); ++j)
            if (j != i)
                options.siblings.emplace_back(publication.languages[j], file_name(publication.languages, j, "html"));
        const Page page = build_page(estimates, publication.texts, options, faults);
        faults.throw_if_errors();
        for (const std::string& form : publication.forms) {
            names.push_back(file_name(publication.languages, i, form));
            const std::filesystem::path scratch = publication.out / (names.back() + ".part");
            outputs.write(names.back(), form == "html" ? to_html(page, options) : annex_bytes(page, scratch));
        }
    }
    context.commit(outputs, names);
    context.say(fmt::format("{} estimates -> {}", estimates.rows(), (publication.out / names.front()).string()));
}

}  // namespace

Verb publish_verb() {
    return {.name = "publish",
            .summary = "the estimates as a page to read: tables, intervals, charts, notes",
            .manual =
                "Writes one self-contained HTML page and a workbook from the long table of estimates.\n\n"
                "With a study:  cifra publish study.yaml\n"
                "With a file:   cifra publish out/estimates.csv --tables tables.yaml --language es --out out\n\n"
                "Titles and labels come from the table file and the codebooks in the out folder; without them the ids\n"
                "stand. Every key of the section 'publish' is explained in estimation/publishing/README.md.",
            .reads = "estimates.csv; the table file and codebooks for titles and labels",
            .writes = "tables.html and tables.xlsx, and tables.LANGUAGE.html and .xlsx for every further language",
            .options = {{"estimates", "the file of estimates, without a study", false},
                        {"tables", "table file with titles and labels, without a study", false},
                        {"codebook", "codebook with labels, without a study", false}},
            .run = run_publish,
            .applies = [](const Study& study) {
                return study.root.find("publish") != nullptr || study.root.find("estimation") != nullptr;
            }};
}

}  // namespace cifra
