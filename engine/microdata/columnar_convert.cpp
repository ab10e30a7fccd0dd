#include "engine/microdata/columnar_convert.h"

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "engine/csv_header.h"
#include "engine/microdata/byte_source.h"
#include "engine/microdata/columnar_write.h"
#include "engine/microdata/csv_rows.h"
#include "engine/microdata/disk_file.h"
#include "engine/parallel.h"

namespace cifra {

namespace {

constexpr std::size_t pieces_at_a_time = 8;

// Removed unless it was renamed.
class TemporaryFile {
public:
    explicit TemporaryFile(std::filesystem::path place) : place_(std::move(place)), path_(place_.string() + ".new") {}
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::filesystem::path& path() const { return path_; }
    void rename() const { std::filesystem::rename(path_, place_); }

private:
    std::filesystem::path place_, path_;
};

// The way from the columnar file's folder.
std::string path_beside(const std::filesystem::path& out, const std::filesystem::path& file) {
    const auto plain = [](const std::filesystem::path& path) {
        return std::filesystem::absolute(path).lexically_normal();
    };
    const std::filesystem::path relative = plain(file).lexically_relative(plain(out).parent_path());
    return (relative.empty() ? plain(file) : relative).generic_string();
}

// As the header shows it: every file may have its own.
char separator_of(const std::filesystem::path& file, const CsvOptions& options, Diagnostics& faults) {
    const auto source = open_bytes(file, faults);
    std::string text(csv_piece_bytes, '\0');
    text.resize(source ? source->read(text.data(), text.size(), faults) : 0);
    return csv_separator(without_bom(text), options);
}

// What is known of the files before they are read; their digests come at the end.
std::vector<ColumnarSource> stamps(const std::vector<std::filesystem::path>& files, const std::filesystem::path& out,
                                   const CsvOptions& options, Diagnostics& faults) {
    std::vector<ColumnarSource> sources;
    for (const std::filesystem::path& file : files) {
        const FileState state = state_of(file).value_or(FileState{});
        sources.push_back(
            {path_beside(out, file), state.bytes, state.modified, "", separator_of(file, options, faults)});
        std::error_code absent;
        if (std::filesystem::equivalent(file, out, absent))
            fail_input({out.string(), 0, 0}, "same-file", "the file to be written is one of those to be read",
                       "choose another --out");
    }
    return sources;
}

// Every column as text: a cell must not lose its spelling.
std::unique_ptr<RowSource> open_texts(const std::vector<std::filesystem::path>& files, CsvOptions options,
                                      Diagnostics& faults) {
    const auto rows = open_csv_rows(files, options, faults);
    if (!rows) return nullptr;
    for (const std::string& name : rows->header()) options.types[name] = ColumnType::text;
    return open_csv_rows(files, options, faults);
}

class Converter {
public:
    Converter(RowSource& rows, ColumnarWriter& writer, const ConvertOptions& options, Diagnostics& faults)
        : rows_(rows), writer_(writer), options_(options), faults_(faults) {}

    // Goes on after a fault, to report the others.
    void run() {
        while (faults_.error_count() < CsvFaults::limit && take_pieces()) options_.progress(rows_.share());
    }

private:
    bool take_pieces() {
        std::vector<std::unique_ptr<RowPiece>> pieces;
        while (pieces.size() < pieces_at_a_time) {
            auto piece = rows_.next(faults_);
            if (!piece) break;
            pieces.push_back(std::move(piece));
        }
        const auto blocks = map_shards<RowBlock>(pieces.size(), options_.threads,
                                                 [&](std::size_t i) { return rows_.read(*pieces[i]); });
        for (std::size_t i = 0; i < blocks.size(); ++i) add(*pieces[i], blocks[i]);
        return pieces.size() == pieces_at_a_time;
    }

    void add(const RowPiece& piece, const RowBlock& block) {
        if (piece.first_of_file) line_ = piece.first_line;
        for (Diagnostic fault : block.faults.items()) {
            fault.where.line += line_;
            faults_.add(std::move(fault));
        }
        if (!faults_.has_errors()) writer_.add(block.table, piece.file, line_);
        line_ += block.lines;
    }

    RowSource& rows_;
    ColumnarWriter& writer_;
    const ConvertOptions& options_;
    Diagnostics& faults_;
    std::uint32_t line_ = 1;  // of the source, at which the next piece begins
};

}  // namespace

std::optional<Conversion> convert_csv(const std::vector<std::filesystem::path>& files, const std::filesystem::path& out,
                                      const ConvertOptions& options, Diagnostics& faults) {
    CsvOptions csv;
    csv.separator = options.separator;
    csv.decimal_comma = options.decimal_comma;
    const auto rows = open_texts(files, csv, faults);
    if (!rows) return std::nullopt;
    std::vector<ColumnarSource> sources = stamps(files, out, csv, faults);
    const TemporaryFile temporary(out);
    ColumnarWriter writer(temporary.path(), rows->header(), options.decimal_comma, options.threads);
    Converter(*rows, writer, options, faults).run();
    if (faults.has_errors()) return std::nullopt;
    Conversion result{writer.rows(), rows->header().size(), 0, 0};
    for (std::size_t i = 0; i < sources.size(); ++i) {
        sources[i].digest = rows->digests()[i];
        result.bytes_before += sources[i].bytes;
    }
    writer.finish(std::move(sources));
    result.bytes_after = writer.bytes();
    if (options.write) temporary.rename();
    return result;
}

}  // namespace cifra
