#include "engine/program/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "engine/manifest.h"

namespace cifra {

namespace {

constexpr const char* run_manual =
    "Runs the verbs whose section the study holds, from synthesize to publish, and writes manifest.json: the\n"
    "hash of every input and output, the seed and the version, in all and by step.\n\n"
    "A step whose files, sections of the study, seed, language and program are those of the last run is not\n"
    "carried out again; nor is one that a stopped run had finished.\n\n"
    "  cifra run study.yaml              what has to be done\n"
    "  cifra run study.yaml --explain    which steps that would be and why; does nothing\n"
    "  cifra run study.yaml --force      every step";

constexpr const char* verify_manual =
    "Computes the hash of every file that a manifest names and tells those that are missing or are not the same.\n\n"
    "  cifra verify study.yaml                the manifest of its last run\n"
    "  cifra verify out/manifest_draw.json    that of one verb";

using Path = std::filesystem::path;

std::vector<ManifestFile> receipts(const std::vector<Path>& files, const Path& base,
                                   const std::map<Path, std::string>& digests) {
    std::vector<ManifestFile> result;
    for (const Path& file : files) {
        const auto known = digests.find(file);
        result.push_back(manifest_file(file, base, known == digests.end() ? "" : known->second));
    }
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    const auto same = [](const auto& a, const auto& b) { return a.path == b.path; };
    result.erase(std::unique(result.begin(), result.end(), same), result.end());
    return result;
}

bool names(const std::vector<Path>& files, const Path& file) {
    return std::any_of(files.begin(), files.end(),
                       [&](const Path& other) { return other.lexically_normal() == file.lexically_normal(); });
}

std::string folder_from(const Path& from, const Path& to) {
    std::error_code error;
    const Path way = std::filesystem::relative(to.empty() ? "." : to, from.empty() ? "." : from, error);
    return error ? to.generic_string() : way.generic_string();
}

void write_file(const Path& directory, const std::string& name, const Manifest& manifest) {
    Outputs files(directory);
    files.write(name, to_json(manifest));
    files.commit();
}

// One run of a study, step by step.
class Run {
public:
    Run(Context& context, const std::vector<Verb>& verbs) : context_(context), study_(context.study()) {
        for (const Verb& verb : verbs)
            if (verb.applies(study_)) steps_.push_back(&verb);
        Diagnostics none;
        std::error_code error;
        if (std::filesystem::exists(file(), error)) last_ = read_manifest(file(), none).value_or(Manifest{});
    }

    void carry_out() {
        const bool explain = context_.options.has("explain");
        bool stale = false;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            const Verb& step = *steps_[i];
            const std::string why = reason(step);
            // What a step that is only explained would write is not known: later ones may or may not need it.
            const std::string head = fmt::format("[{}/{}] {}: ", i + 1, steps_.size(), step.name);
            if (why.empty()) {
                context_.say(head + (stale ? "up to date, unless a step before it changes its files" : "up to date"));
                keep(*receipt_of(step.name));
            } else if (explain) {
                context_.say(head + why);
                stale = true;
            } else {
                context_.say(fmt::format("{}{} ({})", head, step.summary, why));
                keep(done(step));
                if (!context_.options.dry_run) write();
            }
        }
    }

private:
    Path file() const { return study_.out / "manifest.json"; }

    const StepReceipt* receipt_of(const std::string& verb) const {
        const auto found =
            std::find_if(last_.steps.begin(), last_.steps.end(), [&](const auto& step) { return step.verb == verb; });
        return found == last_.steps.end() ? nullptr : &*found;
    }

    std::string setting(const std::string& name) const {
        if (name == "seed") return std::to_string(study_.seed);
        if (name == "language") return context_.options.language;
        if (name == "data") return context_.options.data ? context_.options.data->generic_string() : "";
        return section_digest(study_, name == "head" ? "" : name);
    }

    // Why a step has to be carried out; "" where it need not.
    std::string reason(const Verb& step) const {
        const StepReceipt* last = receipt_of(step.name);
        if (context_.options.has("force")) return "forced";
        if (!last) return "not done yet";
        if (last_.version != version) return fmt::format("done by cifra {}", last_.version);
        for (const auto& [name, value] : last->settings)
            if (setting(name) != value)
                return name == "head" ? "the head of the study has changed" : fmt::format("'{}' has changed", name);
        for (const auto* files : {&last->inputs, &last->outputs})
            for (const ManifestFile& file : *files) {
                const ReceiptState state = state_of(file, study_.directory);
                if (state != ReceiptState::same)
                    return fmt::format("{} {}", file.path,
                                       state == ReceiptState::missing ? "is missing" : "has changed");
            }
        return {};
    }

