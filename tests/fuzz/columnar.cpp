// Any bytes as a columnar file, as they are and with checksums made to fit: no crash, and no column without its rows.
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "engine/microdata/columnar_format.h"
#include "engine/microdata/columnar_rows.h"
#include "engine/microdata/digest.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace cifra;

std::string_view part_of(const std::string& bytes, const ColumnarPart& part) {
    return std::string_view(bytes).substr(part.offset, part.size);
}

void mend_parts(ColumnarDirectory& directory, const std::string& bytes) {
    const auto mend = [&](ColumnarPart& part) {
        if (part.size > 0) part.checksum = checksum(part_of(bytes, part));
    };
    for (ColumnarGroup& group : directory.groups) mend(group.row_lines);
    for (ColumnarColumn& column : directory.columns) {
        mend(column.dictionary);
        for (ColumnarChunk& chunk : column.chunks) mend(chunk.part);
    }
}

// Checksums keep a fuzzer from what lies behind them.
std::string with_checksums(std::string bytes) {
    if (bytes.size() < columnar_head_bytes + columnar_trailer_bytes) return bytes;
    const std::size_t trailer = bytes.size() - columnar_trailer_bytes;
    ColumnarPart place;
    std::memcpy(&place, bytes.data() + trailer, sizeof place);
    if (place.offset > trailer || place.size != trailer - place.offset) return bytes;
    if (auto directory = directory_from_bytes(part_of(bytes, place), place.offset)) {
        mend_parts(*directory, bytes);
        const std::string packed = to_bytes(*directory);
        fuzz::require(packed.size() == place.size, "a directory changed its size");
        bytes.replace(place.offset, place.size, packed);
    }
    place.checksum = checksum(part_of(bytes, place));
    std::memcpy(bytes.data() + trailer, &place, sizeof place);
    return bytes;
}

void read_file(const std::string& name, const CsvOptions& options) {
    Diagnostics faults;
    const auto rows = open_columnar_rows(name, options, faults);
    fuzz::require((rows != nullptr) != faults.has_errors(), "a file is read or has a fault");
    fuzz::require_explained(faults);
    if (!rows) return;
    while (const auto piece = rows->next(faults)) {
        const RowBlock block = rows->read(*piece);
        fuzz::require_explained(block.faults);
        fuzz::require(block.faults.contains("damaged-columnar") || block.table.width() == rows->columns().size(),
                      "a column is absent");
    }
}

void read_bytes(const std::string& bytes) {
    const int file = memfd_create("columnar", MFD_CLOEXEC);
    fuzz::require(file >= 0 && write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
                  "there is memory for a file");
    const std::string name = "/proc/self/fd/" + std::to_string(file);
    read_file(name, {});
    CsvOptions options;
    for (const char* column : {"id", "sex", "weight", "note"}) options.types[column] = ColumnType::text;
    read_file(name, options);
    close(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes = fuzz::text_of(data, size);
    read_bytes(bytes);
    read_bytes(with_checksums(bytes));
    return 0;
}
