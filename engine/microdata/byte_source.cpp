#include "engine/microdata/byte_source.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/microdata/disk_file.h"

namespace cifra {

namespace {

constexpr std::size_t archive_part = 1 << 17;  // bytes of an archive read at a time
constexpr std::size_t most_out = 1 << 30;      // zlib counts in 32 bits

class PlainBytes final : public ByteSource {
public:
    explicit PlainBytes(DiskFile disk) : disk_(std::move(disk)) {}
    std::size_t read(char* to, std::size_t size, Diagnostics& faults) override { return disk_.read(to, size, faults); }
    double share() const override { return disk_.share(); }
    std::string digest() const override { return disk_.digest(); }

private:
    DiskFile disk_;
};

// What both kinds of archive share: the part of the file at hand, and the rule that an end inside a member is a fault.
class ArchiveBytes : public ByteSource {
public:
    explicit ArchiveBytes(DiskFile disk) : disk_(std::move(disk)), part_(archive_part) {}
    std::size_t read(char* to, std::size_t size, Diagnostics& faults) final;
    double share() const final { return disk_.share(); }
    std::string digest() const final { return damaged_ ? std::string() : disk_.digest(); }

protected:
    enum class Step { going_on, member_ended, damaged, too_wide };
    // Unpacks from `in` to `out` and moves both on.
    virtual Step unpack(std::string_view& in, char*& out, std::size_t room) = 0;

private:
    bool refill(Diagnostics& faults);
    std::size_t give_up(const char* message, const char* hint, Diagnostics& faults);

    DiskFile disk_;
    std::vector<char> part_;
    std::string_view in_;  // of part_, not yet unpacked
    bool inside_ = false;  // a member has begun and not ended
    bool damaged_ = false;
};

// False where the file cannot be read on.
bool ArchiveBytes::refill(Diagnostics& faults) {
    if (!in_.empty() || disk_.ended()) return true;
    const std::size_t got = disk_.read(part_.data(), part_.size(), faults);
    in_ = {part_.data(), got};
    damaged_ = got < part_.size() && !disk_.ended();
    return !damaged_;
}

std::size_t ArchiveBytes::give_up(const char* message, const char* hint, Diagnostics& faults) {
    damaged_ = true;
    faults.error({disk_.name(), 0, 0}, "damaged-archive", message, hint);
    return 0;
}

std::size_t ArchiveBytes::read(char* to, std::size_t size, Diagnostics& faults) {
    char* out = to;
    while (out < to + size && !damaged_) {
        if (!refill(faults)) return 0;
        if (in_.empty() && !inside_) break;
        const std::size_t left = in_.size();
        const char* const before = out;
        const Step step = unpack(in_, out, std::min(static_cast<std::size_t>(to + size - out), most_out));
        if (step == Step::damaged)
            return give_up("the compressed file is damaged", "get it again, or check it with gzip -t or zstd -t",
                           faults);
        if (step == Step::too_wide)
            return give_up("the compressed file needs a window of more than 128 MiB of memory",
                           "compress it again without --long and --ultra", faults);
        inside_ = step != Step::member_ended;
        if (inside_ && left == 0 && out == before)
            return give_up("the compressed file ends too early", "get it again: a part of it is missing", faults);
    }
    return static_cast<std::size_t>(out - to);
}

class GzipBytes final : public ArchiveBytes {
public:
    explicit GzipBytes(DiskFile disk) : ArchiveBytes(std::move(disk)) {
        constexpr int gzip_only = 16 + MAX_WBITS;
        if (inflateInit2(&stream_, gzip_only) != Z_OK) throw std::runtime_error("zlib does not start");
    }
    ~GzipBytes() override { inflateEnd(&stream_); }

private:
    Step unpack(std::string_view& in, char*& out, std::size_t room) override {
        // zlib does not write to its input; its types are older than const.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
        stream_.avail_in = static_cast<uInt>(in.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out);
        stream_.avail_out = static_cast<uInt>(room);
        const int status = inflate(&stream_, Z_NO_FLUSH);
        in.remove_prefix(in.size() - stream_.avail_in);
        out += room - stream_.avail_out;
        if (status == Z_STREAM_END) return inflateReset(&stream_) == Z_OK ? Step::member_ended : Step::damaged;
        return status == Z_OK || status == Z_BUF_ERROR ? Step::going_on : Step::damaged;
    }

    z_stream stream_{};
};

class ZstdBytes final : public ArchiveBytes {
public:
    explicit ZstdBytes(DiskFile disk) : ArchiveBytes(std::move(disk)), stream_(ZSTD_createDStream(), ZSTD_freeDStream) {
        constexpr int window_bits = 27;  // what the zstd program itself takes without being asked for more
        if (!stream_ || ZSTD_isError(ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, window_bits)))
            throw std::runtime_error("zstd does not start");
    }

private:
    Step unpack(std::string_view& in, char*& out, std::size_t room) override {
        ZSTD_inBuffer from{in.data(), in.size(), 0};
        ZSTD_outBuffer to{out, room, 0};
        const std::size_t status = ZSTD_decompressStream(stream_.get(), &to, &from);
        in.remove_prefix(from.pos);
        out += to.pos;
        if (ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge) return Step::too_wide;
        if (ZSTD_isError(status)) return Step::damaged;
        return status == 0 ? Step::member_ended : Step::going_on;
    }

    std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
};

// RFC 1952: ID1, ID2, and the only method there is.
bool is_gzip(std::string_view head) { return head.starts_with("\x1F\x8B\x08"); }

// RFC 8878: a frame, or a skippable frame before it.
bool is_zstd(std::string_view head) {
    if (head.size() < 4) return false;
    const bool skippable = (static_cast<unsigned char>(head[0]) & 0xF0) == 0x50 && head.substr(1) == "\x2A\x4D\x18";
    return skippable || head == "\x28\xB5\x2F\xFD";
}

}  // namespace

std::unique_ptr<ByteSource> open_bytes(const std::filesystem::path& file, Diagnostics& faults) {
    auto disk = DiskFile::open(file, faults);
    if (!disk) return nullptr;
    if (is_gzip(disk->head())) return std::make_unique<GzipBytes>(std::move(*disk));
    if (is_zstd(disk->head())) return std::make_unique<ZstdBytes>(std::move(*disk));
    return std::make_unique<PlainBytes>(std::move(*disk));
}

}  // namespace cifra
