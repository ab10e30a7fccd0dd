// The map of a crime and justice system: which institution keeps which records of which stages and variables, by which
// identifiers and code lists, what they exchange, when they publish, and how mature all this is. Every key is explained
// in SYSTEM.md.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/records/flow_stage.h"

namespace cifra {

struct SystemInstitution {
    std::string id;
    Labels name, role;
    Location where;
};

struct SystemIdentifier {
    std::string id, of;  // of: event, case, person, victim, suspect, prisoner
    Labels name;
};

struct SystemCodeList {
    std::string id, version;
    Labels name, keeper;
};

struct SystemVariable {
    std::string name, code_list;  // code_list: "" for none
};

struct SystemExchange {
    std::string to;  // institution
    Labels means;
    std::string frequency;
    std::vector<std::string> identifiers;
    Location where;
};

// A file, register or system of records.
struct SystemRecords {
    std::string id, institution;
    Labels name;
    std::vector<FlowStage> stages;
    std::vector<std::string> identifiers;
    std::vector<SystemVariable> variables;
    std::string frequency;                               // of publication; "": none is published
    std::optional<double> lag;                           // days from the end of the period to publication
    std::optional<double> mapped_codes, mapped_records;  // shares with a code of the ICCS
    std::vector<SystemExchange> exchanges;
    Location where;
};

inline constexpr int highest_maturity = 3;  // 0 absent, 1 begun, 2 in place, 3 sustained

struct MaturityAnswer {
    std::string item;  // of the checklist
    int level = 0;
    Labels evidence;
    Location where;
};

struct SystemMap {
    Labels title, note;
    std::vector<SystemInstitution> institutions;
    std::vector<SystemIdentifier> identifiers;
    std::vector<SystemCodeList> code_lists;
    std::vector<SystemRecords> records;
    std::vector<MaturityAnswer> answers;
};

// The shipped checklist of the way to a system of statistics, by chapters: our words, along the contents of ECLAC 2022,
// Reference framework for security and criminal justice statistics (LC/CEA.11/15).
struct ChecklistItem {
    std::string id, chapter;  // chapter: I to VI
    Labels chapter_title, text;
};
const std::vector<ChecklistItem>& system_checklist();

// The shipped glossary, in every language of the pages: our words.
struct GlossaryTerm {
    Labels term, meaning;
};
const std::vector<GlossaryTerm>& system_glossary();

// Faults, all at once: those of yaml.h, duplicate-id, unknown-institution, unknown-identifier, unknown-code-list,
// exchange-with-itself, identifier-not-held (of an exchange, by the records that send or by any of the institution that
// receives), unknown-item, duplicate-answer, level-without-evidence (above 0), out-of-range. Warnings:
// institution-without-records, stages-not-told.
SystemMap read_system_map(const std::filesystem::path& file, Diagnostics& faults);

}  // namespace cifra
