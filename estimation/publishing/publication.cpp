#include "estimation/publishing/publication.h"

#include <fmt/format.h>

#include <algorithm>

#include "estimation/publishing/forms.h"

namespace cifra {

namespace {

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
    const std::vector<std::string> known = publication_forms(), forms = texts_of(value, faults, "'forms'");
    for (const std::string& form : forms)
        if (std::find(known.begin(), known.end(), form) == known.end())
            faults.error(value.where, "unknown-choice", fmt::format("'{}' is no form of publication", form),
                         fmt::format("forms are {}", fmt::join(known, ", ")));
    return forms;
}

// "report,json" as the list of a section.
YamlValue forms_option(const std::string& text) {
    YamlValue list;
    list.kind = YamlValue::Kind::list;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        YamlValue& form = list.items.emplace_back();
        form.kind = YamlValue::Kind::scalar;
        form.scalar = text.substr(begin, end - begin);
        begin = end + 1;
    }
    return list;
}

MapPlan read_map_plan(const YamlValue& value, const std::filesystem::path& directory, Diagnostics& faults) {
    Fields fields(value, faults, "map");
    MapPlan plan{resolve(directory, fields.required_text("file")), fields.required_text("key"), ""};
    plan.variable = fields.text("variable", plan.key);
    fields.finish();
    return plan;
}

void read_report(const YamlValue& value, const Section& section, Publication& publication, Diagnostics& faults) {
    QualityReportPlan& plan = publication.quality_report;
    plan = read_quality_report(value, faults);
    if (!plan.previous.empty()) plan.previous = resolve(section.directory, plan.previous).string();
}

// SDMX needs to be told its codes.
void check_sdmx(const Publication& publication, Diagnostics& faults) {
    const std::vector<std::string>& forms = publication.forms;
    if (std::find(forms.begin(), forms.end(), "sdmx") != forms.end() && !publication.sdmx)
        faults.error({publication.estimates.string(), 0, 0}, "missing-key", "the form 'sdmx' has no section 'sdmx'",
                     "estimation/publishing/sdmx/README.md tells its keys");
}

void read_publish_section(const Section& section, Publication& publication, Context& context, Diagnostics& faults) {
    Fields fields(section.value, faults, "publish");
    PageTexts& texts = publication.texts;
    texts.title = fields.labels("title");
    texts.subtitle = fields.labels("subtitle");
    texts.source = fields.labels("source");
    texts.note = fields.labels("note");
    texts.methods = fields.labels("methods");
    if (const YamlValue* value = fields.get("confidentiality")) publication.confidentiality = *value;
    publication.rows.tables = fields.texts("tables");
    publication.rows.hide = fields.texts("hide");
    publication.options.charts = fields.boolean("charts", true);
    if (fields.has("languages")) publication.languages = fields.texts("languages");
    if (fields.has("forms")) publication.forms = read_forms(*fields.get("forms"), faults);
    if (fields.has("estimates")) publication.estimates = resolve(section.directory, fields.text("estimates"));
    for (const std::string& file : fields.texts("codebook"))
        add_codebook(resolve(section.directory, file), publication, context, faults);
    for (const std::string& file : fields.texts("rules"))
        add_rules(resolve(section.directory, file), publication, context, faults);
    if (const YamlValue* map = fields.get("map")) publication.map = read_map_plan(*map, section.directory, faults);
    if (const YamlValue* sdmx = fields.get("sdmx")) publication.sdmx = read_sdmx_plan(*sdmx, faults);
    if (const YamlValue* report = fields.get("quality_report")) read_report(*report, section, publication, faults);
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

// The map of the system that keeps the records, where the study has one.
std::filesystem::path system_map_of(const Study& study, Diagnostics& faults) {
    const Section section = read_section(study, "records", faults);
    const YamlValue* file = section.value.find("system");
    return file && file->is_scalar() ? resolve(section.directory, file->scalar, study.out) : std::filesystem::path();
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
    publication.system = system_map_of(study, faults);
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
    if (options.has("forms")) publication.forms = read_forms(forms_option(options.value("forms")), faults);
    if (options.has("tables")) add_table_file(options.value("tables"), publication, context, faults);
    if (options.has("codebook")) add_codebook(options.value("codebook"), publication, context, faults);
    add_codebooks_of(publication.estimates.parent_path(), publication, context, faults);
    if (publication.texts.title.empty()) publication.texts.title[""] = publication.estimates.stem().string();
    return publication;
}

}  // namespace

Publication read_publication(Context& context, Diagnostics& faults) {
    const bool alone = context.options.has("estimates") || context.options.input.extension() == ".csv";
    Publication publication = alone ? from_files(context, faults) : from_study(context, faults);
    check_sdmx(publication, faults);
    return publication;
}

}  // namespace cifra
