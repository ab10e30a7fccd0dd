#include "engine/microdata/disk_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace cifra {

namespace {

// Linux reads at most 2 GiB at a time.
constexpr std::size_t most_at_a_time = 1 << 30;

std::nullopt_t refuse(const std::filesystem::path& file, const char* message, const char* hint, Diagnostics& faults) {
    faults.error({file.string(), 0, 0}, "cannot-read", message, hint);
    return std::nullopt;
}

}  // namespace

DiskFile::DiskFile(int handle, std::string name, std::uintmax_t bytes)
    : handle_(handle), name_(std::move(name)), bytes_(bytes) {}

DiskFile::DiskFile(DiskFile&& other) noexcept
    : handle_(std::exchange(other.handle_, -1)),
      name_(std::move(other.name_)),
      bytes_(other.bytes_),
      taken_(other.taken_),
      head_(other.head_),
      head_size_(other.head_size_),
      head_given_(other.head_given_),
      ended_(other.ended_),
      failed_(other.failed_),
      digest_(std::move(other.digest_)) {}

DiskFile::~DiskFile() {
    if (handle_ >= 0) ::close(handle_);
}

std::optional<DiskFile> DiskFile::open(const std::filesystem::path& file, Diagnostics& faults) {
    const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (handle < 0 && (errno == ENOENT || errno == ENOTDIR))
        return refuse(file, "there is no such file", "check its name and folder", faults);
    struct stat about {};
    if (handle < 0 || ::fstat(handle, &about) != 0) {
        if (handle >= 0) ::close(handle);
        return refuse(file, "the file cannot be opened", "check its permissions", faults);
    }
    DiskFile disk(handle, file.string(), S_ISREG(about.st_mode) ? static_cast<std::uintmax_t>(about.st_size) : 0);
    if (S_ISDIR(about.st_mode)) return refuse(file, "this is a folder", "name a file in it", faults);
    ::posix_fadvise(handle, 0, 0, POSIX_FADV_SEQUENTIAL);
    disk.head_size_ = disk.read_some(disk.head_.data(), disk.head_.size(), faults);
    if (disk.failed_) return std::nullopt;
    return disk;
}

std::size_t DiskFile::read(char* to, std::size_t size, Diagnostics& faults) {
    const std::size_t given = std::min(size, head_size_ - head_given_);
    if (given > 0) std::memcpy(to, head_.data() + head_given_, given);
    head_given_ += given;
    return given + read_some(to + given, size - given, faults);
}

std::size_t DiskFile::read_some(char* to, std::size_t size, Diagnostics& faults) {
    if (ended_ || failed_) return 0;
    std::size_t done = 0;
    while (done < size && !ended_ && !failed_) {
        const ssize_t got = ::read(handle_, to + done, std::min(size - done, most_at_a_time));
        if (got < 0 && errno == EINTR) continue;
        failed_ = got < 0;
        ended_ = got == 0;
        if (got > 0) done += static_cast<std::size_t>(got);
    }
    if (failed_) refuse(name_, "the file cannot be read to its end", "check the disk or the network drive", faults);
    digest_.add(to, done);
    taken_ += done;
    return done;
}

double DiskFile::share() const {
    if (ended_) return 1;
    return bytes_ == 0 ? 0 : std::min(1.0, static_cast<double>(taken_) / static_cast<double>(bytes_));
}

std::optional<FileState> state_of(const std::filesystem::path& file) {
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
    constexpr std::int64_t second = 1'000'000'000;
    return FileState{static_cast<std::uint64_t>(about.st_size), about.st_mtim.tv_sec * second + about.st_mtim.tv_nsec};
}

std::string digest_of(const std::filesystem::path& file, Diagnostics& faults) {
    auto disk = DiskFile::open(file, faults);
    std::vector<char> part(1 << 18);
    while (disk && disk->read(part.data(), part.size(), faults) == part.size()) {
    }
    return disk ? disk->digest() : std::string();
}

}  // namespace cifra
