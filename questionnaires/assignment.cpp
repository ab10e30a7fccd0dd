#include "questionnaires/assignment.h"

#include <fmt/format.h>
#include <algorithm>

#include "questionnaires/check.h"

namespace cifra {
namespace {

bool is_library(const std::string& name) { return name.starts_with("library:"); }

bool is_study(const std::filesystem::path& file) {
    if (is_library(file.string())) return false;
    Diagnostics ignored;
    return read_yaml(file, ignored).find("study") != nullptr;
}

Instrument load(Context& context, const std::string& name, const std::filesystem::path& directory,
                Diagnostics& faults) {
    if (!is_library(name)) context.inputs.push_back(resolve(directory, name));
    return load_instrument(name, directory, faults);
}

Instrument instrument_of(Context& context, const Study& study, Diagnostics& faults) {
    const YamlValue* value = ask_section(study, "instrument");
    if (!value || value->is_null()) {
        faults.error({study.file.string(), 1, 1}, "missing-key", "the study has no instrument",
                     "add 'instrument: library:victimization_core'");
        return {};
    }
    if (value->is_scalar()) return load(context, value->scalar, study.directory, faults);
    Fields fields(*value, faults, "'instrument'");
    const std::string use = fields.required_text("use");
    const YamlValue* period = fields.get("period");
    fields.finish();
    Instrument instrument;
    if (!use.empty()) instrument = load(context, use, study.directory, faults);
    if (period) instrument.period = read_period(*period, faults);
    return instrument;
}

void choose_languages(Assignment& assignment, const Options& options) {
    const auto& known = assignment.instrument.languages;
    const auto has = [&](const std::string& language) {
        return std::find(known.begin(), known.end(), language) != known.end();
    };
    if (assignment.study) {
        for (const std::string& language : assignment.study->languages)
            if (has(language)) assignment.languages.push_back(language);
    }
    if (assignment.languages.empty()) assignment.languages = known;
    if (options.language.empty()) return;
    if (!has(options.language))
        fail_input({assignment.instrument.source, 0, 0}, "unknown-language",
                   fmt::format("the instrument has no texts in '{}'", options.language),
                   suggestion(options.language, known));
    assignment.languages = {options.language};
}

}  // namespace

void report_warnings(Context& context, const Diagnostics& faults) {
    for (const Diagnostic& fault : faults.items())
        if (fault.severity != Severity::error) context.report(fault);
}

Assignment read_assignment(Context& context) {
    const Options& options = context.options;
    if (options.input.empty())
        fail_input({}, "no-instrument", "no study or instrument was given",
                   "name a study.yaml, an instrument.yaml or library:victimization_core");
    Diagnostics faults;
    Assignment assignment;
    if (is_study(options.input)) {
        assignment.study = context.study();
        assignment.out = assignment.study->out;
        assignment.seed = assignment.study->seed;
        assignment.instrument = instrument_of(context, *assignment.study, faults);
    } else {
        assignment.out = options.out.value_or(".");
        assignment.seed = options.seed.value_or(1);
        assignment.instrument = load(context, options.input.string(), {}, faults);
    }
    faults.throw_if_errors();
    report_warnings(context, faults);
    choose_languages(assignment, options);
    return assignment;
}

Section section_of(const Assignment& assignment, std::string_view name, Diagnostics& faults) {
    return assignment.study ? read_section(*assignment.study, name, faults) : Section{};
}

}  // namespace cifra
