#include "engine/microdata/microdata.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <string_view>
#include <utility>

#include "engine/microdata/columnar_read.h"
#include "engine/microdata/columnar_rows.h"
#include "engine/microdata/csv_rows.h"

namespace cifra {

namespace {

enum class Kind { text, compressed, columnar };

Kind kind_of(const std::filesystem::path& file) {
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

// Blocks put together: the texts of a column share one dictionary in the end.
class Gathering {
public:
    explicit Gathering(const std::vector<RowColumn>& columns) : columns_(columns), parts_(columns.size()) {}

    void add(const RowBlock& block, std::uint32_t first_line) {
        for (const std::uint32_t line : block.table.lines) lines_.push_back(first_line + line);
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            const Column& column = block.table.column(c);
            if (columns_[c].type == ColumnType::text)
                add_texts(column, parts_[c]);
            else
                add_numbers(column, parts_[c]);
        }
    }

    Table finish(std::string source) {
        Table table;
        table.source = std::move(source);
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            Part& part = parts_[c];
            if (part.missing.size() < lines_.size() && !part.missing.empty()) part.missing.resize(lines_.size());
            table.set(columns_[c].name,
                      columns_[c].type == ColumnType::text
                          ? Column::of_codes(std::move(part.codes), std::move(part.words), std::move(part.missing))
                          : Column::of_numbers(std::move(part.numbers), std::move(part.missing)));
        }
        table.lines = std::move(lines_);
        return table;
    }

private:
    struct Part {
        std::vector<double> numbers;
        std::vector<std::uint32_t> codes;
        std::vector<std::string> words;
        std::map<std::string, std::uint32_t, std::less<>> code_of_word;
        std::vector<Missing> missing;
    };

    static void add_missing(const Column& column, std::size_t before, Part& part) {
        if (!column.any_missing() && part.missing.empty()) return;
        part.missing.resize(before, Missing::none);
        for (std::size_t row = 0; row < column.size(); ++row) part.missing.push_back(column.missing(row));
    }

    static void add_numbers(const Column& column, Part& part) {
        add_missing(column, part.numbers.size(), part);
        part.numbers.insert(part.numbers.end(), column.numbers().begin(), column.numbers().end());
    }

    static void add_texts(const Column& column, Part& part) {
        constexpr std::uint32_t unknown = static_cast<std::uint32_t>(-1);
        add_missing(column, part.codes.size(), part);
        std::vector<std::uint32_t> codes(column.dictionary().size(), unknown);
        for (std::size_t row = 0; row < column.size(); ++row) {
            if (!column.present(row)) {
                part.codes.push_back(0);
                continue;
            }
            std::uint32_t& code = codes[column.codes()[row]];
            if (code == unknown) {
                const std::string& word = column.dictionary()[column.codes()[row]];
                const auto [found, added] =
                    part.code_of_word.try_emplace(word, static_cast<std::uint32_t>(part.words.size()));
                if (added) part.words.push_back(word);
                code = found->second;
            }
            part.codes.push_back(code);
        }
    }

    const std::vector<RowColumn>& columns_;
    std::vector<Part> parts_;
    std::vector<std::uint32_t> lines_;
};

}  // namespace

std::filesystem::path cache_of(const MicrodataFiles& files) { return files.front().string() + ".cifra"; }

std::unique_ptr<RowSource> open_rows(const MicrodataFiles& files, const CsvOptions& options, Diagnostics& faults) {
    if (files.size() == 1 && kind_of(files.front()) == Kind::columnar)
        return open_columnar_rows(files.front(), options, faults);
    if (auto cached = open_cache(files, options)) return cached;
    return open_csv_rows(files, options, faults);
}

std::vector<std::string> row_header(const MicrodataFiles& files, const CsvOptions& options, Diagnostics& faults) {
    if (kind_of(files.front()) == Kind::text) return csv_header(files.front(), options, faults);
    const auto rows = open_rows({files.front()}, options, faults);
    return rows ? rows->header() : std::vector<std::string>{};
}

Table read_rows(const MicrodataFiles& files, const CsvOptions& options, Diagnostics& faults) {
    std::error_code error;
    if (files.size() == 1 && kind_of(files.front()) == Kind::text && !std::filesystem::exists(cache_of(files), error))
        return read_csv(files.front(), options, faults);
    CsvOptions known = options;
    for (;;) {
        const auto rows = open_rows(files, known, faults);
        if (!rows) return {};
        Gathering gathering(rows->columns());
        LineCounter lines;
        bool again = false;
        Diagnostics found;
        while (const auto piece = rows->next(found)) {
            RowBlock block = rows->read(*piece);
            const std::uint32_t first_line = lines.first_line(*piece, block);
            for (const std::string& name : block.not_numbers) known.types[name] = ColumnType::text, again = true;
            move_lines(block.faults, block.table.source, first_line);
            found.append(block.faults);
            if (!again) gathering.add(block, first_line);
        }
        if (again) continue;
        faults.append(found);
        return gathering.finish(files.front().string());
    }
}

void move_lines(Diagnostics& faults, const std::string& file, std::uint32_t first_line) {
    Diagnostics moved;
    for (Diagnostic item : faults.items()) {
        if (item.where.file == file) item.where.line += first_line;
        moved.add(std::move(item));
    }
    faults = std::move(moved);
}

std::uint32_t LineCounter::first_line(const RowPiece& piece, const RowBlock& block) {
    const std::uint32_t first = piece.first_of_file ? piece.first_line : next_;
    next_ = first + block.lines;
    return first;
}

}  // namespace cifra
