// A whole CSV file as a table by way of its blocks: how read_csv (csv.h) reads files without faults.
#pragma once

#include <filesystem>
#include <optional>

#include "engine/csv.h"

namespace cifra {

// The table that read_csv describes, read on all cores; the same at any number of them. Nothing where there is any
// fault, or the file is no regular one: then it has to be read from its beginning by the scanner, which tells them all.
std::optional<Table> read_sound_csv(const std::filesystem::path& file, const CsvOptions& options);

}  // namespace cifra
