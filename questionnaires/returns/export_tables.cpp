#include "questionnaires/returns/export_tables.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "engine/microdata/csv_rows.h"

namespace cifra {
namespace {

constexpr std::size_t interviews_of_a_block = 500;
constexpr std::array<std::string_view, 2> left_blank = {"-999999999", "##N/A##"};

// The name without the groups before it: "control-household_size", "control/household_size".
std::string last_segment(const std::string& column) {
    const std::size_t cut = column.find_last_of("-/:.");
    return cut == std::string::npos ? column : column.substr(cut + 1);
}

std::string first_of(const std::vector<std::string>& header, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (std::find(header.begin(), header.end(), name) != header.end()) return name;
    return {};
}

std::vector<std::filesystem::path> tables_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string ending = entry.path().extension().string();
        if (entry.is_regular_file() && (ending == ".csv" || ending == ".tab" || ending == ".tsv"))
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

bool is_blank(const std::string& text) {
    return std::find(left_blank.begin(), left_blank.end(), text) != left_blank.end();
}

// One column of a multiple question: 1, or its place in the order of mentioning, where the code was mentioned.
void add_mention(std::optional<std::string>& cell, const std::string& text, const std::string& code) {
    if (text.empty()) return;
    if (!cell) cell.emplace();
    if (is_blank(text) || text == "0" || text == "False") return;
    *cell += (cell->empty() ? "" : " ") + code;
}

ReturnedRecord empty_record(Unit unit, const ReturnShape& shape) {
    ReturnedRecord record;
    record.unit = unit;
    record.cells.resize(shape.questions(unit).size());
    return record;
}

std::string text_at(const Table& table, std::size_t column, std::size_t row) {
    return table.column(column).present(row) ? table.column(column).cell(row) : std::string();
}

// What the first row says in a column.
std::string first_cell(const std::filesystem::path& file, const std::string& column) {
    Diagnostics ignored;  // told when the rows are read
    CsvOptions options;
    options.columns = {column};
    options.types[column] = ColumnType::text;
    const auto rows = open_csv_rows({file}, options, ignored);
    const auto piece = rows ? rows->next(ignored) : nullptr;
    if (!piece) return {};
    const RowBlock block = rows->read(*piece);
    const Column& cells = block.table.column(0);
    return block.table.lines.empty() || !cells.present(0) ? std::string() : cells.text(0);
}

// The number at the end of a row's own id: 3 of "uuid:a/members[3]" and of "3"; 0 where there is none.
std::size_t own_number(const std::string& id) {
    const std::string digits = id.ends_with(']') ? id.substr(id.find_last_of('[') + 1, id.size()) : id + "]";
    const auto number = parse_number(digits.substr(0, digits.size() - 1));
    return number && *number > 0 && *number < 1e15 ? static_cast<std::size_t>(*number) : 0;
}

// KoboToolbox tells the interview itself by another id: only what belongs to it cannot be told.
void tell_double(Submission& submission) {
    submission.readable = false;
    add_finding(submission, "_index", "duplicate-key", "an interview before this one has its number and its records");
}

// The record above: "uuid:a/person_interview[1]" of "uuid:a/person_interview[1]/crimes[2]".
std::string above(const std::string& key) {
    const std::size_t cut = key.rfind('/');
    return cut == std::string::npos ? std::string() : key.substr(0, cut);
}

}  // namespace

ExportTables::ColumnUse ExportTables::use_of(const std::string& column) const {
    using Kind = ColumnUse::Kind;
    const std::string name = last_segment(column);
    constexpr std::array<Unit, 4> units = {Unit::household, Unit::roster, Unit::person, Unit::incident};
    const std::size_t code = name.find("__");
    for (const Unit unit : units) {
        if (const auto cell = shape_.cell_in_unit(unit, name)) return {Kind::cell, name, {}, unit, *cell};
        const auto multiple =
            code == std::string::npos ? std::nullopt : shape_.cell_in_unit(unit, name.substr(0, code));
        if (multiple) return {Kind::mention, name, name.substr(code + 2), unit, *multiple};
    }
    if (name == "line" || name == "person_line" || name == "crime" || name == "ordinal" || name == "described")
        return {Kind::line, name, {}, {}, 0};
    AboutInterview about;
    if (set_about(about, name, "")) return {Kind::about, name, {}, {}, 0};
    return {Kind::ignored, name, {}, {}, 0};
}

// KoboToolbox may give a multiple question by its answers only, NAME/CODE.
void ExportTables::use_columns(ExportTable& table) const {
    using Kind = ColumnUse::Kind;
    std::set<std::string> whole;
    for (const std::string& column : table.header) {
        table.uses.push_back(use_of(column));
        if (table.uses.back().kind == Kind::cell) whole.insert(table.uses.back().name);
    }
    for (std::size_t c = 0; c < table.header.size(); ++c) {
        const std::string question = above(table.header[c]);
        const ColumnUse use = question.empty() ? ColumnUse{} : use_of(question);
        if (table.uses[c].kind == Kind::ignored && use.kind == Kind::cell && !whole.contains(use.name))
            table.uses[c] = {Kind::mention, use.name, table.header[c].substr(question.size() + 1), use.unit, use.cell};
    }
}

void ExportTables::find_keys(ExportTable& table, bool main) const {
    using Kind = ColumnUse::Kind;
    table.key = main ? first_of(table.header, {"KEY", "_index", "interview__id", "interview__key", "_uuid"})
                     : first_of(table.header, {"PARENT_KEY", "_parent_index", "interview__id", "interview__key"});
    if (!main) table.own = first_of(table.header, {"KEY", "_index"});
    const std::string record = first_of(table.header, {"KEY", "_uuid", "instanceID", "interview__key"});
    for (std::size_t c = 0; c < table.header.size(); ++c) {
        const std::string& column = table.header[c];
        if (column == table.key) table.uses[c].kind = Kind::owner_key;
        if (column == table.own) table.uses[c].kind = Kind::own_key;
        if (column == "_parent_table_name") table.uses[c].kind = Kind::owner_table;
        if (main && column == record) table.uses[c].kind = column == table.key ? Kind::owner_key : Kind::record_key;
        const bool roster_id = column.ends_with("__id") && column != "interview__id" && column != "assignment__id";
        if (table.unit == Unit::roster && roster_id) table.uses[c] = {Kind::line, "line", {}, {}, 0};
    }
    if (first_of(table.header, {"_parent_table_name"}).empty() || main) return;
    table.owner_table = first_cell(table.file, "_parent_table_name");
}

std::optional<ExportTables::ExportTable> ExportTables::table_of(const std::filesystem::path& file,
                                                                Diagnostics& faults) const {
    using Kind = ColumnUse::Kind;
    ExportTable table{Unit::household, file, csv_header(file, {}, faults), {}, {}, {}, {}};
    use_columns(table);
    std::array<std::size_t, 4> questions{};
    bool selects = false;  // persons of whom nothing is asked but in their incidents
    for (const ColumnUse& use : table.uses) {
        if (use.kind == Kind::cell || use.kind == Kind::mention) ++questions[static_cast<std::size_t>(use.unit)];
        selects |= use.name == "selected_line";
    }
    const bool everyone = shape_.everyone();
    const bool none = std::all_of(questions.begin(), questions.end(), [](std::size_t count) { return count == 0; });
    if (none && !(everyone && selects)) return {};
    const bool main = questions[0] > 0 || (questions[2] > 0 && !everyone);
    if (!main) table.unit = questions[1] > 0 ? Unit::roster : questions[2] > 0 || none ? Unit::person : Unit::incident;
    find_keys(table, main);
    if (table.key.empty())
        faults.error({file.string(), 1, 0}, "missing-key", "no column links this table to the interviews",
                     "export it with KEY and PARENT_KEY, _index and _parent_index, or interview__id");
    return table;
}

ExportTables::ExportTables(const std::filesystem::path& folder, const ReturnShape& shape, Diagnostics& faults)
    : shape_(shape) {
    std::map<Unit, ExportTable> found;
    for (const std::filesystem::path& file : tables_in(folder)) {
        auto table = table_of(file, faults);
        if (!table) continue;
        if (const Unit unit = table->unit; !found.emplace(unit, std::move(*table)).second)
            faults.error({file.string(), 1, 0}, "second-table", "another table of the folder has the same questions",
                         "leave one export in the folder");
    }
    if (!found.contains(Unit::household))
        faults.error({folder.string(), 0, 0}, "no-interviews", "no table of the folder holds interviews",
                     "export the interviews with the questions' names as headers");
    link(std::move(found), faults);
}

// Whose rows the keys of each table name.
void ExportTables::link(std::map<Unit, ExportTable> found, Diagnostics& faults) {
    const auto persons = found.find(Unit::person), incidents = found.find(Unit::incident);
    if (shape_.everyone() && incidents != found.end()) {
        ExportTable& table = incidents->second;
        const bool by_index = table.key == "_parent_index";
        const bool there = persons != found.end() && !persons->second.own.empty();
        const bool beside = there && !table.owner_table.empty() && table.owner_table == persons->second.owner_table;
        table.of_persons = there && !beside && (by_index || table.key == "PARENT_KEY");
        if (by_index && !there)
            faults.error({table.file.string(), 1, 0}, "missing-table",
                         "the incidents name rows of a table of persons, which is not there or has no _index",
                         "export the persons too, with _index and selected_line");
    }
    if (faults.has_errors()) return;
    std::vector<LinkedFile> files;
    std::optional<std::size_t> place_of_persons;
    for (auto& [unit, table] : found) {
        LinkedFile file{table.file, table.key, {}, table.key == "PARENT_KEY", {}, {}};
        if (unit == Unit::person) place_of_persons = files.size();
        if (unit == Unit::person && table.key == "_parent_index") file.id = table.own;
        if (table.of_persons && table.key == "_parent_index") file.below = place_of_persons;
        files.push_back(std::move(file));
        names_.push_back(table.file);
        tables_.push_back(std::move(table));
    }
    linked_.emplace(std::move(files), interviews_of_a_block, faults);
}

Submission ExportTables::interview(const Table& table, std::size_t row) const {
    using Kind = ColumnUse::Kind;
    const ExportTable& described = tables_.front();
    Submission submission;
    submission.file = described.file.filename().string();
    submission.line = table.lines[row];
    std::array<ReturnedRecord, 2> records = {empty_record(Unit::household, shape_), empty_record(Unit::person, shape_)};
    for (std::size_t c = 0; c < described.uses.size(); ++c) {
        const ColumnUse& use = described.uses[c];
        const std::string text = text_at(table, c, row);
        if (text.empty()) continue;
        ReturnedRecord& record = records[use.unit == Unit::person ? 1 : 0];
        if (use.kind == Kind::cell) record.cells[use.cell] = is_blank(text) ? "" : text;
        if (use.kind == Kind::mention) add_mention(record.cells[use.cell], text, use.code);
        if (use.kind == Kind::about) set_about(submission.about, use.name, text);
        if (use.kind == Kind::record_key || (use.kind == Kind::owner_key && submission.key.empty()))
            submission.key = text;
    }
    submission.records.push_back(std::move(records[0]));
    if (!shape_.questions(Unit::person).empty() && !shape_.everyone())
        submission.records.push_back(std::move(records[1]));
    return submission;
}

ExportTables::Row ExportTables::row_of(const ExportTable& described, const Table& table, std::size_t row) const {
    using Kind = ColumnUse::Kind;
    Row read{empty_record(described.unit, shape_), RecordKeys(described.unit), {}, {}, {}, {}, table.lines[row]};
    for (std::size_t c = 0; c < described.uses.size(); ++c) {
        const ColumnUse& use = described.uses[c];
        const std::string text = text_at(table, c, row);
        if (text.empty()) continue;
        if (use.kind == Kind::owner_key) read.owner = text;
        if (use.kind == Kind::own_key) read.own = text;
        if (use.kind == Kind::owner_table) read.owner_table = text;
        if (use.kind == Kind::line || use.kind == Kind::about) read.keys.take(use.name, text);
        if (use.name == "line" || use.name == "person_line") read.line = text;
        if (use.kind == Kind::cell && use.unit == described.unit)
            read.record.cells[use.cell] = is_blank(text) ? "" : text;
        if (use.kind == Kind::mention && use.unit == described.unit)
            add_mention(read.record.cells[use.cell], text, use.code);
    }
    return read;
}

// Nothing where no row has the key.
std::optional<ExportTables::Person> ExportTables::owner_of(const ExportTable& described, const Row& row,
                                                           const Block& block) const {
    const bool nested = described.key == "PARENT_KEY";
    if (described.of_persons && (!nested || row.owner.find('/') != std::string::npos)) {
        for (std::string key = row.owner; !key.empty(); key = above(key))
            if (const auto person = block.persons.find(key); person != block.persons.end()) return person->second;
        return std::nullopt;
    }
    const auto interview = block.by_key.find(interview_of({{}, {}, {}, nested}, row.owner));
    if (interview == block.by_key.end()) return std::nullopt;
    return Person{interview->second, 0};
}

// Puts the record into its interview; findings are told at the record's own line.
void ExportTables::place(const ExportTable& described, Row row, const Person& owner, std::uint32_t nth,
                         Block& block) const {
    Submission& interview = block.interviews[owner.interview];
    const std::size_t before = interview.findings.size();
    const auto said = parse_number(row.line);
    if (owner.line > 0 && row.line.empty()) row.keys.take("line", fmt::format("{}", owner.line));
    if (owner.line > 0 && said && *said != owner.line) {
        add_finding(interview, "person_line", "bad-line", "the incident says another person than its key");
    } else if (row.keys.place(row.record, nth, shape_, interview)) {
        const bool fresh = described.unit != Unit::person || row.own.empty() ||
                           block.persons.emplace(row.own, Person{owner.interview, row.record.line}).second;
        if (!fresh) add_finding(interview, described.own, "duplicate-key", "another row has this key");
        interview.records.push_back(std::move(row.record));
    }
    for (std::size_t f = before; f < interview.findings.size(); ++f) {
        interview.findings[f].file = described.file.filename().string();
        interview.findings[f].line = row.number;
    }
}

void ExportTables::add_records(const ExportTable& described, const Table& table, Block& block) {
    std::vector<Row> rows;
    for (std::size_t row = 0; row < table.rows(); ++row) rows.push_back(row_of(described, table, row));
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return own_number(a.own) < own_number(b.own); });
    std::map<std::size_t, std::uint32_t> nth;
    for (Row& row : rows) {
        const bool elsewhere = row.owner_table != described.owner_table;
        const auto owner = elsewhere ? std::nullopt : owner_of(described, row, block);
        const std::string what = elsewhere              ? "the record is of another table than those before it"
                                 : described.of_persons ? "no person has this key"
                                                        : "no interview has this key";
        if (owner)
            place(described, std::move(row), *owner, ++nth[owner->interview], block);
        else
            orphans_.push_back({described.file.filename().string(), row.number, row.owner, described.key,
                                "orphan-record", "error", what});
    }
}

bool ExportTables::read_block(Diagnostics& faults) {
    auto read = linked_ ? linked_->next(faults) : std::nullopt;
    if (!read) return false;
    const Table& main = read->front();
    const Column* keys = main.find(tables_.front().key);
    Block block;
    for (std::size_t row = 0; row < main.rows(); ++row) {
        block.interviews.push_back(interview(main, row));
        const std::string key = keys && keys->present(row) ? keys->cell(row) : std::string();
        block.by_key.emplace(key, row);
        if (tables_.front().key == "_index" && linked_->seen_before(key, rows_read_ + row))
            tell_double(block.interviews.back());
    }
    rows_read_ += main.rows();
    for (std::size_t t = 1; t < tables_.size(); ++t) add_records(tables_[t], (*read)[t], block);
    for (Submission& submission : block.interviews) {
        finish_submission(submission, shape_);
        ready_.push_back(std::move(submission));
    }
    return true;
}

std::optional<Submission> ExportTables::next(Diagnostics& faults) {
    while (ready_.empty())
        if (!read_block(faults)) return std::nullopt;
    Submission first = std::move(ready_.front());
    ready_.pop_front();
    return first;
}

}  // namespace cifra
