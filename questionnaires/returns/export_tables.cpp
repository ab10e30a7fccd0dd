#include "questionnaires/returns/export_tables.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>

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
    if (is_blank(text) || text == "0") return;
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

std::optional<ExportTables::ExportTable> ExportTables::table_of(const std::filesystem::path& file,
                                                                Diagnostics& faults) const {
    using Kind = ColumnUse::Kind;
    ExportTable table{Unit::household, file, csv_header(file, {}, faults), {}, {}};
    std::array<std::size_t, 4> questions{};
    for (const std::string& column : table.header) {
        table.uses.push_back(use_of(column));
        const Kind kind = table.uses.back().kind;
        if (kind == Kind::cell || kind == Kind::mention) ++questions[static_cast<std::size_t>(table.uses.back().unit)];
    }
    if (std::all_of(questions.begin(), questions.end(), [](std::size_t count) { return count == 0; })) return {};
    const bool everyone = shape_.everyone();
    const bool main = questions[0] > 0 || (questions[2] > 0 && !everyone);
    if (!main) table.unit = questions[1] > 0 ? Unit::roster : questions[2] > 0 ? Unit::person : Unit::incident;
    table.key = main       ? first_of(table.header, {"KEY", "_index", "interview__id", "interview__key", "_uuid"})
                : everyone ? first_of(table.header, {"PARENT_KEY", "interview__id", "interview__key"})
                           : first_of(table.header, {"PARENT_KEY", "_parent_index", "interview__id", "interview__key"});
    const std::string record = first_of(table.header, {"KEY", "_uuid", "instanceID", "interview__key"});
    for (std::size_t c = 0; c < table.header.size(); ++c) {
        const std::string& column = table.header[c];
        if (column == table.key) table.uses[c].kind = Kind::owner_key;
        if (main && column == record) table.uses[c].kind = column == table.key ? Kind::owner_key : Kind::record_key;
        const bool roster_id = column.ends_with("__id") && column != "interview__id" && column != "assignment__id";
        if (table.unit == Unit::roster && roster_id) table.uses[c] = {Kind::line, "line", {}, {}, 0};
    }
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
    if (faults.has_errors()) return;
    std::vector<LinkedFile> files;
    for (auto& [unit, table] : found) {
        files.push_back({table.file, table.key, {}, table.key == "PARENT_KEY"});
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

void ExportTables::add_records(const ExportTable& described, const Table& table, std::vector<Submission>& interviews,
                               const std::vector<std::string>& owners) {
    using Kind = ColumnUse::Kind;
    std::map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < owners.size(); ++i) index.emplace(owners[i], i);
    std::map<std::size_t, std::uint32_t> nth;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        ReturnedRecord record = empty_record(described.unit, shape_);
        RecordKeys keys(described.unit);
        std::string owner;
        for (std::size_t c = 0; c < described.uses.size(); ++c) {
            const ColumnUse& use = described.uses[c];
            const std::string text = text_at(table, c, row);
            if (use.kind == Kind::owner_key) owner = interview_of({{}, {}, {}, described.key == "PARENT_KEY"}, text);
            if (text.empty()) continue;
            if (use.kind == Kind::line || use.kind == Kind::about) keys.take(use.name, text);
            if (use.kind == Kind::cell && use.unit == described.unit)
                record.cells[use.cell] = is_blank(text) ? "" : text;
            if (use.kind == Kind::mention && use.unit == described.unit)
                add_mention(record.cells[use.cell], text, use.code);
        }
        const auto found = index.find(owner);
        if (found == index.end()) {
            orphans_.push_back({described.file.filename().string(), table.lines[row], owner, "", "orphan-record",
                                "error", "no interview has this key"});
        } else if (keys.place(record, ++nth[found->second], shape_, interviews[found->second])) {
            interviews[found->second].records.push_back(std::move(record));
        }
    }
}

bool ExportTables::read_block(Diagnostics& faults) {
    auto block = linked_ ? linked_->next(faults) : std::nullopt;
    if (!block) return false;
    const Table& main = block->front();
    const Column* keys = main.find(tables_.front().key);
    std::vector<Submission> interviews;
    std::vector<std::string> owners;
    for (std::size_t row = 0; row < main.rows(); ++row) {
        interviews.push_back(interview(main, row));
        owners.push_back(keys && keys->present(row) ? keys->cell(row) : std::string());
    }
    for (std::size_t t = 1; t < tables_.size(); ++t) add_records(tables_[t], (*block)[t], interviews, owners);
    for (Submission& submission : interviews) {
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
