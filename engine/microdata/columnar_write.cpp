#include "engine/microdata/columnar_write.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "engine/diagnostics.h"
#include "engine/microdata/digest.h"
#include "engine/parallel.h"

namespace cifra {

namespace {

// A group of very long cells ends early: readers hold a whole one.
constexpr std::size_t most_group_bytes = 32 << 20;

template <class Value>
std::string_view view_of(const std::vector<Value>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value)};
}

bool one_line_each(const std::vector<std::uint32_t>& lines) {
    const auto apart = [](std::uint32_t a, std::uint32_t b) { return b != a + 1; };
    return std::adjacent_find(lines.begin(), lines.end(), apart) == lines.end();
}

}  // namespace

ColumnarWriter::ColumnarWriter(std::filesystem::path file, const std::vector<std::string>& columns, bool decimal_comma,
                               int threads)
    : file_(std::move(file)), stream_(file_, std::ios::binary | std::ios::trunc), threads_(threads) {
    directory_.decimal_comma = decimal_comma;
    for (const std::string& name : columns) {
        directory_.columns.emplace_back().name = name;
        encoders_.emplace_back(decimal_comma);
    }
    std::array<char, columnar_head_bytes> head{};
    std::memcpy(head.data(), columnar_magic.data(), columnar_magic.size());
    std::memcpy(head.data() + columnar_magic.size(), &columnar_version, sizeof columnar_version);
    write({head.data(), head.size()});
}

void ColumnarWriter::write(std::string_view bytes) {
    stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    offset_ += bytes.size();
    if (!stream_)
        fail_input({file_.string(), 0, 0}, "cannot-write", "the file cannot be written",
                   "check the folder's permissions and the free space, or choose another --out");
}

ColumnarPart ColumnarWriter::write_part(std::string_view bytes) {
    constexpr std::string_view zeros("\0\0\0\0\0\0\0", 7);
    write(zeros.substr(0, (8 - offset_ % 8) % 8));
    const ColumnarPart part{offset_, bytes.size(), checksum(bytes)};
    write(bytes);
    return part;
}

void ColumnarWriter::add(const Table& texts, std::size_t source, std::uint32_t first_line) {
    if (source != source_) flush_group();
    source_ = static_cast<std::uint32_t>(source);
    for (std::size_t begin = 0; begin < texts.rows();) {
        const std::size_t room = columnar_group_rows - lines_.size();
        const std::size_t end = std::min(texts.rows(), begin + room);
        add_rows(texts, begin, end, first_line);
        begin = end;
        if (group_is_full()) flush_group();
    }
}

void ColumnarWriter::add_rows(const Table& texts, std::size_t begin, std::size_t end, std::uint32_t first_line) {
    for_each_shard(encoders_.size(), threads_,
                   [&](std::size_t i) { encoders_[i].add(texts.at(directory_.columns[i].name), begin, end); });
    for (std::size_t row = begin; row < end; ++row) lines_.push_back(first_line + texts.lines[row]);
    directory_.rows += end - begin;
}

bool ColumnarWriter::group_is_full() const {
    const auto long_cells = [](const ColumnEncoder& encoder) { return encoder.pending_bytes() > most_group_bytes; };
    return lines_.size() == columnar_group_rows || std::any_of(encoders_.begin(), encoders_.end(), long_cells);
}

void ColumnarWriter::flush_group() {
    if (lines_.empty()) return;
    ColumnarGroup group;
    group.rows = static_cast<std::uint32_t>(lines_.size());
    group.source = source_;
    group.first_line = lines_.front();
    group.lines = lines_.back() - lines_.front() + 1;
    const bool same_source = !directory_.groups.empty() && directory_.groups.back().source == source_;
    if (same_source) directory_.groups.back().lines = group.first_line - directory_.groups.back().first_line;
    if (!one_line_each(lines_)) {
        for (std::uint32_t& line : lines_) line -= group.first_line;
        group.row_lines = write_part(view_of(lines_));
    }
    lines_.clear();
    directory_.groups.push_back(group);
    const auto chunks =
        map_shards<EncodedChunk>(encoders_.size(), threads_, [&](std::size_t i) { return encoders_[i].flush(); });
    for (std::size_t i = 0; i < chunks.size(); ++i)
        directory_.columns[i].chunks.push_back({write_part(chunks[i].bytes), chunks[i].encoding, chunks[i].decimals});
}

void ColumnarWriter::finish(std::vector<ColumnarSource> sources) {
    flush_group();
    directory_.sources = std::move(sources);
    for (std::size_t i = 0; i < encoders_.size(); ++i) {
        ColumnarColumn& column = directory_.columns[i];
        column.numbers = encoders_[i].numbers();
        column.entries = static_cast<std::uint32_t>(encoders_[i].entries());
        column.dictionary = write_part(encoders_[i].dictionary());
    }
    const ColumnarPart directory = write_part(to_bytes(directory_));
    write({reinterpret_cast<const char*>(&directory), sizeof directory});
    write(columnar_end_magic);
    stream_.close();
    write({});
}

}  // namespace cifra
