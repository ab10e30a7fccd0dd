#include "engine/microdata/columnar_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "engine/microdata/columnar_decode.h"

namespace cifra {

namespace {

constexpr std::size_t most_faults = 100;  // of a block, as of a CSV file

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

class ColumnarRows final : public RowSource {
public:
    explicit ColumnarRows(const ColumnarFile& file);
    bool choose(const CsvOptions& options, Diagnostics& faults);

    const std::vector<std::string>& header() const override { return header_; }
    const std::vector<RowColumn>& columns() const override { return columns_; }
    std::vector<std::string> files() const override;
    std::unique_ptr<RowPiece> next(Diagnostics& faults) override;
    RowBlock read(const RowPiece& piece) const override;
    std::vector<std::string> digests() const override;
    double share() const override;

private:
    std::optional<std::vector<std::uint32_t>> lines_of(const ColumnarGroup& group) const;
    bool read_columns(std::size_t group, RowBlock& block) const;

    ColumnarFile file_;
    std::vector<std::string> header_;
    std::vector<RowColumn> columns_;
    std::vector<ColumnDecoder> decoders_;  // one a column
    std::size_t next_ = 0;
};

ColumnarRows::ColumnarRows(const ColumnarFile& file) : file_(file) {
    for (const ColumnarColumn& column : file_.directory().columns) header_.push_back(column.name);
}

// False with a fault.
bool ColumnarRows::choose(const CsvOptions& options, Diagnostics& faults) {
    const std::size_t before = faults.error_count();
    const std::vector<std::string> sources = files();
    for (const std::string& name : options.columns)
        if (!contains(header_, name))
            faults.error({sources.empty() ? file_.path().string() : sources[0], 1, 1}, "missing-column",
                         fmt::format("there is no column '{}'", name), suggestion(name, header_));
    for (std::size_t i = 0; i < header_.size(); ++i) {
        const std::string& name = header_[i];
        if (!options.columns.empty() && !contains(options.columns, name) && !contains(options.optional_columns, name))
            continue;
        const auto declared = options.types.find(name);
        const ColumnType found = file_.directory().columns[i].numbers ? ColumnType::number : ColumnType::text;
        const ColumnType type = declared == options.types.end() ? found : declared->second;
        auto decoder = ColumnDecoder::make(file_, i, type);
        if (!decoder) return file_.report_damage(faults), false;
        columns_.push_back({name, type});
        decoders_.push_back(std::move(*decoder));
    }
    return faults.error_count() == before;
}

std::vector<std::string> ColumnarRows::files() const {
    std::vector<std::string> files;
    for (std::size_t i = 0; i < file_.directory().sources.size(); ++i) files.push_back(file_.source(i));
    return files;
}

std::vector<std::string> ColumnarRows::digests() const {
    std::vector<std::string> digests;
    for (const ColumnarSource& source : file_.directory().sources) digests.push_back(source.digest);
    return digests;
}

double ColumnarRows::share() const {
    const std::size_t groups = file_.directory().groups.size();
    return groups == 0 ? 1 : static_cast<double>(next_) / static_cast<double>(groups);
}

std::unique_ptr<RowPiece> ColumnarRows::next(Diagnostics&) {
    const std::vector<ColumnarGroup>& groups = file_.directory().groups;
    if (next_ == groups.size()) return nullptr;
    auto piece = std::make_unique<RowPiece>();
    piece->index = next_;
    piece->file = groups[next_].source;
    piece->first_of_file = next_ == 0 || groups[next_ - 1].source != groups[next_].source;
    piece->first_line = groups[next_].first_line;
    ++next_;
    return piece;
}

// Nothing where the part is damaged.
std::optional<std::vector<std::uint32_t>> ColumnarRows::lines_of(const ColumnarGroup& group) const {
    std::vector<std::uint32_t> lines(group.rows);
    std::iota(lines.begin(), lines.end(), 0U);
    if (group.row_lines.size == 0) return lines;
    const auto bytes = file_.part(group.row_lines);
    if (!bytes) return std::nullopt;
    bytes->copy(reinterpret_cast<char*>(lines.data()), bytes->size());
    return lines;
}

// False where a chunk is damaged.
bool ColumnarRows::read_columns(std::size_t group, RowBlock& block) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        auto decoded = decoders_[i].read(group);
        if (!decoded) return false;
        block.table.set(columns_[i].name, std::move(decoded->column));
        for (const std::uint32_t row : decoded->not_numbers)
            if (block.faults.error_count() < most_faults)
                block.faults.error({block.table.source, block.table.lines[row], 0}, "not-a-number",
                                   fmt::format("column '{}' holds a cell that is no number", columns_[i].name),
                                   "correct the cell, or declare the column as text");
    }
    return true;
}

RowBlock ColumnarRows::read(const RowPiece& piece) const {
    const ColumnarGroup& group = file_.directory().groups.at(piece.index);
    RowBlock block;
    block.table.source = file_.source(group.source);
    block.lines = group.lines;
    auto lines = lines_of(group);
    if (lines) block.table.lines = std::move(*lines);
    if (lines && read_columns(piece.index, block)) return block;
    block.table = {};
    block.table.source = file_.source(group.source);
    file_.report_damage(block.faults);
    return block;
}

}  // namespace

std::unique_ptr<RowSource> open_columnar_rows(const std::filesystem::path& file, const CsvOptions& options,
                                              Diagnostics& faults) {
    const auto columnar = ColumnarFile::open(file, faults);
    return columnar ? open_columnar_rows(*columnar, options, faults) : nullptr;
}

std::unique_ptr<RowSource> open_columnar_rows(const ColumnarFile& file, const CsvOptions& options,
                                              Diagnostics& faults) {
    auto rows = std::make_unique<ColumnarRows>(file);
    if (!rows->choose(options, faults)) return nullptr;
    return rows;
}

}  // namespace cifra
