#include "engine/microdata/microdata.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include "engine/microdata/columnar_read.h"
#include "engine/microdata/columnar_rows.h"
#include "engine/microdata/csv_rows.h"
#include "engine/microdata/whole_rows.h"
#include "engine/statfile/stat_format.h"
#include "engine/statfile/stat_rows.h"
#include "engine/statfile/xlsx.h"

namespace cifra {

namespace {

enum class Kind { text, compressed, columnar, statistical, workbook };

Kind kind_of(const std::filesystem::path& file) {
    if (stat_format(file)) return Kind::statistical;
    if (file.extension() == ".xlsx") return Kind::workbook;
    std::array<char, 4> bytes{};
    std::ifstream(file, std::ios::binary).read(bytes.data(), bytes.size());
    const std::string_view start(bytes.data(), bytes.size());
    if (start.starts_with("\x1f\x8b") || start == "\x28\xb5\x2f\xfd") return Kind::compressed;
    return file.extension() == ".cifra" ? Kind::columnar : Kind::text;
}

std::unique_ptr<RowSource> open_cache(const MicrodataFiles& files, const CsvOptions& options) {
    const std::filesystem::path cache = cache_of(files);
    std::error_code error;
    Diagnostics ignored;
    if (!std::filesystem::exists(cache, error)) return nullptr;
    const std::optional<ColumnarFile> opened = ColumnarFile::open(cache, ignored);
    if (!opened || !is_current(*opened, files, options)) return nullptr;
    return open_columnar_rows(*opened, options, ignored);
}

}  // namespace

std::filesystem::path cache_of(const MicrodataFiles& files) { return files.front().string() + ".cifra"; }

std::unique_ptr<RowSource> open_rows(const MicrodataFiles& files, const CsvOptions& options, Diagnostics& faults,
                                     std::size_t piece_bytes) {
    const Kind kind = kind_of(files.front());
    if (files.size() == 1 && kind == Kind::columnar) return open_columnar_rows(files.front(), options, faults);
    if (kind == Kind::statistical) return open_stat_rows(files, options, {}, faults, piece_bytes);
    if (kind == Kind::workbook) {
        faults.error({files.front().string(), 0, 0}, "no-workbook", "a workbook does not hold microdata",
                     "save its sheet as CSV: cifra convert FILE.xlsx --out FILE.csv");
        return nullptr;
    }
    if (auto cached = open_cache(files, options)) return cached;
    return open_csv_rows(files, options, faults, piece_bytes);
}

std::vector<std::string> row_header(const MicrodataFiles& files, const CsvOptions& options, Diagnostics& faults) {
    if (kind_of(files.front()) == Kind::text) return csv_header(files.front(), options, faults);
    const auto rows = open_rows({files.front()}, options, faults);
    return rows ? rows->header() : std::vector<std::string>{};
}

Codebook own_codebook(const MicrodataFiles& files) {
    Diagnostics ignored;
    if (kind_of(files.front()) != Kind::statistical) return {};
    return stat_codebook(files.front(), {}, ignored).value_or(Codebook{});
}

Table read_rows(const MicrodataFiles& files, const CsvOptions& options, Diagnostics& faults,
                std::vector<std::string>* digests) {
    std::error_code error;
    const Kind kind = kind_of(files.front());
    if (kind == Kind::workbook && files.size() == 1) return read_xlsx(files.front(), options, faults);
    const bool plain = files.size() == 1 && (kind == Kind::text || kind == Kind::compressed);
    if (plain && !std::filesystem::exists(cache_of(files), error)) {
        auto sound = read_sound_csv(files.front(), options, digests);
        return sound ? *std::move(sound) : read_csv(files.front(), options, faults);
    }
    const auto open = [&](const CsvOptions& typed, Diagnostics& found) { return open_rows(files, typed, found); };
    return read_whole(open, options, files.front().string(), faults, digests);
}

}  // namespace cifra
