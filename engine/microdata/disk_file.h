// One file read from its beginning to its end, with the digest of its bytes. Pipes are files too.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/diagnostics.h"
#include "engine/microdata/digest.h"

namespace cifra {

class DiskFile {
public:
    // Nothing, with the fault cannot-read, where the file cannot be opened or is a folder.
    static std::optional<DiskFile> open(const std::filesystem::path& file, Diagnostics& faults);
    ~DiskFile();
    DiskFile(DiskFile&& other) noexcept;
    DiskFile& operator=(DiskFile&&) = delete;

    // The first four bytes, or fewer where the file is shorter. Before the first read only.
    std::string_view head() const { return {head_.data(), head_size_}; }
    // Fills `to` unless the file ends before. Less than `size`: the end, or the fault cannot-read.
    std::size_t read(char* to, std::size_t size, Diagnostics& faults);
    bool ended() const { return ended_; }  // all bytes were read
    double share() const;                  // of the bytes read so far
    // XXH3-128, 32 digits; "" before the end.
    std::string digest() const { return ended_ ? digest_.hexadecimal() : std::string(); }
    const std::string& name() const { return name_; }

private:
    DiskFile(int handle, std::string name, std::uintmax_t bytes);
    std::size_t read_some(char* to, std::size_t size, Diagnostics& faults);

    int handle_;
    std::string name_;
    std::uintmax_t bytes_, taken_ = 0;
    std::array<char, 4> head_{};
    std::size_t head_size_ = 0, head_given_ = 0;
    bool ended_ = false, failed_ = false;
    Digest digest_;
};

struct FileState {
    std::uint64_t bytes = 0;
    std::int64_t modified = 0;  // nanoseconds since 1970
};

// Nothing where there is no such file, or it is a folder or a pipe.
std::optional<FileState> state_of(const std::filesystem::path& file);

// XXH3-128 of a whole file, 32 digits, or "" with the fault cannot-read.
std::string digest_of(const std::filesystem::path& file, Diagnostics& faults);

}  // namespace cifra
