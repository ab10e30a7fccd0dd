// What a verb of the program is: its words for --help, its options, and the function that runs it on files.
//
// A verb throws InputError (input is wrong: exit 2) or Refusal (the data or numbers refuse: exit 1); anything else is a
// fault of ours (exit 3). It writes through Outputs, so a failed run leaves every previous file whole. The library
// never prints: a verb speaks through Context::say and Context::progress, which the program shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/study.h"

namespace cifra {

enum class ExitCode { done = 0, refused = 1, bad_input = 2, fault = 3 };

inline constexpr std::string_view version = "0.1.0";

// An option of one verb beside the common --out --seed --threads --language --data --dry-run.
struct VerbOption {
    std::string name;  // without dashes: "design"
    std::string help;
    bool flag = false;  // true: takes no value; present means "1"
};

struct Options {
    std::filesystem::path input;                     // study.yaml, or the file the verb works on; may be empty
    std::vector<std::filesystem::path> more_inputs;  // after the first, of a verb that takes several
    std::optional<std::filesystem::path> out;
    std::optional<std::filesystem::path> data;  // folder that holds the microdata, instead of the study's own
    std::optional<std::uint64_t> seed;
    std::optional<int> threads;
    std::string language;  // "": the study's first
    bool dry_run = false;
    std::map<std::string, std::string> values;  // VerbOption name → value, only those given
    bool has(const std::string& name) const { return values.contains(name); }
    std::string value(const std::string& name, std::string fallback = {}) const;
};

// Files of a run, written to temporary names beside their places and renamed together by commit(). Without commit the
// temporaries, and folders made for them, are removed and what stood there before stays.
class Outputs {
public:
    explicit Outputs(std::filesystem::path directory);
    ~Outputs();
    Outputs(const Outputs&) = delete;
    Outputs& operator=(const Outputs&) = delete;
    void write(const std::string& name, std::string_view bytes);  // name relative to the directory
    void write(const std::string& name, const std::function<void(std::ostream&)>& bytes);
    void commit();
    const std::filesystem::path& directory() const { return directory_; }

private:
    std::filesystem::path directory_;
    std::vector<std::pair<std::filesystem::path, std::filesystem::path>> pending_;  // temporary, final
    std::vector<std::filesystem::path> made_;  // folders, the deepest first
};

struct Context {
    Options options;
    std::function<void(const std::string&)> say = [](const std::string&) {};   // a line for the user
    std::function<void(const Diagnostic&)> report = [](const Diagnostic&) {};  // warnings and notes
    std::function<void(std::string_view what, double share)> progress = [](std::string_view, double) {};
    std::vector<std::filesystem::path> inputs, outputs;    // for the manifest; a verb appends what it read and wrote
    std::map<std::filesystem::path, std::string> digests;  // XXH3-128 of inputs that were read as a stream
    // Sections of the study that the verb asked for.
    std::shared_ptr<std::set<std::string>> asked = std::make_shared<std::set<std::string>>();

    // The study named by options.input with --out --seed --threads --language --data applied; throws InputError.
    Study study();
    // Commits and notes the outputs for the manifest, or does nothing under --dry-run.
    void commit(Outputs& files, const std::vector<std::string>& names);
};

struct Verb {
    std::string name;
    std::string summary;        // one line
    std::string manual;         // what it needs, what it makes, an example
    std::string reads, writes;  // files, for --help
    std::vector<VerbOption> options;
    std::function<void(Context&)> run;
    // Whether `cifra run` takes this verb for a study: its section is there.
    std::function<bool(const Study&)> applies = [](const Study&) { return false; };
    bool several_inputs = false;
    std::string out = "folder of the results, instead of the study's";  // what --out names
};

}  // namespace cifra
