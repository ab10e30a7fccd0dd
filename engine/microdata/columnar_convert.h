// CSV files made into one columnar file (columnar_format.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "engine/csv.h"
#include "engine/diagnostics.h"

namespace cifra {

struct ConvertOptions {
    char separator = '\0';  // as in CsvOptions
    bool decimal_comma = false;
    bool write = true;  // false: everything is read and encoded, and no file remains
    int threads = 0;    // 0: all cores; the file is the same
    std::function<void(double share)> progress = [](double) {};
};

struct Conversion {
    std::uint64_t rows = 0, columns = 0;
    std::uint64_t bytes_before = 0, bytes_after = 0;  // on disk
};

// Reads the files one after another, with all the faults of csv_rows.h at their lines; where there is any, nothing is
// written and nothing returned. `out` is written under a temporary name beside it and renamed: whoever reads an older
// one keeps it whole. Throws InputError where it cannot be written, or is one of the files (same-file). Memory: some
// megabytes and the dictionaries, whatever the size of the files.
std::optional<Conversion> convert_csv(const std::vector<std::filesystem::path>& files, const std::filesystem::path& out,
                                      const ConvertOptions& options, Diagnostics& faults);

}  // namespace cifra
