// A columnar file (columnar_format.h) opened for reading: its directory and, on demand, its parts.
//
// The file is mapped into memory: parts that nobody asks for cost nothing, and what stays in the system's cache is not
// copied. A file must not be cut short in place while it is read, which would end the program; `cifra convert` never
// does so: it writes a new file and renames it over the old one, which stays whole for those who read it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/csv.h"
#include "engine/diagnostics.h"
#include "engine/microdata/columnar_format.h"

namespace cifra {

// Copies are cheap and share the mapped file.
class ColumnarFile {
public:
    // Faults: cannot-read; not-columnar, a file of another kind; other-version; damaged-columnar.
    static std::optional<ColumnarFile> open(const std::filesystem::path& file, Diagnostics& faults);

    const std::filesystem::path& path() const;
    const ColumnarDirectory& directory() const;
    std::string source(std::size_t index) const;  // where a source stands or stood: beside the columnar file
    // The bytes of a part named in the directory; nothing where they are not those of its checksum.
    std::optional<std::string_view> part(const ColumnarPart& part) const;
    // The bytes of the chunk of a column in a group; its checksum is taken the first time. Any thread.
    std::optional<std::string_view> chunk(std::size_t column, std::size_t group) const;
    // Says that the bytes from `begin` to `end` will not be looked at soon again: they leave the program's memory,
    // though not the system's cache.
    void release(std::uint64_t begin, std::uint64_t end) const;
    void report_damage(Diagnostics& faults) const;

private:
    struct Contents;
    explicit ColumnarFile(std::shared_ptr<const Contents> contents);
    std::shared_ptr<const Contents> contents_;
};

// Whether the cache was made from these files, in this order, as they are now, read with these options (separator and
// decimal comma). A file of the same size and time of change is the same; one of the same size and another time is read
// for its digest. Sources are known by their name without folder. A file that cannot be read makes no cache current.
bool is_current(const ColumnarFile& cache, const std::vector<std::filesystem::path>& files, const CsvOptions& options);

}  // namespace cifra
