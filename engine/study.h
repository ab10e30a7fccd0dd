// study.yaml: the file that holds the life of one survey. Each section is left whole for the module that owns it; a
// section may stand in the file or be the path of a YAML file of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"

namespace cifra {

struct Study {
    std::filesystem::path file;       // as given
    std::filesystem::path directory;  // of the file; relative paths of the study start here
    std::string name;
    Labels title;
    std::uint64_t seed = 1;
    int threads = 0;  // 0: all cores
    std::vector<std::string> languages{"en"};
    std::filesystem::path out;  // folder of results, default "out" beside the study
    YamlValue root;
    // The sections that were asked for: what a step of a run depends on besides the head and its files.
    std::shared_ptr<std::set<std::string>> asked = std::make_shared<std::set<std::string>>();
};

// Names of the sections a study may hold, in the order of the survey's life.
const std::vector<std::string>& study_sections();

Study read_study(const std::filesystem::path& file, Diagnostics& faults);

// The value of a section as it stands in the study, nullptr when absent; notes that it was asked for.
const YamlValue* ask_section(const Study& study, std::string_view name);

// What a section says, whatever its layout and comments: hexadecimal digits. "" stands for the head of the study, all
// that is no section.
std::string section_digest(const Study& study, std::string_view name);

// A section's value: the map in the study, or the content of the file it names. Null when absent. Its places carry the
// file they stand in; `section_directory` is the folder its own relative paths start from.
struct Section {
    YamlValue value;
    std::filesystem::path directory;
    std::filesystem::path file;
    bool present() const { return !value.is_null(); }
};
Section read_section(const Study& study, std::string_view name, Diagnostics& faults);

// `path` if absolute, else below `directory`; a path that begins with "$out/" lies below `out`, the folder of results.
std::filesystem::path resolve(const std::filesystem::path& directory, const std::string& path,
                              const std::filesystem::path& out = {});

}  // namespace cifra
