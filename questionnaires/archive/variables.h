// The variables of the coded files as an archive describes them: name, label, question, universe, categories, missing.
//
// The files and their columns are those that `code` writes, in its order (response_tables.h), so that a description
// cannot name a column that is not there.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/codebook.h"
#include "questionnaires/instrument.h"

namespace cifra {

struct ArchiveVariable {
    Variable variable;                // of the codebook: type, label, categories, missing codes
    Labels question, instruction;     // as asked, with the reference period filled in; empty where none asks for it
    std::string universe;             // condition under which it is asked; "": everyone of the file
    std::string iccs;                 // class of the crime it screens for, or ""
    std::optional<double> low, high;  // range of valid answers
};

struct ArchiveFile {
    std::string name;  // "household.csv"
    Labels what;       // what a row is
    std::vector<ArchiveVariable> variables;
};

std::vector<ArchiveFile> archive_files(const Instrument& instrument);

// The label in a language, or in the source language, or the name; at most `most` characters.
std::string variable_label(const ArchiveVariable& variable, const Instrument& instrument, const std::string& language,
                           std::size_t most = 255);
// The label of a kind of missing in a language (English where the language is neither en nor es).
std::string missing_label(Missing kind, const std::string& language);

}  // namespace cifra
