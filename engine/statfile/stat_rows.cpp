#include "engine/statfile/stat_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/csv_header.h"
#include "engine/csv_scanner.h"
#include "engine/statfile/dbf.h"
#include "engine/statfile/piece_queue.h"
#include "engine/statfile/stat_columns.h"
#include "engine/statfile/stat_parse.h"

namespace cifra {

namespace {

using Names = std::vector<std::string>;

constexpr std::size_t most_faults = 100;  // of a block, as of a CSV file

std::optional<StatDictionary> dictionary_of(const StatFile& file, Diagnostics& faults) {
    auto dictionary =
        file.format == StatFormat::dbf ? parse_dbf_dictionary(file, faults) : parse_stat_dictionary(file, faults);
    if (!dictionary) return std::nullopt;
    const bool sound =
        std::all_of(dictionary->variables.begin(), dictionary->variables.end(), [](const auto& variable) {
            return is_utf8(variable.name) && is_utf8(variable.label) &&
                   std::all_of(variable.labels.begin(), variable.labels.end(),
                               [](const auto& label) { return is_utf8(label.first) && is_utf8(label.second); });
        });
    if (sound) return dictionary;
    faults.error({file.path.string(), 0, 0}, "not-utf8", "a name or label is not in the encoding that the file states",
                 "name the encoding: cifra convert FILE --encoding windows-1252 --out ...");
    return std::nullopt;
}

StatFile stat_file(const std::filesystem::path& path, const StatOptions& options) {
    return {path, stat_format(path).value_or(StatFormat::sav), options.encoding};
}

Names names_of(const StatDictionary& dictionary) {
    Names names;
    for (const StatVariable& variable : dictionary.variables) names.push_back(variable.name);
    return names;
}

// Cuts the rows of one file into pieces.
class PieceSink final : public CellSink {
public:
    PieceSink(std::size_t columns, std::size_t rows, std::size_t file, std::size_t& index, const PieceQueue::Push& push)
        : columns_(columns), most_(rows), file_(file), index_(index), push_(push) {
        cells_.columns.resize(columns);
    }
    bool end_row() override { return ++cells_.rows < most_ || flush(); }
    bool flush() {
        if (cells_.rows == 0) return true;
        auto piece = std::make_unique<StatPiece>();
        piece->index = index_++;
        piece->file = file_;
        piece->first_of_file = std::exchange(first_, false);
        piece->cells = std::exchange(cells_, {});
        cells_.columns.resize(columns_);
        return push_(std::move(piece));
    }

private:
    std::size_t columns_, most_, file_;
    std::size_t& index_;
    const PieceQueue::Push& push_;
    bool first_ = true;
};

class StatRows final : public RowSource {
public:
    bool open(const std::vector<std::filesystem::path>& files, const CsvOptions& csv, const StatOptions& options,
              Diagnostics& faults, std::size_t piece_bytes);

    const Names& header() const override { return header_; }
    const std::vector<RowColumn>& columns() const override { return columns_; }
    Names files() const override;
    std::unique_ptr<RowPiece> next(Diagnostics& faults) override;
    RowBlock read(const RowPiece& piece) const override;
    Names digests() const override { return Names(files_.size()); }
    double share() const override;

private:
    bool read_dictionaries(Diagnostics& faults);
    void choose(const CsvOptions& csv, const MissingKinds& kinds, Diagnostics& faults);
    void make_pieces(const PieceQueue::Push& push, Diagnostics& faults) const;

