#include "engine/microdata/whole_rows.h"

#include <memory>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/microdata/csv_rows.h"
#include "engine/microdata/row_lines.h"
#include "engine/parallel.h"

namespace cifra {

namespace {

// The blocks of one column, one after another.
class JoinedColumn {
public:
    explicit JoinedColumn(ColumnType type) : type_(type) {}

    void add(const Column& part) {
        if (part.any_missing()) missing_.resize(rows_, Missing::none);
        for (std::size_t row = 0; part.any_missing() && row < part.size(); ++row) missing_.push_back(part.missing(row));
        rows_ += part.size();
        if (!part.any_missing() && !missing_.empty()) missing_.resize(rows_, Missing::none);
        if (type_ == ColumnType::number)
            numbers_.insert(numbers_.end(), part.numbers().begin(), part.numbers().end());
        else
            add_codes(part);
    }

    Column finish() {
        if (type_ == ColumnType::number) return Column::of_numbers(std::move(numbers_), std::move(missing_));
        return Column::of_codes(std::move(codes_), std::move(words_), std::move(missing_));
    }

private:
    void add_codes(const Column& part) {
        std::vector<std::uint32_t> code_of;
        for (const std::string& word : part.dictionary()) {
            const auto [at, added] = index_.emplace(word, static_cast<std::uint32_t>(words_.size()));
            if (added) words_.push_back(word);
            code_of.push_back(at->second);
        }
        for (std::size_t row = 0; row < part.size(); ++row)
            codes_.push_back(part.present(row) ? code_of[part.codes()[row]] : 0);
    }

    ColumnType type_;
    std::size_t rows_ = 0;
    std::vector<double> numbers_;
    std::vector<std::uint32_t> codes_;
    std::vector<std::string> words_;
    std::unordered_map<std::string, std::uint32_t> index_;
    std::vector<Missing> missing_;
};

// One reading with the types as far as they are known.
class WholeReading {
public:
    explicit WholeReading(const RowSource& rows) : rows_(rows) {
        for (const RowColumn& column : rows.columns()) columns_.emplace_back(column.type);
    }

    void add(const RowPiece& piece, RowBlock& block, Diagnostics& faults) {
        const std::uint32_t first_line = lines_.first_line(piece, block);
        move_lines(block.faults, block.table.source, first_line);
        faults.append(block.faults);
        for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i].add(block.table.column(i));
        for (const std::uint32_t line : block.table.lines) table_.lines.push_back(first_line + line);
    }

    Table finish(std::string source) {
        for (std::size_t i = 0; i < columns_.size(); ++i) table_.set(rows_.columns()[i].name, columns_[i].finish());
        table_.source = std::move(source);
        return std::move(table_);
    }

private:
    const RowSource& rows_;
    std::vector<JoinedColumn> columns_;
    LineCounter lines_;
    Table table_;
};

using Pieces = std::vector<std::unique_ptr<RowPiece>>;

// As many as keep the cores busy while the memory stays small beside that of the table.
Pieces next_pieces(RowSource& rows, Diagnostics& faults) {
    constexpr std::size_t most = 16;
    Pieces pieces;
    while (pieces.size() < most) {
        auto piece = rows.next(faults);
        if (!piece) break;
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

// Columns whose type was guessed wrongly are declared in `options`; then the table is void.
Table read_once(const RowOpener& open, CsvOptions& options, const std::string& source, Diagnostics& faults,
                std::vector<std::string>* digests) {
    const auto rows = open(options, faults);
    if (!rows) return {};
    WholeReading reading(*rows);
    for (Pieces pieces = next_pieces(*rows, faults); !pieces.empty(); pieces = next_pieces(*rows, faults)) {
        auto blocks = map_shards<RowBlock>(pieces.size(), 0, [&](std::size_t i) { return rows->read(*pieces[i]); });
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            for (const std::string& name : blocks[i].not_numbers) options.types[name] = ColumnType::text;
            reading.add(*pieces[i], blocks[i], faults);
        }
    }
    if (digests) *digests = rows->digests();
    return reading.finish(source);
}

}  // namespace

Table read_whole(const RowOpener& open, CsvOptions options, const std::string& source, Diagnostics& faults,
                 std::vector<std::string>* digests) {
    for (;;) {
        const std::size_t declared = options.types.size();
        Diagnostics found;
        Table table = read_once(open, options, source, found, digests);
        if (options.types.size() > declared) continue;
        faults.append(found);
        return table;
    }
}

std::optional<Table> read_sound_csv(const std::filesystem::path& file, const CsvOptions& options,
                                    std::vector<std::string>* digests) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) return std::nullopt;
    Diagnostics faults;
    const auto open = [&](const CsvOptions& typed, Diagnostics& found) { return open_csv_rows({file}, typed, found); };
    Table table = read_whole(open, options, file.string(), faults, digests);
    return faults.items().empty() ? std::optional(std::move(table)) : std::nullopt;
}

}  // namespace cifra
