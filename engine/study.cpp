#include "engine/study.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/language.h"
#include "engine/manifest.h"

namespace cifra {

const std::vector<std::string>& study_sections() {
    static const std::vector<std::string> names = {"synthetic", "sampling",  "panel",     "instrument", "behaviour",
                                                   "burden",    "interview", "responses", "weighting",  "estimation",
                                                   "publish",   "rehearsal", "records"};
    return names;
}

namespace {

int read_threads(Fields& fields, Diagnostics& faults) {
    constexpr std::int64_t most = 1024;
    const std::int64_t threads = fields.integer("threads", 0);
    if (threads >= 0 && threads <= most) return static_cast<int>(threads);
    faults.error(fields.get("threads")->where, "out-of-range", fmt::format("'threads' must lie in 0 .. {}", most),
                 "0 takes all cores");
    return 0;
}

}  // namespace

Study read_study(const std::filesystem::path& file, Diagnostics& faults) {
    Study study;
    study.file = file;
    study.directory = file.parent_path();
    study.root = read_yaml(file, faults);
    if (study.root.is_null() && faults.has_errors()) return study;
    Fields fields(study.root, faults, "the study");
    study.name = fields.required_text("study");
    study.title = fields.labels("title");
    const std::int64_t seed = fields.integer("seed", 1);
    if (seed < 0)
        faults.error(study.root.find("seed")->where, "out-of-range", "'seed' must not be negative",
                     "write a whole number from 0");
    study.seed = static_cast<std::uint64_t>(seed);
    study.threads = read_threads(fields, faults);
    if (const YamlValue* languages = fields.get("languages")) {
        study.languages = fields.texts("languages");
        check_languages(study.languages, languages->where, faults);
    }
    if (study.languages.empty()) study.languages = {"en"};
    study.out = resolve(study.directory, fields.text("out", "out"));
    for (const std::string& section : study_sections()) fields.get(section);
    fields.finish();
    return study;
}

namespace {

void write_plain(const YamlValue& value, std::string& text) {
    text += fmt::format("{}{}{}:{}", static_cast<int>(value.kind), value.quoted ? "q" : "", value.scalar.size(),
                        value.scalar);
    for (const YamlValue& item : value.items) write_plain(item, text);
    for (const YamlValue::Entry& entry : value.entries) {
        text += fmt::format("k{}:{}", entry.first.size(), entry.first);
        write_plain(entry.second, text);
    }
    text += ';';
}

}  // namespace

const YamlValue* ask_section(const Study& study, std::string_view name) {
    study.asked->insert(std::string(name));
    return study.root.find(name);
}

std::string section_digest(const Study& study, std::string_view name) {
    std::string text;
    for (const YamlValue::Entry& entry : study.root.entries) {
        const bool is_section = std::ranges::find(study_sections(), entry.first) != study_sections().end();
        if (name.empty() ? is_section : entry.first != name) continue;
        text += fmt::format("k{}:{}", entry.first.size(), entry.first);
        write_plain(entry.second, text);
    }
    return sha256(text);
}

Section read_section(const Study& study, std::string_view name, Diagnostics& faults) {
    const YamlValue* value = ask_section(study, name);
    if (!value || value->is_null()) return {};
    const bool is_file = value->is_scalar() && value->scalar.ends_with(".yaml");
    if (!is_file) return {*value, study.directory, study.file};
    const std::filesystem::path file = resolve(study.directory, value->scalar);
    return {read_yaml(file, faults), file.parent_path(), file};
}

std::filesystem::path resolve(const std::filesystem::path& directory, const std::string& path,
                              const std::filesystem::path& out) {
    if (path.starts_with("$out/")) return (out / path.substr(5)).lexically_normal();
    const std::filesystem::path given(path);
    return (given.is_absolute() ? given : directory / given).lexically_normal();
}

}  // namespace cifra