    std::vector<StatFile> files_;
    std::vector<StatDictionary> dictionaries_;
    Names header_;
    std::vector<RowColumn> columns_;
    ColumnPlaces places_;
    std::vector<std::vector<StatColumnReader>> readers_;  // by file and column: labels may differ
    std::size_t rows_of_piece_ = 1, rows_taken_ = 0;
    std::unique_ptr<PieceQueue> queue_;
};

bool StatRows::open(const std::vector<std::filesystem::path>& files, const CsvOptions& csv, const StatOptions& options,
                    Diagnostics& faults, std::size_t piece_bytes) {
    const std::size_t errors = faults.error_count();
    for (const auto& file : files) files_.push_back(stat_file(file, options));
    if (!read_dictionaries(faults)) return false;
    choose(csv, options.kinds, faults);
    rows_of_piece_ = std::max<std::size_t>(1, piece_bytes / sizeof(double) / std::max<std::size_t>(1, columns_.size()));
    return faults.error_count() == errors;
}

bool same_variables(const StatDictionary& a, const StatDictionary& b) {
    return std::equal(a.variables.begin(), a.variables.end(), b.variables.begin(), b.variables.end(),
                      [](const StatVariable& x, const StatVariable& y) {
                          return x.name == y.name && natural_type(x) == natural_type(y);
                      });
}

bool StatRows::read_dictionaries(Diagnostics& faults) {
    for (const StatFile& file : files_) {
        auto dictionary = dictionary_of(file, faults);
        if (!dictionary) return false;
        if (!dictionaries_.empty() && !same_variables(dictionaries_.front(), *dictionary)) {
            faults.error(
                {file.path.string(), 0, 0}, "other-header",
                fmt::format("names, types or order of the variables are not those of {}", files_.front().path.string()),
                "give files with the same variables in the same order, or read them apart");
            return false;
        }
        dictionaries_.push_back(*std::move(dictionary));
    }
    return true;
}

void StatRows::choose(const CsvOptions& csv, const MissingKinds& kinds, Diagnostics& faults) {
    header_ = names_of(dictionaries_.front());
    const std::string name = files_.front().path.string();
    Names sorted = header_;
    std::sort(sorted.begin(), sorted.end());
    if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
        faults.error({name, 0, 0}, "duplicate-column", fmt::format("two variables are named '{}'", *twice),
                     "rename one of them");
    CsvFaults report({}, name, faults);
    places_.assign(header_.size(), unwanted);
    readers_.resize(files_.size());
    for (const CsvChoice& choice : choose_csv_columns(header_, csv, report)) {
        const StatVariable& variable = dictionaries_.front().variables[choice.field];
        places_[choice.field] = columns_.size();
        columns_.push_back({choice.name, choice.declared.value_or(natural_type(variable))});
        for (std::size_t f = 0; f < files_.size(); ++f)
            readers_[f].emplace_back(dictionaries_[f].variables[choice.field], columns_.back().type, kinds);
    }
}

Names StatRows::files() const {
    Names names;
    for (const StatFile& file : files_) names.push_back(file.path.string());
    return names;
}

void StatRows::make_pieces(const PieceQueue::Push& push, Diagnostics& faults) const {
    std::size_t index = 0;
    for (std::size_t f = 0; f < files_.size() && !faults.has_errors(); ++f) {
        PieceSink sink(columns_.size(), rows_of_piece_, f, index, push);
        if (files_[f].format == StatFormat::dbf)
            parse_dbf_rows(files_[f], places_, sink, faults);
        else
            parse_stat_rows(files_[f], places_, sink, faults);
        if (faults.has_errors() || !sink.flush()) return;
    }
}

std::unique_ptr<RowPiece> StatRows::next(Diagnostics& faults) {
    if (!queue_)
        queue_ = std::make_unique<PieceQueue>(
            [this](const PieceQueue::Push& push, Diagnostics& found) { make_pieces(push, found); });
    auto piece = queue_->pop(faults);
    if (piece) rows_taken_ += piece->cells.rows;
    return piece;
}

const char* message_of(std::string_view code) {
    if (code == "not-a-number") return "a cell that is no number";
    return code == "not-a-date" ? "a date outside the years 1 to 9999" : "a text that is not UTF-8";
}

const char* hint_of(std::string_view code) {
    if (code == "not-a-number") return "correct the cell, or declare the column as text";
    return code == "not-a-date" ? "correct the cell, or declare the column as a number"
                                : "name the encoding: cifra convert FILE --encoding windows-1252 --out ...";
}

RowBlock StatRows::read(const RowPiece& piece) const {
    const StatCells& cells = static_cast<const StatPiece&>(piece).cells;
    RowBlock block;
    block.table.source = files_[piece.file].path.string();
    block.lines = static_cast<std::uint32_t>(cells.rows);
    block.table.lines.resize(cells.rows);
    std::iota(block.table.lines.begin(), block.table.lines.end(), 0U);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto report = [&](std::size_t row, const char* code) {
            if (block.faults.error_count() < most_faults)
                block.faults.error({block.table.source, row, 0}, code,
                                   fmt::format("column '{}' holds {}", columns_[i].name, message_of(code)),
                                   hint_of(code));
        };
        block.table.set(columns_[i].name, readers_[piece.file][i].read(cells.columns[i], report));
    }
    return block;
}

double StatRows::share() const {
    double rows = 0;
    for (const StatDictionary& dictionary : dictionaries_) rows += static_cast<double>(dictionary.rows);
    return rows > 0 ? std::min(1.0, static_cast<double>(rows_taken_) / rows) : 0;
}

}  // namespace

std::unique_ptr<RowSource> open_stat_rows(const std::vector<std::filesystem::path>& files, const CsvOptions& csv,
                                          const StatOptions& options, Diagnostics& faults, std::size_t piece_bytes) {
    auto rows = std::make_unique<StatRows>();
    if (!rows->open(files, csv, options, faults, piece_bytes)) return nullptr;
    return rows;
}

std::optional<Codebook> stat_codebook(const std::filesystem::path& file, const StatOptions& options,
                                      Diagnostics& faults) {
    const auto dictionary = dictionary_of(stat_file(file, options), faults);
    if (!dictionary) return std::nullopt;
    return codebook_of(*dictionary, options.kinds);
}

}  // namespace cifra
