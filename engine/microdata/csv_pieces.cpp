#include "engine/microdata/csv_pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "engine/csv_header.h"
#include "engine/csv_scanner.h"
#include "engine/microdata/csv_cut.h"
#include "engine/microdata/csv_row_parser.h"

namespace cifra {

namespace {

// By so much a shortened field is longer than allowed: no pair of quotes or of CR and LF is cut in two.
constexpr std::size_t slack = 4;

std::size_t quotes_before(std::string_view text, std::size_t at, std::size_t begin) {
    std::size_t from = at;
    while (from > begin && text[from - 1] == '"') --from;
    return at - from;
}

// Where to shorten the field that begins at `begin` and is longer.
std::size_t shortened_end(std::string_view text, std::size_t begin, std::size_t max_field_bytes) {
    std::size_t end = begin + max_field_bytes + slack;
    if (quotes_before(text, end, begin) % 2 == 1) --end;
    return text[end - 1] == '\r' && text[end] == '\n' ? end - 1 : end;
}

// The place of the closing quote, or how far there is none for certain. A CR at the end may be half of a line end.
std::size_t end_of_dropped(std::string_view text, std::size_t from, bool& closed) {
    const CsvQuoted quoted = find_closing_quote(text, from);
    closed = quoted.close != CsvCut::none;
    if (closed) return quoted.close;
    return quoted.seen == text.size() && quoted.seen > from && text.back() == '\r' ? quoted.seen - 1 : quoted.seen;
}

}  // namespace

// The columns of a block come and go by the megabyte. An allocator that hands freed memory back to the system above a
// threshold which follows the largest block freed so far, as that of glibc does, takes every one of them anew
// otherwise, and half the time goes into page faults. Once a process.
CsvBufferPool::CsvBufferPool() {
    static const bool raised = (::operator delete(::operator new (std::size_t{16} << 20)), true);
    static_cast<void>(raised);
}

CsvBuffer CsvBufferPool::take(std::size_t room) {
    {
        const std::lock_guard lock(mutex_);
        const auto found =
            std::find_if(free_.begin(), free_.end(), [&](const CsvBuffer& one) { return one.room >= room; });
        if (found != free_.end()) {
            CsvBuffer buffer = std::move(*found);
            free_.erase(found);
            return buffer;
        }
    }
    return {std::make_unique_for_overwrite<char[]>(room + csv_padding), room};
}

void CsvBufferPool::give_back(CsvBuffer buffer) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(buffer));
}

CsvPieces::CsvPieces(std::unique_ptr<ByteSource> source, std::string name, const CsvOptions& options,
                     std::size_t piece_bytes, std::shared_ptr<CsvBufferPool> pool)
    : source_(std::move(source)),
      name_(std::move(name)),
      options_(options),
      piece_bytes_(piece_bytes),
      pool_(std::move(pool)) {}

// More of the file's beginning, behind what is there of it.
bool CsvPieces::read_beginning(Diagnostics& faults) {
    const std::size_t before = carried_.size(), wanted = std::max(before, piece_bytes_), errors = faults.error_count();
    carried_.resize(before + wanted);
    const std::size_t got = source_->read(carried_.data() + before, wanted, faults);
    carried_.resize(before + got);
    ended_ = got < wanted;
    return faults.error_count() == errors;
}

bool CsvPieces::read_header(Diagnostics& faults) {
    std::size_t position = 0;
    do {
        if (!read_beginning(faults) || is_utf16(carried_, name_, faults)) return false;
        const std::string_view text = without_bom(carried_);
        separator_ = csv_separator(text, options_);
        CsvScanner scanner(text, separator_, options_.max_field_bytes, nullptr);
        scanner.next();
        position = scanner.position() + (carried_.size() - text.size());
        first_line_ = scanner.next_line();
    } while (!ended_ && position + 1 >= carried_.size() && carried_.size() < longest_row);
    header_ = without_bom(std::string_view(carried_).substr(0, position));
    carried_.erase(0, position);
    CsvFaults report(header_, name_, faults);
    check_csv_bytes(header_, report);
    CsvScanner scanner(header_, separator_, options_.max_field_bytes, &report);
    const auto names = read_csv_names(scanner, report);
    names_ = names.value_or(std::vector<std::string>{});
    return names.has_value();
}

