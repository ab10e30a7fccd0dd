// Interviews exported as tables: one of interviews, and one for each repeat or roster, linked by a key.
//
//                     interviews                 repeats
//   ODK Central       KEY                        PARENT_KEY         columns GROUP-QUESTION
//   KoboToolbox       _index, record _uuid       _parent_index      columns QUESTION or GROUP/QUESTION, ; allowed
//   Survey Solutions  interview__id              interview__id      tab-separated; ROSTER__id is the line; a multiple
//                                                                   question is one column 0/1 per code, NAME__CODE
//
// The files of a folder (*.csv, *.tab, *.tsv) are told apart by the questions in their headers, read by name, never by
// position; a file without a question is passed over. An empty cell is a question that was not asked: the tables of
// ODK and Kobo cannot tell it from one left blank. Survey Solutions can: -999999999 and ##N/A## are left blank.
// Where everyone of the household is interviewed, the persons are a table of their own, with `selected_line`, and
// incidents have `person_line`; their PARENT_KEY begins with the KEY of the interview, and tables linked by
// _parent_index are refused.
// Interviews come one by one, in blocks whatever the size of the files (linked_files.h).
#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "questionnaires/linked_files.h"
#include "questionnaires/returns/submission.h"

namespace cifra {

class ExportTables {
public:
    // Faults: no-interviews where no table holds interviews, missing-key for one without a column that links it,
    // second-table for two with the questions of one unit, and those of reading CSV.
    ExportTables(const std::filesystem::path& folder, const ReturnShape& shape, Diagnostics& faults);

    std::optional<Submission> next(Diagnostics& faults);  // nothing at the end
    // Records whose interview is in no table, since the last call.
    std::vector<SubmissionFinding> take_orphans() { return std::exchange(orphans_, {}); }
    const std::vector<std::filesystem::path>& files() const { return names_; }
    double share() const { return linked_ ? linked_->share() : 1; }

private:
    // What a column is for.
    struct ColumnUse {
        enum class Kind : std::uint8_t { ignored, cell, mention, about, record_key, owner_key, line };
        Kind kind = Kind::ignored;
        std::string name, code;  // without its group; code of a mention
        Unit unit = Unit::household;
        std::size_t cell = 0;  // among the questions of the unit
    };
    struct ExportTable {
        Unit unit = Unit::household;  // household: the interviews
        std::filesystem::path file;
        std::vector<std::string> header;
        std::vector<ColumnUse> uses;
        std::string key;
    };

    std::optional<ExportTable> table_of(const std::filesystem::path& file, Diagnostics& faults) const;
    ColumnUse use_of(const std::string& column) const;
    bool read_block(Diagnostics& faults);
    Submission interview(const Table& table, std::size_t row) const;
    void add_records(const ExportTable& described, const Table& table, std::vector<Submission>& interviews,
                     const std::vector<std::string>& owners);

    const ReturnShape& shape_;
    std::vector<ExportTable> tables_;
    std::vector<std::filesystem::path> names_;
    std::optional<LinkedFiles> linked_;
    std::deque<Submission> ready_;
    std::vector<SubmissionFinding> orphans_;
};

}  // namespace cifra
