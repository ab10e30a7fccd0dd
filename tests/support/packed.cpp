#include "tests/support/packed.h"

#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <new>

namespace cifra::testing {

std::string gzip(const std::string& text) {
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
    std::string archive(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(archive.data());
    stream.avail_out = static_cast<uInt>(archive.size());
    deflate(&stream, Z_FINISH);
    archive.resize(stream.total_out);
    deflateEnd(&stream);
    return archive;
}

std::string zstd(const std::string& text, int window_bits) {
    std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_bits);
    // As a stream of unknown length: else a short text makes a small window.
    std::string archive(ZSTD_compressBound(text.size()) + 64, '\0');
    ZSTD_inBuffer from{text.data(), text.size(), 0};
    ZSTD_outBuffer to{archive.data(), archive.size(), 0};
    ZSTD_compressStream2(context.get(), &to, &from, ZSTD_e_continue);
    ZSTD_compressStream2(context.get(), &to, &from, ZSTD_e_end);
    archive.resize(to.pos);
    return archive;
}

}  // namespace cifra::testing
