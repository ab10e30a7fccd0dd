#include "sampling/job.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {

namespace {

Job job_without_study(const Context& context) {
    const std::string& language = context.options.language;
    return {{},
            {},
            context.options.out.value_or("out"),
            context.options.seed.value_or(1),
            language.empty() ? "en" : language};
}

Job job_from_study(Context& context, std::string_view name, Diagnostics& faults) {
    const Study study = context.study();
    const Section section = read_section(study, name, faults);
    if (section.present() && section.file != study.file) context.inputs.push_back(section.file);
    return {section.value, section.directory, study.out, study.seed,
            study.languages.empty() ? "en" : study.languages.front()};
}

}  // namespace

Job find_job(Context& context, std::string_view section, bool plan_needed) {
    Diagnostics faults;
    Job job = context.options.input.empty() ? job_without_study(context) : job_from_study(context, section, faults);
    if (context.options.has("plan")) {
        const std::filesystem::path file = context.options.value("plan");
        job.plan = read_yaml(file, faults);
        job.directory = file.parent_path();
        context.inputs.push_back(file);
    }
    faults.throw_if_errors();
    if (plan_needed && job.plan.is_null())
        fail_input({context.options.input.string(), 0, 0}, "no-plan", "there is no sample plan",
                   fmt::format("name a study with the section '{}', or --plan FILE", section));
    return job;
}

void report_all(Context& context, const Diagnostics& notes) {
    for (const Diagnostic& note : notes.items())
        if (note.severity != Severity::error) context.report(note);
}

void say_table(Context& context, const Table& table, std::size_t most) {
    std::vector<std::size_t> widths;
    const std::size_t rows = std::min(table.rows(), most);
    const auto text = [&](std::size_t column, std::size_t row) {
        const Column& cells = table.column(column);
        return cells.is_number() && cells.present(row) ? fmt::format("{:.6g}", cells.number(row)) : cells.cell(row);
    };
    for (std::size_t c = 0; c < table.width(); ++c) {
        widths.push_back(table.names()[c].size());
        for (std::size_t r = 0; r < rows; ++r) widths[c] = std::max(widths[c], text(c, r).size());
    }
    const auto line = [&](const auto& cell) {
        std::string words;
        for (std::size_t c = 0; c < table.width(); ++c)
            words += table.column(c).is_number() ? fmt::format("{:>{}}  ", cell(c), widths[c])
                                                 : fmt::format("{:<{}}  ", cell(c), widths[c]);
        words.erase(words.find_last_not_of(' ') + 1);
        context.say(words);
    };
    line([&](std::size_t c) { return table.names()[c]; });
    for (std::size_t r = 0; r < rows; ++r) line([&](std::size_t c) { return text(c, r); });
    if (rows < table.rows()) context.say(fmt::format("... and {} more rows", table.rows() - rows));
}

SamplePlan plan_of(const Job& job) {
    Diagnostics faults;
    SamplePlan plan = read_plan(job.plan, faults);
    faults.throw_if_errors();
    return plan;
}

void missing_part(const Job& job, const char* key, const char* remedy) {
    fail_input(job.plan.where, "missing-key", fmt::format("the sample plan needs the key '{}'", key), remedy);
}

bool has_section(const Study& study, std::string_view name, std::string_view key) {
    Diagnostics faults;
    const Section section = read_section(study, name, faults);
    return faults.has_errors() || (section.present() && (key.empty() || section.value.find(key) != nullptr));
}

VerbOption plan_option() { return {"plan", "YAML file of the plan, when there is no study", false}; }

}  // namespace cifra
