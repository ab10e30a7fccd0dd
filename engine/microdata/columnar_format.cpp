#include "engine/microdata/columnar_format.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <type_traits>

namespace cifra {

namespace {

static_assert(std::endian::native == std::endian::little, "the format is that of the machine: little end first");

class Packer {
public:
    template <class Value>
    void add(Value value) requires std::is_arithmetic_v<Value> {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        bytes_.append(bytes, sizeof value);
    }
    void add(const std::string& text) {
        add(static_cast<std::uint32_t>(text.size()));
        bytes_ += text;
    }
    void add(const ColumnarPart& part) {
        add(part.offset);
        add(part.size);
        add(part.checksum);
    }
    std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

// After bytes that are missing every value is 0 and `sound` false.
class Unpacker {
public:
    explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}
    template <class Value>
    void take(Value& value) requires std::is_arithmetic_v<Value> {
        const std::string_view raw = next(sizeof value);
        value = 0;
        if (sound_) std::memcpy(&value, raw.data(), sizeof value);
    }
    void take(std::string& text) {
        std::uint32_t size = 0;
        take(size);
        text = next(size);
    }
    void take(ColumnarPart& part) {
        take(part.offset);
        take(part.size);
        take(part.checksum);
    }
    // A count of things that take at least `least` bytes each; 0 where so many cannot follow.
    std::uint32_t count(std::size_t least) {
        std::uint32_t result = 0;
        take(result);
        if (result <= bytes_.size() / least) return result;
        sound_ = false;
        return 0;
    }
    bool sound() const { return sound_; }
    bool ended() const { return bytes_.empty(); }

private:
    std::string_view next(std::size_t size) {
        if (size > bytes_.size()) sound_ = false;
        if (!sound_) return {};
        const std::string_view result = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return result;
    }