// False where the source cannot be read on.
bool CsvPieces::fill(CsvPiece& piece, std::size_t size, Diagnostics& faults) {
    if (ended_ || piece.size >= size) return true;
    const std::size_t errors = faults.error_count();
    const std::size_t got = source_->read(piece.buffer.bytes.get() + piece.size, size - piece.size, faults);
    ended_ = got < size - piece.size;
    piece.size += got;
    return faults.error_count() == errors;
}

bool CsvPieces::grow(CsvPiece& piece, Diagnostics& faults) {
    if (piece.size >= longest_row) {
        faults.error({name_, 0, 0}, "row-too-long", fmt::format("a row does not end within {} MiB", longest_row >> 20),
                     "check that the file is CSV, and look for a line end that is missing");
        return false;
    }
    const std::size_t size = 2 * piece.size + 2;
    CsvBuffer buffer = pool_->take(size);
    std::memcpy(buffer.bytes.get(), piece.buffer.bytes.get(), piece.size);
    pool_->give_back(std::exchange(piece.buffer, std::move(buffer)));
    return fill(piece, size, faults);
}

void CsvPieces::begin(CsvPiece& piece) {
    piece.buffer = pool_->take(std::max(piece_bytes_, 2 * carried_.size()));
    piece.size = carried_.size();
    std::memcpy(piece.buffer.bytes.get(), carried_.data(), carried_.size());
    carried_.clear();
}

void CsvPieces::split(CsvPiece& piece, std::size_t border) {
    carried_.assign(piece.text().substr(border));
    piece.size = border;
}

bool CsvPieces::is_overlong(const CsvPiece& piece, std::size_t open) const {
    return open != CsvCut::none && piece.size - open - 1 > options_.max_field_bytes &&
           piece.size - open - 1 - options_.max_field_bytes > slack;
}

// Ends the piece after a record; false, with a fault, where none ends. The lines dropped from a record are to stand
// behind all rows of the piece, so that it ends with that one.
bool CsvPieces::cut(CsvPiece& piece, Diagnostics& faults) {
    for (;;) {
        const auto find_border = piece.dropped_lines > 0 ? first_csv_border : last_csv_border;
        const CsvCut cut = find_border(piece.text(), separator_);
        piece.quotes = cut.quotes;
        const bool all = ended_ && piece.dropped_lines == 0;
        if (cut.border != CsvCut::none && !all) split(piece, cut.border);
        if (cut.border != CsvCut::none || ended_) return true;
        const bool overlong = is_overlong(piece, cut.open);
        if (!(overlong ? shorten(piece, cut.open, faults) : grow(piece, faults))) return false;
    }
}

// The field opened at `open` is longer than allowed. Its end is looked for, and what stands before is dropped.
bool CsvPieces::shorten(CsvPiece& piece, std::size_t open, Diagnostics& faults) {
    const std::size_t kept = shortened_end(piece.text(), open + 1, options_.max_field_bytes), size = piece.size;
    for (bool closed = false;;) {
        const std::size_t end = end_of_dropped(piece.text(), kept, closed);
        piece.dropped_lines += count_line_ends(piece.text().substr(kept, end - kept));
        std::memmove(piece.buffer.bytes.get() + kept, piece.buffer.bytes.get() + end, piece.size - end);
        piece.size -= end - kept;
        if (closed || ended_) return true;
        if (!(piece.size < size ? fill(piece, size, faults) : grow(piece, faults))) return false;
    }
}

std::unique_ptr<CsvPiece> CsvPieces::next(Diagnostics& faults) {
    auto piece = std::make_unique<CsvPiece>(pool_);
    const std::size_t size = std::max(piece_bytes_, 2 * carried_.size());
    begin(*piece);
    if (!fill(*piece, size, faults) || !cut(*piece, faults)) return nullptr;
    if (piece->size == 0) return nullptr;
    std::memset(piece->buffer.bytes.get() + piece->size, 0, csv_padding);
    piece->buffer.bytes[piece->size] = '\n';
    piece->separator = separator_;
    piece->first_of_file = std::exchange(first_, false);
    piece->first_line = first_line_;
    return piece;
}

}  // namespace cifra
