// The bytes of one file, plain, gzip (also several members) or zstd (also several frames), told apart by their first
// bytes and never by the name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/diagnostics.h"

namespace cifra {

class ByteSource {
public:
    virtual ~ByteSource() = default;
    // Up to `size` bytes; 0 at the end. A damaged or truncated file is a fault (codes cannot-read, damaged-archive),
    // and the end.
    virtual std::size_t read(char* to, std::size_t size, Diagnostics& faults) = 0;
    virtual double share() const = 0;           // of the file's bytes taken so far
    virtual std::string digest() const = 0;     // XXH3-128 of the bytes on disk, 32 digits; at the end only, else ""
};

// nullptr with a fault (cannot-read) where the file cannot be opened.
std::unique_ptr<ByteSource> open_bytes(const std::filesystem::path& file, Diagnostics& faults);

}  // namespace cifra
