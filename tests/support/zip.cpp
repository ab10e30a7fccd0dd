#include "tests/support/zip.h"

#include <zlib.h>

#include <cstddef>
#include <stdexcept>

namespace cifra {

namespace {

std::size_t number(const std::string& bytes, std::size_t at, int width) {
    std::size_t value = 0;
    for (int i = width; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes.at(at + static_cast<std::size_t>(i)));
    return value;
}

std::string inflated(std::string packed, std::size_t size) {
    std::string plain(size, '\0');
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::runtime_error("zlib");
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(size);
    const int end = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (end != Z_STREAM_END) throw std::runtime_error("a damaged archive");
    return plain;
}

}  // namespace

// PKWARE APPNOTE 6.3: the central directory names each file and where its local header begins.
std::map<std::string, std::string> unzip(const std::string& archive) {
    const std::size_t end = archive.rfind("PK\5\6");
    if (end == std::string::npos) throw std::runtime_error("no archive");
    std::map<std::string, std::string> files;
    std::size_t at = number(archive, end + 16, 4);
    for (std::size_t left = number(archive, end + 10, 2); left > 0; --left) {
        const std::size_t method = number(archive, at + 10, 2), packed = number(archive, at + 20, 4),
                          size = number(archive, at + 24, 4), name = number(archive, at + 28, 2),
                          local = number(archive, at + 42, 4);
        const std::size_t data = local + 30 + number(archive, local + 26, 2) + number(archive, local + 28, 2);
        const std::string content = archive.substr(data, packed);
        files[archive.substr(at + 46, name)] = method == 0 ? content : inflated(content, size);
        at += 46 + name + number(archive, at + 30, 2) + number(archive, at + 32, 2);
    }
    return files;
}

}  // namespace cifra
