// Any bytes as a file of SPSS, Stata, SAS or dBASE: no crash, no column without its rows, and each fault explained. The
// first byte of the input tells the kind of file.
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "engine/statfile/stat_rows.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace cifra;

void read_file(const std::filesystem::path& file) {
    Diagnostics faults;
    const auto rows = open_stat_rows({file}, {}, {}, faults, 4096);
    fuzz::require((rows != nullptr) != faults.has_errors(), "a file is opened or has a fault");
    std::size_t count = 0;
    for (auto piece = rows ? rows->next(faults) : nullptr; piece && count < 100000; piece = rows->next(faults)) {
        const RowBlock block = rows->read(*piece);
        fuzz::require_explained(block.faults);
        fuzz::require(block.table.width() == rows->columns().size(), "a column is absent");
        count += block.table.rows();
    }
    fuzz::require_explained(faults);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::array<const char*, 6> endings = {"sav", "por", "dta", "sas7bdat", "xpt", "dbf"};
    if (size == 0) return 0;
    const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                       ("cifra_fuzz_" + std::to_string(getpid()) + "." + endings[data[0] % 6]);
    std::ofstream(file, std::ios::binary) << fuzz::text_of(data + 1, size - 1);
    read_file(file);
    std::filesystem::remove(file);
    return 0;
}
