#include "engine/command.h"

#include <fmt/format.h>

#include <fstream>

namespace cifra {

std::string Options::value(const std::string& name, std::string fallback) const {
    const auto found = values.find(name);
    if (found != values.end()) return found->second;
    return fallback;
}

Outputs::Outputs(std::filesystem::path directory) : directory_(std::move(directory)) {}

Outputs::~Outputs() {
    std::error_code ignored;
    for (const auto& [temporary, place] : pending_) std::filesystem::remove(temporary, ignored);
    for (const std::filesystem::path& folder : made_) std::filesystem::remove(folder, ignored);  // where it is empty
}

void Outputs::write(const std::string& name, std::string_view bytes) {
    write(name, [&](std::ostream& stream) { stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); });
}

void Outputs::write(const std::string& name, const std::function<void(std::ostream&)>& bytes) {
    const std::filesystem::path place = directory_ / name;
    const std::filesystem::path temporary = place.string() + ".new";
    std::error_code error;
    for (auto folder = place.parent_path(); !folder.empty() && !std::filesystem::exists(folder, error);
         folder = folder.parent_path())
        made_.push_back(folder);
    if (!place.parent_path().empty()) std::filesystem::create_directories(place.parent_path(), error);
    if (error && !std::filesystem::is_directory(place.parent_path()))
        fail_input({place.parent_path().string(), 0, 0}, "cannot-write", "the folder cannot be made",
                   "a file may stand in its place, or it may not be written: choose another --out");
    pending_.emplace_back(temporary, place);
    std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
    bytes(stream);
    stream.close();
    if (!stream)
        fail_input({place.string(), 0, 0}, "cannot-write", "the file cannot be written",
                   "check the folder's permissions and the free space, or choose another --out");
}

void Outputs::commit() {
    for (const auto& [temporary, place] : pending_) std::filesystem::rename(temporary, place);
    pending_.clear();
}

Study Context::study() {
    if (options.input.empty()) fail_input({}, "no-study", "no study file was given", "name it: cifra VERB study.yaml");
    Diagnostics faults;
    Study study = read_study(options.input, faults);
    faults.throw_if_errors();
    study.asked = asked;
    if (options.out) study.out = *options.out;
    if (options.seed) study.seed = *options.seed;
    if (options.threads) study.threads = *options.threads;
    if (!options.language.empty()) {
        std::erase(study.languages, options.language);
        study.languages.insert(study.languages.begin(), options.language);
    }
    inputs.push_back(options.input);
    return study;
}

void Context::commit(Outputs& files, const std::vector<std::string>& names) {
    if (options.dry_run) return;
    files.commit();
    for (const std::string& name : names) outputs.push_back(files.directory() / name);
}

}  // namespace cifra
