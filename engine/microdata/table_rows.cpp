#include "engine/microdata/table_rows.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace cifra {

namespace {

struct TablePiece : RowPiece {
    std::size_t begin = 0, end = 0;
};

class TableRows : public RowSource {
public:
    TableRows(Table table, std::vector<std::string> header, std::size_t piece_rows)
        : table_(std::move(table)), header_(std::move(header)), piece_rows_(piece_rows) {
        for (std::size_t c = 0; c < table_.width(); ++c)
            columns_.push_back(
                {table_.names()[c], table_.column(c).is_number() ? ColumnType::number : ColumnType::text});
    }

    const std::vector<std::string>& header() const override { return header_; }
    const std::vector<RowColumn>& columns() const override { return columns_; }
    std::vector<std::string> files() const override { return {table_.source}; }

    std::unique_ptr<RowPiece> next(Diagnostics&) override {
        if (taken_ == table_.rows()) return nullptr;
        auto piece = std::make_unique<TablePiece>();
        piece->index = count_++;
        piece->first_of_file = piece->index == 0;
        piece->begin = taken_;
        piece->end = taken_ = std::min(taken_ + piece_rows_, table_.rows());
        return piece;
    }

    RowBlock read(const RowPiece& piece) const override {
        const auto& part = static_cast<const TablePiece&>(piece);
        std::vector<std::size_t> rows(part.end - part.begin);
        std::iota(rows.begin(), rows.end(), part.begin);
        RowBlock block;
        block.table = table_.pick(rows);
        block.table.lines.resize(rows.size());
        std::iota(block.table.lines.begin(), block.table.lines.end(), 0U);
        block.lines = static_cast<std::uint32_t>(rows.size());
        return block;
    }

    std::vector<std::string> digests() const override { return {""}; }
    double share() const override { return static_cast<double>(taken_) / static_cast<double>(table_.rows()); }

private:
    Table table_;
    std::vector<std::string> header_;
    std::vector<RowColumn> columns_;
    std::size_t piece_rows_, taken_ = 0, count_ = 0;
};

}  // namespace

std::unique_ptr<RowSource> open_table_rows(Table table, std::vector<std::string> header, std::size_t piece_rows) {
    return std::make_unique<TableRows>(std::move(table), std::move(header), piece_rows);
}

}  // namespace cifra
