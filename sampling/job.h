// What the verbs of this wing have in common: where their plan comes from, and how they show a table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/command.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "sampling/plan.h"

namespace cifra {

// What a verb works on: a section of a study, or the plan file of --plan.
struct Job {
    YamlValue plan;
    std::filesystem::path directory;  // relative paths of the plan start here
    std::filesystem::path out;
    std::uint64_t seed = 1;
    std::string language = "en";
};

// The section of the study, or the file of --plan, which replaces it. Throws InputError, also where a plan is needed
// and there is none.
Job find_job(Context& context, std::string_view section, bool plan_needed);

// Throws InputError with all faults of the plan.
SamplePlan plan_of(const Job& job);

[[noreturn]] void missing_part(const Job& job, const char* key, const char* remedy);

// Warnings and notes.
void report_all(Context& context, const Diagnostics& notes);

// The table as lines of aligned words, at most so many rows.
void say_table(Context& context, const Table& table, std::size_t most);

// Whether the study has the section, and in it the key (empty: any). A section that cannot be read counts as there, so
// that the run reports why.
bool has_section(const Study& study, std::string_view name, std::string_view key);

VerbOption plan_option();

}  // namespace cifra