    StepReceipt done(const Verb& step) {
        Context own = context_;
        own.inputs.clear();
        own.outputs.clear();
        own.digests.clear();
        own.asked = std::make_shared<std::set<std::string>>();
        step.run(own);
        StepReceipt receipt{.verb = step.name, .settings = {}, .inputs = {}, .outputs = {}};
        for (const char* name : {"seed", "language", "data", "head"}) receipt.settings[name] = setting(name);
        for (const std::string& section : *own.asked) receipt.settings[section] = setting(section);
        std::erase_if(own.inputs, [&](const Path& file) {
            return names(own.outputs, file) || file.lexically_normal() == study_.file.lexically_normal();
        });
        receipt.inputs = receipts(own.inputs, study_.directory, own.digests);
        receipt.outputs = receipts(own.outputs, study_.directory, {});
        return receipt;
    }

    void keep(StepReceipt receipt) { done_.push_back(std::move(receipt)); }

    // The whole: what no step wrote is an input of the run. Receipts of steps still to come stand as they were.
    void write() const {
        Manifest manifest{
            .version = std::string(version), .verb = "run", .seed = study_.seed, .inputs = {}, .outputs = {}};
        manifest.folder = folder_from(study_.out, study_.directory);
        manifest.inputs.push_back(manifest_file(study_.file, study_.directory));
        manifest.steps = done_;
        if (last_.version == version)
            for (std::size_t i = done_.size(); i < steps_.size(); ++i)
                if (const StepReceipt* old = receipt_of(steps_[i]->name)) manifest.steps.push_back(*old);
        for (const StepReceipt& step : done_)
            manifest.outputs.insert(manifest.outputs.end(), step.outputs.begin(), step.outputs.end());
        for (const StepReceipt& step : done_)
            for (const ManifestFile& input : step.inputs)
                if (std::none_of(manifest.outputs.begin(), manifest.outputs.end(),
                                 [&](const ManifestFile& made) { return made.path == input.path; }))
                    manifest.inputs.push_back(input);
        write_file(study_.out, "manifest.json", manifest);
    }

    Context& context_;
    Study study_;
    std::vector<const Verb*> steps_;
    Manifest last_;
    std::vector<StepReceipt> done_;
};

Path manifest_of(Context& context) {
    const Path& input = context.options.input;
    if (input.extension() != ".yaml")
        return input.empty() ? context.options.out.value_or("out") / "manifest.json" : input;
    return context.study().out / "manifest.json";
}

void verify(Context& context) {
    const Path file = manifest_of(context);
    Diagnostics faults;
    const auto manifest = read_manifest(file, faults);
    faults.throw_if_errors();
    const Path base = file.parent_path() / manifest->folder;
    std::size_t files = 0, other = 0;
    for (const auto& [word, list] : {std::pair("input", &manifest->inputs), std::pair("output", &manifest->outputs)})
        for (const ManifestFile& receipt : *list) {
            const ReceiptState state = state_of(receipt, base);
            ++files;
            other += state != ReceiptState::same;
            if (state != ReceiptState::same)
                context.say(fmt::format("{} ({}): {}", receipt.path, word,
                                        state == ReceiptState::missing ? "missing" : "not the same"));
        }
    if (other > 0)
        throw Refusal(fmt::format("{} of {} files are not those of {}", other, files, file.generic_string()));
    context.say(fmt::format("{} files are those of {}", files, file.generic_string()));
}

}  // namespace

Verb run_verb(std::vector<Verb> steps) {
    return {.name = "run",
            .summary = "every step of the study that has to be done, in order",
            .manual = run_manual,
            .reads = "study.yaml and what its sections name",
            .writes = "everything its steps write, and manifest.json",
            .options = {{"explain", "tell which steps have to be done and why, and do nothing", true},
                        {"force", "every step, whether or not anything changed", true}},
            .run = [steps = std::move(steps)](Context& context) { Run(context, steps).carry_out(); },
            .applies = [](const Study&) { return false; }};
}

Verb verify_verb() {
    return {.name = "verify",
            .summary = "whether all files are those of a manifest",
            .manual = verify_manual,
            .reads = "manifest.json and the files it names",
            .writes = "nothing",
            .options = {},
            .run = verify,
            .applies = [](const Study&) { return false; }};
}

void write_manifest(const Context& context, const std::string& verb) {
    if (context.outputs.empty()) return;
    Manifest manifest{.version = std::string(version), .verb = verb, .seed = 0, .inputs = {}, .outputs = {}};
    Path directory = context.outputs.front().parent_path();
    Path base = directory;
    if (context.options.input.extension() == ".yaml") {
        Diagnostics faults;
        const Study study = read_study(context.options.input, faults);
        base = study.directory;
        manifest.seed = context.options.seed.value_or(study.seed);
        directory = context.options.out.value_or(study.out);
    }
    std::vector<Path> inputs = context.inputs;
    std::erase_if(inputs, [&](const Path& file) { return names(context.outputs, file); });
    manifest.folder = folder_from(directory, base);
    manifest.inputs = receipts(inputs, base, context.digests);
    manifest.outputs = receipts(context.outputs, base, {});
    write_file(directory, fmt::format("manifest_{}.json", verb), manifest);
}

}  // namespace cifra
