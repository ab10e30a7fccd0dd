// Answers from the field, checked against the instrument that asked them, as tables of households, persons and
// incidents.
//
// In: answers_household.csv, answers_roster.csv, answers_person.csv, answers_incident.csv, one column per question of
// the unit (columns and keys: questionnaires/README.md). Every household is walked along its route (route.h) and every
// departure is reported with file, line, column and rule, never with the answer. Nothing is repaired.
//
// Rules of an answer: those of parse_answer (answer.h), and
//   asked-but-empty     on the path, but without an answer          answered-off-route   not on the path, but answered
//   require             a hard constraint is false          confirm, inform (warnings)   a soft constraint is false
// Rules of records:
//   missing-key, duplicate-key, bad-line, unknown-crime, unknown-outcome
//   orphan-record       no household, its interview is not complete, or nobody was interviewed
//   count-mismatch      the number of roster lines, or of a crime's incident forms, is not the one announced
//   broken-sequence     lines or ordinals are not 1, 2, 3, ...
//   missing-person      somebody is eligible, but no person has a row
//   not-eligible        the person interviewed is not one of the eligible
//   wrong-person        the person interviewed is not the one selected by the sample's selection number
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/codebook.h"
#include "engine/table.h"
#include "questionnaires/coding.h"
#include "questionnaires/instrument.h"
#include "questionnaires/linked_files.h"

namespace cifra {

struct AnswerTables {
    Table household, roster, person, incident;  // all columns text
    std::set<std::string> earlier{};            // households here of which an earlier block has a row
    const Table& of(Unit unit) const;
    Table& of(Unit unit);
};

// The four files of a folder, read household by household in blocks (linked_files.h). Faults: missing-column for each
// question without one, and those of reading CSV; a column that no question has is a warning, unknown-column. An absent
// file is a fault only if it has a module.
class AnswerFiles {
public:
    AnswerFiles(const std::filesystem::path& folder, const Instrument& instrument, Diagnostics& faults,
                std::size_t households_of_a_block = 500);
    std::optional<AnswerTables> next(Diagnostics& faults);  // nothing at the end, or after a fault of the headers
    const std::vector<std::filesystem::path>& files() const { return names_; }
    double share() const { return files_ ? files_->share() : 1; }

private:
    std::vector<Unit> units_;
    std::vector<std::filesystem::path> names_;
    std::optional<LinkedFiles> files_;
    std::size_t households_ = 0;  // rows of the household file so far
};

// All of them at once.
AnswerTables read_answers(const std::filesystem::path& folder, const Instrument& instrument, Diagnostics& faults);

struct Violation {
    bool hard = true;
    std::string file;
    std::size_t line = 0;
    std::string column, rule, message;
    bool operator==(const Violation&) const = default;
};

struct Responses {
    Table household, roster, person, incident;
    Codebook codebook;
    std::vector<Violation> violations;  // by file in the order of units, line, column
    std::size_t hard_violations() const;
};

struct ResponseOptions {
    Coding coding = {};                               // without rules: the instrument's own
    std::map<std::string, double> selection_numbers;  // household -> selection number; empty: not checked
    std::string language = "en";                      // of messages
    bool with_pii = false;                            // true: questions that identify persons stay in the tables
};

// Coded tables: the answers as they stand, plus
//   household  persons, eligible
//   and the computed questions of each unit: truths as 1 yes, 2 no
//   person     outcome, eligible, pi_3 = 1/eligible, and the roster's answers of the line
//   incident   victim_unit, offence, iccs, times, series (1 yes, 2 no), series_count, status (1 in the reference period
//              as far as its month says; to be left out of estimates: 2 outside it, 3 told already, in another form or
//              at the last interview, which the first answer of the question with role `duplicate`, or of the one
//              that bounds by the previous wave, says); where there is a hierarchy, secondary_offences and
//              secondary_iccs: what other rules give, joined by blanks (coding.h)
//   -1 where an interview broken off (outcome 5) did not reach the question
//   and for each code of a multiple question a column `name_code`: 1 mentioned, 2 not.
// The tables of blocks, one after another, are those of the whole; violations are then in order within each file.
Responses check_responses(const Instrument& instrument, const AnswerTables& answers,
                          const ResponseOptions& options = {});

Table violations_table(const std::vector<Violation>& violations);

// The variables of the four coded tables, with labels, categories and kinds of missing.
Codebook response_codebook(const Instrument& instrument, bool with_pii = false);

}  // namespace cifra