    std::string_view bytes_;
    bool sound_ = true;
};

void pack(const ColumnarColumn& column, Packer& to) {
    to.add(column.name);
    to.add(static_cast<std::uint8_t>(column.numbers));
    to.add(column.entries);
    to.add(column.dictionary);
    for (const ColumnarChunk& chunk : column.chunks) {
        to.add(chunk.part);
        to.add(static_cast<std::uint8_t>(chunk.encoding));
        to.add(chunk.decimals);
    }
}

constexpr std::size_t part_bytes = 24, chunk_bytes = part_bytes + 2, group_bytes = part_bytes + 16;
constexpr std::size_t least_source_bytes = 25, least_column_bytes = part_bytes + 9;

ColumnarSource unpack_source(Unpacker& from) {
    ColumnarSource source;
    from.take(source.path);
    from.take(source.bytes);
    from.take(source.modified);
    from.take(source.digest);
    from.take(source.separator);
    return source;
}

ColumnarGroup unpack_group(Unpacker& from) {
    ColumnarGroup group;
    from.take(group.rows);
    from.take(group.source);
    from.take(group.first_line);
    from.take(group.lines);
    from.take(group.row_lines);
    return group;
}

ColumnarColumn unpack_column(Unpacker& from, std::size_t groups) {
    ColumnarColumn column;
    std::uint8_t numbers = 0, encoding = 0;
    from.take(column.name);
    from.take(numbers);
    column.numbers = numbers != 0;
    from.take(column.entries);
    from.take(column.dictionary);
    for (std::size_t i = 0; i < groups && from.sound(); ++i) {
        ColumnarChunk& chunk = column.chunks.emplace_back();
        from.take(chunk.part);
        from.take(encoding);
        from.take(chunk.decimals);
        chunk.encoding = static_cast<ColumnarEncoding>(encoding);
    }
    return column;
}

bool lies_before(const ColumnarPart& part, std::uint64_t end) {
    if (part.size == 0) return true;
    const bool begins = part.offset % 8 == 0 && part.offset >= columnar_head_bytes && part.offset <= end;
    return begins && part.size <= end - part.offset;
}

bool fits(const ColumnarChunk& chunk, std::uint64_t rows) {
    if (chunk.decimals != columnar_shortest && chunk.decimals > columnar_most_decimals) return false;
    switch (chunk.encoding) {
        case ColumnarEncoding::codes8:
            return chunk.part.size == rows;
        case ColumnarEncoding::codes16:
            return chunk.part.size == 2 * rows;
        case ColumnarEncoding::numbers:
            return chunk.part.size == 8 * rows;
        case ColumnarEncoding::texts:
            return chunk.part.size >= 4 * rows;
        case ColumnarEncoding::numbers_and_texts:
            return chunk.part.size >= 12 * rows;
    }
    return false;
}

bool is_sound(const ColumnarColumn& column, const std::vector<ColumnarGroup>& groups, std::uint64_t end) {
    if (column.entries > columnar_max_entries || column.chunks.size() != groups.size()) return false;
    if (!lies_before(column.dictionary, end) || column.dictionary.size < 12 * std::uint64_t{column.entries})
        return false;
    for (std::size_t i = 0; i < groups.size(); ++i)
        if (!lies_before(column.chunks[i].part, end) || !fits(column.chunks[i], groups[i].rows)) return false;
    return true;
}

bool is_sound(const ColumnarGroup& group, std::size_t sources, std::uint64_t end) {
    const std::uint64_t lines = group.row_lines.size;
    return group.rows > 0 && group.source < sources && lies_before(group.row_lines, end) &&
           (lines == 0 || lines == 4 * std::uint64_t{group.rows});
}

bool is_sound(const ColumnarDirectory& directory, std::uint64_t end) {
    std::uint64_t rows = 0;
    std::uint32_t source = 0;
    for (const ColumnarGroup& group : directory.groups) {
        if (!is_sound(group, directory.sources.size(), end) || group.source < source) return false;
        source = group.source;
        rows += group.rows;
    }
    std::set<std::string_view> names;
    for (const ColumnarColumn& column : directory.columns)
        if (!is_sound(column, directory.groups, end) || !names.insert(column.name).second) return false;
    return rows == directory.rows;
}

}  // namespace

std::string to_bytes(const ColumnarDirectory& directory) {
    Packer to;
    to.add(directory.rows);
    to.add(static_cast<std::uint8_t>(directory.decimal_comma));
    to.add(static_cast<std::uint32_t>(directory.sources.size()));
    for (const ColumnarSource& source : directory.sources) {
        to.add(source.path);
        to.add(source.bytes);
        to.add(source.modified);
        to.add(source.digest);
        to.add(source.separator);
    }
    to.add(static_cast<std::uint32_t>(directory.groups.size()));
    for (const ColumnarGroup& group : directory.groups) {
        for (const std::uint32_t value : {group.rows, group.source, group.first_line, group.lines}) to.add(value);
        to.add(group.row_lines);
    }
    to.add(static_cast<std::uint32_t>(directory.columns.size()));
    for (const ColumnarColumn& column : directory.columns) pack(column, to);
    return to.take();
}

std::optional<ColumnarDirectory> directory_from_bytes(std::string_view bytes, std::uint64_t end) {
    Unpacker from(bytes);
    ColumnarDirectory directory;
    std::uint8_t decimal_comma = 0;
    from.take(directory.rows);
    from.take(decimal_comma);
    directory.decimal_comma = decimal_comma != 0;
    for (std::uint32_t left = from.count(least_source_bytes); left > 0; --left)
        directory.sources.push_back(unpack_source(from));
    for (std::uint32_t left = from.count(group_bytes); left > 0; --left) directory.groups.push_back(unpack_group(from));
    const std::size_t groups = directory.groups.size();
    for (std::uint32_t left = from.count(least_column_bytes + groups * chunk_bytes); left > 0; --left)
        directory.columns.push_back(unpack_column(from, groups));
    if (!from.sound() || !from.ended() || !is_sound(directory, end)) return std::nullopt;
    return directory;
}

}  // namespace cifra
