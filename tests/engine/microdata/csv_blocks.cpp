#include "tests/engine/microdata/csv_blocks.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "engine/parallel.h"

namespace cifra::csv_blocks {

namespace {

struct Gathered {
    std::vector<double> numbers;
    std::vector<std::uint32_t> codes;
    std::vector<std::string> words;
    std::map<std::string, std::uint32_t> code_of;
    std::vector<Missing> missing;

    void add(const Column& column) {
        for (std::size_t row = 0; row < column.size(); ++row) {
            missing.push_back(column.missing(row));
            if (column.is_number())
                numbers.push_back(column.number(row));
            else
                codes.push_back(column.present(row) ? code(column.text(row)) : 0);
        }
        if (!column.is_number())
            for (const std::string& word : column.dictionary()) code(word);
    }
    std::uint32_t code(const std::string& word) {
        const auto [at, added] = code_of.emplace(word, static_cast<std::uint32_t>(words.size()));
        if (added) words.push_back(word);
        return at->second;
    }
    Column column(ColumnType type) {
        return type == ColumnType::number ? Column::of_numbers(numbers, missing)
                                          : Column::of_codes(codes, words, missing);
    }
};

struct Blocks {
    std::vector<std::unique_ptr<RowPiece>> pieces;
    std::vector<RowBlock> blocks;
};

Blocks read_blocks(RowSource& rows, int threads, Diagnostics& faults) {
    Blocks result;
    while (auto piece = rows.next(faults)) result.pieces.push_back(std::move(piece));
    result.blocks = map_shards<RowBlock>(result.pieces.size(), threads,
                                         [&](std::size_t i) { return rows.read(*result.pieces[i]); });
    return result;
}

void put_together(const RowSource& rows, const Blocks& read, Whole& whole) {
    std::vector<Gathered> gathered(rows.columns().size());
    std::uint32_t line = 1;
    for (std::size_t i = 0; i < read.blocks.size(); ++i) {
        const RowBlock& block = read.blocks[i];
        if (read.pieces[i]->first_of_file) line = read.pieces[i]->first_line;
        for (std::size_t c = 0; c < gathered.size(); ++c) gathered[c].add(block.table.column(c));
        for (const std::uint32_t row_line : block.table.lines) whole.table.lines.push_back(line + row_line);
        for (Diagnostic fault : block.faults.items()) {
            fault.where.line += line;
            whole.faults.add(fault);
        }
        line += block.lines;
    }
    for (std::size_t c = 0; c < gathered.size(); ++c)
        whole.table.set(rows.columns()[c].name, gathered[c].column(rows.columns()[c].type));
}

std::string cell_difference(const Column& a, const Column& b, std::size_t row) {
    if (a.missing(row) != b.missing(row)) return "kinds of missing";
    if (a.is_number() && std::bit_cast<std::uint64_t>(a.number(row)) != std::bit_cast<std::uint64_t>(b.number(row)))
        return "numbers";
    return !a.is_number() && a.text(row) != b.text(row) ? "texts" : "";
}

std::string column_difference(const Column& a, const Column& b) {
    if (a.type() != b.type()) return "types";
    if (a.size() != b.size()) return "lengths";
    if (!a.is_number() && a.dictionary() != b.dictionary()) return "dictionaries";
    for (std::size_t row = 0; row < a.size(); ++row)
        if (const std::string found = cell_difference(a, b, row); !found.empty())
            return found + " in row " + std::to_string(row);
    return "";
}

}  // namespace

Whole read_whole(const std::vector<std::filesystem::path>& files, CsvOptions options, std::size_t piece_bytes,
                 int threads) {
    for (;;) {
        Whole whole;
        const auto rows = open_csv_rows(files, options, whole.faults, piece_bytes);
        if (!rows) return whole;
        whole.opened = true;
        const Blocks read = read_blocks(*rows, threads, whole.faults);
        whole.pieces = read.pieces.size();
        std::set<std::string> texts;
        for (const RowBlock& block : read.blocks) texts.insert(block.not_numbers.begin(), block.not_numbers.end());
        if (texts.empty()) {
            put_together(*rows, read, whole);
            return whole;
        }
        for (const std::string& name : texts) options.types[name] = ColumnType::text;
    }
}

std::string difference(const Table& a, const Table& b) {
    if (a.names() != b.names()) return "names";
    if (a.lines != b.lines) return "lines";
    for (std::size_t c = 0; c < a.width(); ++c)
        if (const std::string found = column_difference(a.column(c), b.column(c)); !found.empty())
            return found + " of column " + a.names()[c];
    return "";
}

std::vector<std::string> sorted_texts(const Diagnostics& faults) {
    std::vector<std::string> texts;
    for (const Diagnostic& fault : faults.items()) texts.push_back(to_text(fault));
    std::sort(texts.begin(), texts.end());
    return texts;
}

}  // namespace cifra::csv_blocks
