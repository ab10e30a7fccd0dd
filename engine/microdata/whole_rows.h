// Whole files as a table by way of their blocks, read on all cores; the same table at any number of them.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/csv.h"
#include "engine/diagnostics.h"
#include "engine/microdata/row_source.h"

namespace cifra {

// Opens the rows anew with the types that are known by then.
using RowOpener = std::function<std::unique_ptr<RowSource>(const CsvOptions& options, Diagnostics& faults)>;

// All rows, those of blocks with faults included; `source` names the table. `digests`: receives those of the files.
Table read_whole(const RowOpener& open, CsvOptions options, const std::string& source, Diagnostics& faults,
                 std::vector<std::string>* digests = nullptr);

// The table that read_csv (csv.h) describes. Nothing where there is any fault, or the file is no regular one: then it
// has to be read from its beginning by the scanner, which tells them all.
std::optional<Table> read_sound_csv(const std::filesystem::path& file, const CsvOptions& options,
                                    std::vector<std::string>* digests = nullptr);

}  // namespace cifra
