// A CSV file cut into pieces of whole records, each small enough for the cache. What is in the records is looked at by
// csv_row_parser.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/csv.h"
#include "engine/microdata/byte_source.h"
#include "engine/microdata/row_source.h"

namespace cifra {

// The memory of a piece: `room` bytes and the padding that csv_row_parser.h asks for.
struct CsvBuffer {
    std::unique_ptr<char[]> bytes{};
    std::size_t room = 0;
};

// Buffers that pieces have left. A new one would cost a page fault every 4 KiB.
class CsvBufferPool {
public:
    CsvBufferPool();
    CsvBuffer take(std::size_t room);
    void give_back(CsvBuffer buffer);

private:
    std::mutex mutex_;
    std::vector<CsvBuffer> free_;
};

struct CsvPiece final : RowPiece {
    explicit CsvPiece(std::shared_ptr<CsvBufferPool> from) : pool(std::move(from)) {}
    ~CsvPiece() override { pool->give_back(std::move(buffer)); }
    std::string_view text() const { return {buffer.bytes.get(), size}; }

    std::shared_ptr<CsvBufferPool> pool;
    CsvBuffer buffer{};
    std::size_t size = 0;
    bool quotes = true;               // whether a quote is in the text
    std::uint32_t dropped_lines = 0;  // line ends of the file that were in the last row and are not in the text
    char separator = ',';
};

// The records come whole and in order, in pieces of about `piece_bytes` that depend on nothing else than the file.
//
// Memory is bounded. A quoted field of more than `max_field_bytes` is shortened, though not below the length at which
// it is a fault (field-too-long); of one that is never closed (unclosed-quote) the rest of the file is dropped with
// it. A row that does not end within `longest_row` ends the reading with a fault (row-too-long).
class CsvPieces {
public:
    static constexpr std::size_t longest_row = std::size_t{64} << 20;
    // `options` must outlive the pieces.
    CsvPieces(std::unique_ptr<ByteSource> source, std::string name, const CsvOptions& options, std::size_t piece_bytes,
              std::shared_ptr<CsvBufferPool> pool);

    // To be called once, first. False, with the faults of read_csv, where there is no sound header.
    bool read_header(Diagnostics& faults);
    const std::vector<std::string>& names() const { return names_; }
    const std::string& header() const { return header_; }  // the text of it, for faults at its places

    // nullptr at the end, or, with a fault, where the file cannot be read on. `index` and `file` are left to the
    // caller.
    std::unique_ptr<CsvPiece> next(Diagnostics& faults);

    const std::string& name() const { return name_; }
    const ByteSource& source() const { return *source_; }

private:
    bool read_beginning(Diagnostics& faults);
    void begin(CsvPiece& piece);
    bool fill(CsvPiece& piece, std::size_t size, Diagnostics& faults);
    bool cut(CsvPiece& piece, Diagnostics& faults);
    bool is_overlong(const CsvPiece& piece, std::size_t open) const;
    bool shorten(CsvPiece& piece, std::size_t open, Diagnostics& faults);
    bool grow(CsvPiece& piece, Diagnostics& faults);
    void split(CsvPiece& piece, std::size_t border);

    std::unique_ptr<ByteSource> source_;
    std::string name_;
    const CsvOptions& options_;
    std::size_t piece_bytes_;
    std::shared_ptr<CsvBufferPool> pool_;
    std::vector<std::string> names_;
    std::string header_;
    char separator_ = ',';
    std::uint32_t first_line_ = 1;
    std::string carried_;  // what the next piece begins with
    bool ended_ = false;   // the source has
    bool first_ = true;
};

}  // namespace cifra
