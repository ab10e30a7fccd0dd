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
// Where everyone of the household is interviewed, the persons are a table of their own, with `selected_line`, and an
// incident is of the person whose row its key names: in a table of ODK the person's KEY, of KoboToolbox her _index,
// unless _parent_table_name says that the table hangs on the interviews, as that of the persons does. An incident may
// say its `person_line` itself; it must where its key is the interview's, and must agree with the person's elsewhere.
// The order of the rows means nothing: a roster line that does not say its number has the place that its own KEY or
// _index gives it among those of its interview.
// Interviews come one by one, in blocks whatever the size of the files (linked_files.h).
#pragma once

#include <deque>
#include <filesystem>
#include <map>
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
    // missing-table for incidents that name rows of a table of persons that is not there, second-table for two with the
    // questions of one unit, and those of reading CSV.
    ExportTables(const std::filesystem::path& folder, const ReturnShape& shape, Diagnostics& faults);

    std::optional<Submission> next(Diagnostics& faults);  // nothing at the end
    // Records whose interview or person is in no table, since the last call.
    std::vector<SubmissionFinding> take_orphans() { return std::exchange(orphans_, {}); }
    const std::vector<std::filesystem::path>& files() const { return names_; }
    double share() const { return linked_ ? linked_->share() : 1; }

private:
    // What a column is for.
    struct ColumnUse {
        enum class Kind : std::uint8_t {
            ignored,
            cell,
            mention,
            about,
            record_key,
            owner_key,
            own_key,
            owner_table,
            line
        };
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
        std::string key, own;     // columns of the owner's id and of the rows' own
        std::string owner_table;  // what the first row says that the owner's table is called
        bool of_persons = false;  // the owners are persons
    };
    // The interviews of a block and those whom their records belong to, by the ids that keys name.
    struct Person {
        std::size_t interview = 0;
        std::uint32_t line = 0;
    };
    struct Block {
        std::vector<Submission> interviews;
        std::map<std::string, std::size_t> by_key;
        std::map<std::string, Person> persons;
    };
    // A row as a record that is not placed yet.
    struct Row {
        ReturnedRecord record;
        RecordKeys keys;
        std::string owner, own, owner_table, line;
        std::size_t number = 0;  // in the file
    };

    std::optional<ExportTable> table_of(const std::filesystem::path& file, Diagnostics& faults) const;
    ColumnUse use_of(const std::string& column) const;
    void use_columns(ExportTable& table) const;
    void find_keys(ExportTable& table, bool main) const;
    void link(std::map<Unit, ExportTable> found, Diagnostics& faults);
    bool read_block(Diagnostics& faults);
    Submission interview(const Table& table, std::size_t row) const;
    Row row_of(const ExportTable& described, const Table& table, std::size_t row) const;
    void add_records(const ExportTable& described, const Table& table, Block& block);
    std::optional<Person> owner_of(const ExportTable& described, const Row& row, const Block& block) const;
    void place(const ExportTable& described, Row row, const Person& owner, std::uint32_t nth, Block& block) const;

    const ReturnShape& shape_;
    std::vector<ExportTable> tables_;
    std::vector<std::filesystem::path> names_;
    std::optional<LinkedFiles> linked_;
    std::deque<Submission> ready_;
    std::vector<SubmissionFinding> orphans_;
    std::size_t rows_read_ = 0;  // of the interviews
};

}  // namespace cifra
