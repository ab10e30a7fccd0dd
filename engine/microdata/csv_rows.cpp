#include "engine/microdata/csv_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "engine/csv_header.h"
#include "engine/microdata/csv_pieces.h"
#include "engine/microdata/csv_row_parser.h"

namespace cifra {

namespace {

using Names = std::vector<std::string>;

class CsvRows final : public RowSource {
public:
    CsvRows(std::vector<std::filesystem::path> files, CsvOptions options, std::size_t piece_bytes);
    bool open(Diagnostics& faults);

    const Names& header() const override { return header_; }
    const std::vector<RowColumn>& columns() const override { return columns_; }
    Names files() const override;
    std::unique_ptr<RowPiece> next(Diagnostics& faults) override;
    RowBlock read(const RowPiece& piece) const override;
    Names digests() const override { return digests_; }
    double share() const override;

private:
    bool open_file(Diagnostics& faults);
    bool choose_columns(Diagnostics& faults);
    void guess_types(const CsvPiece& piece);
    std::unique_ptr<CsvPiece> next_piece(Diagnostics& faults);
    bool next_file(Diagnostics& faults);

    std::vector<std::filesystem::path> files_;
    CsvOptions options_;
    std::size_t piece_bytes_;
    std::vector<double> bytes_;  // of the files
    std::shared_ptr<CsvBufferPool> pool_ = std::make_shared<CsvBufferPool>();
    std::unique_ptr<CsvPieces> pieces_;
    std::unique_ptr<CsvPiece> held_;  // the first piece, read for the types
    std::size_t file_ = 0, index_ = 0;
    Names header_, digests_;
    std::vector<RowColumn> columns_;
    CsvPlan plan_;
};

double file_bytes(const std::filesystem::path& file) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(file, error);
    return error ? 1.0 : static_cast<double>(bytes);
}

CsvRows::CsvRows(std::vector<std::filesystem::path> files, CsvOptions options, std::size_t piece_bytes)
    : files_(std::move(files)), options_(std::move(options)), piece_bytes_(piece_bytes), digests_(files_.size()) {
    for (const auto& file : files_) bytes_.push_back(file_bytes(file));
}

Names CsvRows::files() const {
    Names names;
    for (const auto& file : files_) names.push_back(file.string());
    return names;
}

Names only_in(const Names& these, const Names& others) {
    Names found;
    for (const std::string& name : these)
        if (std::find(others.begin(), others.end(), name) == others.end()) found.push_back(name);
    constexpr std::size_t shown = 12;
    if (found.size() > shown) found.resize(shown, "...");
    return found;
}

void report_other_header(const std::string& file, const Names& names, const std::string& first, const Names& expected,
                         Diagnostics& faults) {
    const Names absent = only_in(expected, names), added = only_in(names, expected);
    std::string message = fmt::format("the header is not that of {}", first);
    if (!absent.empty()) message += fmt::format("; absent: {}", fmt::join(absent, ", "));
    if (!added.empty()) message += fmt::format("; added: {}", fmt::join(added, ", "));
    if (absent.empty() && added.empty()) message += "; the columns stand in another order";
    faults.error({file, 1, 1}, "other-header", std::move(message),
                 "give files with the same columns in the same order, or read them apart");
}

// Opens files_[file_] and reads its header.
bool CsvRows::open_file(Diagnostics& faults) {
    auto source = open_bytes(files_[file_], faults);
    if (!source) return false;
    pieces_ = std::make_unique<CsvPieces>(std::move(source), files_[file_].string(), options_, piece_bytes_, pool_);
    if (!pieces_->read_header(faults)) return false;
    if (file_ == 0 || pieces_->names() == header_) return true;
    report_other_header(pieces_->name(), pieces_->names(), files_[0].string(), header_, faults);
    return false;
}

bool CsvRows::choose_columns(Diagnostics& faults) {
    header_ = pieces_->names();
    const std::size_t errors = faults.error_count();
    CsvFaults report(pieces_->header(), pieces_->name(), faults);
    plan_.width = header_.size();
    plan_.decimal_comma = options_.decimal_comma;
    plan_.max_field_bytes = options_.max_field_bytes;
    for (CsvChoice& choice : choose_csv_columns(header_, options_, report))
        plan_.columns.push_back({std::move(choice.name), choice.field, choice.declared.value_or(ColumnType::number),
                                 choice.declared.has_value()});
    return faults.error_count() == errors;
}

// Taken as numbers, the columns that are none show themselves.
void CsvRows::guess_types(const CsvPiece& piece) {
    const RowBlock block = read(piece);
    const Names& texts = block.not_numbers;
    plan_.bytes_per_row = static_cast<double>(piece.size) / static_cast<double>(1 + block.table.rows());
    for (CsvPlanColumn& column : plan_.columns)
        if (std::find(texts.begin(), texts.end(), column.name) != texts.end()) column.type = ColumnType::text;
}

bool CsvRows::open(Diagnostics& faults) {
    const std::size_t errors = faults.error_count();
    if (files_.empty()) return true;
    if (!open_file(faults) || !choose_columns(faults)) return false;
    held_ = next_piece(faults);
    if (held_) guess_types(*held_);
    for (const CsvPlanColumn& column : plan_.columns) columns_.push_back({column.name, column.type});
    return faults.error_count() == errors;
}

bool CsvRows::next_file(Diagnostics& faults) {
    digests_[file_] = pieces_->source().digest();
    return ++file_ < files_.size() && open_file(faults);
}

std::unique_ptr<CsvPiece> CsvRows::next_piece(Diagnostics& faults) {
    while (pieces_) {
        const std::size_t errors = faults.error_count();
        if (auto piece = pieces_->next(faults)) {
            piece->index = index_++;
            piece->file = file_;
            return piece;
        }
        if (faults.error_count() > errors || !next_file(faults)) pieces_ = nullptr;
    }
    return nullptr;
}

std::unique_ptr<RowPiece> CsvRows::next(Diagnostics& faults) { return held_ ? std::move(held_) : next_piece(faults); }

RowBlock CsvRows::read(const RowPiece& piece) const {
    const auto& part = static_cast<const CsvPiece&>(piece);
    RowBlock block = parse_csv_rows({part.text(), files_[part.file].string(), part.separator, part.quotes}, plan_);
    block.lines += part.dropped_lines;
    return block;
}

double CsvRows::share() const {
    double all = 0, taken = 0;
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
        all += bytes_[i];
        if (i < file_) taken += bytes_[i];
        if (i == file_ && pieces_) taken += bytes_[i] * pieces_->source().share();
    }
    return all > 0 ? taken / all : 1;
}

}  // namespace

std::unique_ptr<RowSource> open_csv_rows(const std::vector<std::filesystem::path>& files, const CsvOptions& options,
                                         Diagnostics& faults, std::size_t piece_bytes) {
    auto rows = std::make_unique<CsvRows>(files, options, piece_bytes);
    if (!rows->open(faults)) return nullptr;
    return rows;
}

}  // namespace cifra
