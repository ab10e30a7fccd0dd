#include "engine/program/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/manifest.h"

namespace cifra {

namespace {

std::vector<ManifestFile> receipts(const std::vector<std::filesystem::path>& files, const std::filesystem::path& base,
                                   const std::map<std::filesystem::path, std::string>& digests) {
    std::vector<ManifestFile> result;
    for (const std::filesystem::path& file : files) {
        const auto known = digests.find(file);
        result.push_back(manifest_file(file, base, known == digests.end() ? "" : known->second));
    }
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    const auto same = [](const auto& a, const auto& b) { return a.path == b.path; };
    result.erase(std::unique(result.begin(), result.end(), same), result.end());
    return result;
}

}  // namespace

void run_study(Context& context, const std::vector<Verb>& verbs) {
    const Study study = context.study();
    std::vector<const Verb*> steps;
    for (const Verb& verb : verbs)
        if (verb.applies(study)) steps.push_back(&verb);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        context.say(fmt::format("[{}/{}] {}: {}", i + 1, steps.size(), steps[i]->name, steps[i]->summary));
        steps[i]->run(context);
    }
}

void write_manifest(const Context& context, const std::string& verb) {
    if (context.outputs.empty()) return;
    Manifest manifest;
    manifest.version = version;
    manifest.verb = verb;
    std::filesystem::path directory = context.outputs.front().parent_path();
    std::filesystem::path base = directory;
    if (context.options.input.extension() == ".yaml") {
        Diagnostics faults;
        const Study study = read_study(context.options.input, faults);
        base = study.directory;
        manifest.seed = context.options.seed.value_or(study.seed);
        directory = context.options.out.value_or(study.out);
    }
    // What an earlier step of the same run wrote is not an input of the run.
    std::vector<std::filesystem::path> inputs = context.inputs;
    std::erase_if(inputs, [&](const auto& file) {
        return std::any_of(context.outputs.begin(), context.outputs.end(),
                           [&](const auto& made) { return made.lexically_normal() == file.lexically_normal(); });
    });
    manifest.inputs = receipts(inputs, base, context.digests);
    manifest.outputs = receipts(context.outputs, base, {});
    Outputs files(directory);
    files.write(verb == "run" ? "manifest.json" : fmt::format("manifest_{}.json", verb), to_json(manifest));
    files.commit();
}

}  // namespace cifra
