#include "engine/microdata/columnar_read.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <utility>

#include "engine/microdata/digest.h"
#include "engine/microdata/disk_file.h"

namespace cifra {

namespace {

class Mapping {
public:
    Mapping(int handle, std::size_t size)
        : bytes_(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, handle, 0)), size_(size) {}
    ~Mapping() {
        if (sound()) ::munmap(bytes_, size_);
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    bool sound() const { return bytes_ != MAP_FAILED; }
    std::string_view bytes() const { return {static_cast<const char*>(bytes_), size_}; }

private:
    void* bytes_;
    std::size_t size_;
};

std::shared_ptr<const Mapping> map_file(const std::filesystem::path& file, std::uint64_t bytes) {
    const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (handle < 0) return nullptr;
    auto mapping = std::make_shared<const Mapping>(handle, bytes);
    ::close(handle);
    return mapping->sound() ? mapping : nullptr;
}

constexpr const char* make_again = "make it again: cifra convert FILE.csv";

void damaged(const std::filesystem::path& file, Diagnostics& faults) {
    faults.error({file.string(), 0, 0}, "damaged-columnar", "the columnar file is damaged or cut short", make_again);
}

bool has_head(std::string_view bytes, const std::filesystem::path& file, Diagnostics& faults) {
    if (!bytes.starts_with(columnar_magic)) {
        faults.error({file.string(), 0, 0}, "not-columnar", "this is not a columnar file of cifra", make_again);
        return false;
    }
    std::uint32_t version = 0, rest = 0;
    if (bytes.size() < columnar_head_bytes + columnar_trailer_bytes) return damaged(file, faults), false;
    std::memcpy(&version, bytes.data() + columnar_magic.size(), sizeof version);
    std::memcpy(&rest, bytes.data() + columnar_magic.size() + sizeof version, sizeof rest);
    if (version == columnar_version && rest == 0) return true;
    faults.error({file.string(), 0, 0}, "other-version", "the columnar file is of another version of cifra",
                 make_again);
    return false;
}

std::optional<ColumnarDirectory> directory_of(std::string_view bytes) {
    const std::size_t end = bytes.size() - columnar_trailer_bytes;
    const std::string_view trailer = bytes.substr(end);
    ColumnarPart part;
    std::memcpy(&part, trailer.data(), sizeof part);
    const bool sound = trailer.ends_with(columnar_end_magic) && part.offset <= end && part.size == end - part.offset;
    if (!sound || checksum(bytes.substr(part.offset, part.size)) != part.checksum) return std::nullopt;
    return directory_from_bytes(bytes.substr(part.offset, part.size), part.offset);
}

bool same_bytes(const ColumnarSource& source, const std::filesystem::path& file) {
    const auto state = state_of(file);
    if (!state || state->bytes != source.bytes) return false;
    if (state->modified == source.modified) return true;
    Diagnostics unread;
    return digest_of(file, unread) == source.digest && !unread.has_errors();
}

}  // namespace

struct ColumnarFile::Contents {
    std::filesystem::path path;
    std::shared_ptr<const Mapping> mapping;
    ColumnarDirectory directory;
    mutable std::vector<std::atomic<bool>> checked;  // the chunks whose checksum was found right, column by column
};

ColumnarFile::ColumnarFile(std::shared_ptr<const Contents> contents) : contents_(std::move(contents)) {}

std::optional<ColumnarFile> ColumnarFile::open(const std::filesystem::path& file, Diagnostics& faults) {
    const auto readable = DiskFile::open(file, faults);
    if (!readable) return std::nullopt;
    const auto state = state_of(file);
    const auto mapping = state && state->bytes > 0 ? map_file(file, state->bytes) : nullptr;
    if (!has_head(mapping ? mapping->bytes() : std::string_view(), file, faults)) return std::nullopt;
    auto directory = directory_of(mapping->bytes());
    if (!directory) return damaged(file, faults), std::nullopt;
    std::vector<std::atomic<bool>> checked(directory->columns.size() * directory->groups.size());
    return ColumnarFile(
        std::make_shared<const Contents>(Contents{file, mapping, std::move(*directory), std::move(checked)}));
}

const std::filesystem::path& ColumnarFile::path() const { return contents_->path; }

const ColumnarDirectory& ColumnarFile::directory() const { return contents_->directory; }

std::string ColumnarFile::source(std::size_t index) const {
    return (contents_->path.parent_path() / directory().sources.at(index).path).lexically_normal().string();
}

std::optional<std::string_view> ColumnarFile::part(const ColumnarPart& part) const {
    if (part.size == 0) return std::string_view();
    const std::string_view bytes = contents_->mapping->bytes().substr(part.offset, part.size);
    return checksum(bytes) == part.checksum ? std::optional(bytes) : std::nullopt;
}

std::optional<std::string_view> ColumnarFile::chunk(std::size_t column, std::size_t group) const {
    const ColumnarPart& place = directory().columns[column].chunks[group].part;
    std::atomic<bool>& checked = contents_->checked[column * directory().groups.size() + group];
    if (checked.load(std::memory_order_relaxed)) return contents_->mapping->bytes().substr(place.offset, place.size);
    const auto bytes = part(place);
    checked.store(bytes.has_value(), std::memory_order_relaxed);
    return bytes;
}

void ColumnarFile::report_damage(Diagnostics& faults) const { damaged(path(), faults); }

bool is_current(const ColumnarFile& cache, const std::vector<std::filesystem::path>& files, const CsvOptions& options) {
    const ColumnarDirectory& made = cache.directory();
    if (options.decimal_comma != made.decimal_comma || files.size() != made.sources.size()) return false;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const char separator = options.separator != '\0' ? options.separator : made.sources[i].separator;
        const bool same_name = files[i].filename() == std::filesystem::path(made.sources[i].path).filename();
        if (!same_name || separator != made.sources[i].separator || !same_bytes(made.sources[i], files[i]))
            return false;
    }
    return true;
}

}  // namespace cifra
