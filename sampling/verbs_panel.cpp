#include "sampling/verbs_panel.h"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>

#include "engine/csv.h"
#include "engine/design_columns.h"
#include "sampling/rotation/panel.h"
#include "sampling/rotation/panel_plan.h"

namespace cifra {

namespace {

namespace names = design_columns;

CsvOptions columns(std::vector<std::string> texts, const std::vector<std::string>& numbers) {
    CsvOptions options;
    for (const std::string& name : texts) options.types[name] = ColumnType::text;
    for (const std::string& name : numbers) options.types[name] = ColumnType::number;
    options.columns = std::move(texts);
    options.columns.insert(options.columns.end(), numbers.begin(), numbers.end());
    return options;
}

CsvOptions psu_columns(const PsuSamplePlan& plan) {
    std::vector<std::string> texts = plan.strata, numbers;
    texts.emplace_back(names::psu);
    for (const std::string& name : {plan.size, plan.start_column})
        if (!name.empty()) numbers.push_back(name);
    CsvOptions options = columns(texts, numbers);
    for (const char* name : {"from_wave", "to_wave"}) {
        options.optional_columns.emplace_back(name);
        options.types[name] = ColumnType::number;
    }
    return options;
}

class Reader {
public:
    Reader(Context& context, const Study& study, const Section& section)
        : context_(context), study_(study), section_(section) {}

    Table read(const std::string& named, const char* usual, const CsvOptions& options, Diagnostics& faults) {
        if (named.empty() && !usual) return {};
        const std::filesystem::path file =
            named.empty() ? study_.out / usual : resolve(section_.directory, named, study_.out);
        context_.inputs.push_back(file);
        return read_csv(file, options, faults);
    }

private:
    Context& context_;
    const Study& study_;
    const Section& section_;
};

PanelFiles read_files(Reader& reader, const PanelPlan& plan, Diagnostics& faults) {
    const std::vector<std::string> sample_numbers = {names::psu_count, names::psu_population, names::psu_probability,
                                                     names::certainty};
    CsvOptions frame = columns({names::dwelling, names::psu}, {}), births = frame;
    frame.columns.insert(frame.columns.end(), plan.keep.begin(), plan.keep.end());
    CsvOptions dwellings = columns({names::dwelling}, {});
    const CsvOptions other = dwellings;
    for (CsvOptions* options : {&births, &dwellings}) {
        options->optional_columns = {"wave"};
        options->types["wave"] = ColumnType::number;
    }
    PanelFiles files;
    if (plan.psu_sample)
        files.psus = reader.read(plan.psu_sample->frame, nullptr, psu_columns(*plan.psu_sample), faults);
    else
        files.sample =
            reader.read(plan.sample, "sample.csv", columns({names::stratum, names::psu}, sample_numbers), faults);
    files.dwellings = reader.read(plan.dwellings, "country/frame_dwelling.csv", frame, faults);
    files.births = reader.read(plan.births, nullptr, births, faults);
    files.deaths = reader.read(plan.deaths, nullptr, dwellings, faults);
    files.other = reader.read(plan.coordination.file, nullptr, other, faults);
    faults.throw_if_errors();
    return files;
}

void run_panel(Context& context) {
    Diagnostics faults;
    const Study study = context.study();
    const Section section = read_section(study, "panel", faults);
    faults.throw_if_errors();
    if (!section.present())
        fail_input({study.file.string(), 0, 0}, "no-plan", "the study has no section 'panel'",
                   "add 'panel: {pattern: ncvs, waves: 4}'");
    if (section.file != study.file) context.inputs.push_back(section.file);
    const PanelPlan plan = read_panel_plan(section.value, faults);
    faults.throw_if_errors();
    Reader reader(context, study, section);
    const PanelFiles files = read_files(reader, plan, faults);
    const Panel panel = make_panel(plan, files, study.seed, faults);
    faults.throw_if_errors();
    for (const Diagnostic& note : faults.items()) context.report(note);
    Outputs out(study.out);
    out.write("panel.csv", to_csv(panel.visits, digits17));
    out.write("panel_waves.csv", to_csv(panel.waves, digits17));
    out.write("panel_months.csv", to_csv(panel.months));
    out.write("panel_psus.csv", to_csv(panel.psus));
    context.commit(out, {"panel.csv", "panel_waves.csv", "panel_months.csv", "panel_psus.csv"});
    context.say(fmt::format("{} visits planned in {} waves", panel.visits.rows(), panel.waves.rows()));
}

}  // namespace

Verb panel_verb() {
    return {
        "panel",
        "plan the visits of a drawn sample over several waves",
        "Needs the section 'panel', the sample of 'draw' (its PSUs are the master sample) and the frame of dwellings."
        "\nMakes panel.csv (one row a visit, with the design columns and weight of its wave), panel_waves.csv,\n"
        "panel_months.csv (balance of the months) and panel_psus.csv (PSUs whose lists end).\n"
        "Example: cifra panel study.yaml",
        "study.yaml [panel], sample.csv, frame_dwelling.csv",
        "panel.csv, panel_waves.csv, panel_months.csv, panel_psus.csv",
        {},
        run_panel,
        [](const Study& study) { return study.root.find("panel") != nullptr; }};
}

}  // namespace cifra
