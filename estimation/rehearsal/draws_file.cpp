#include "estimation/rehearsal/draws_file.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include "engine/command.h"
#include "engine/csv.h"

namespace cifra {

namespace {

constexpr std::array<std::pair<const char*, double CellResult::*>, 6> of_cells = {{{"estimate", &CellResult::estimate},
                                                                                   {"se", &CellResult::se},
                                                                                   {"lower", &CellResult::lower},
                                                                                   {"upper", &CellResult::upper},
                                                                                   {"n", &CellResult::n},
                                                                                   {"cases", &CellResult::cases}}};
constexpr std::array<std::pair<const char*, double Workload::*>, 7> of_work = {
    {{"psus", &Workload::psus},
     {"dwellings", &Workload::dwellings},
     {"interviews", &Workload::interviews},
     {"cost", &Workload::cost},
     {"most_in_psu", &Workload::most_in_psu},
     {"least_in_psu", &Workload::least_in_psu},
     {"largest_load", &Workload::largest_load}}};

std::string name_of(const char* kind, std::uint64_t block) { return fmt::format("{}_{:05}.csv", kind, block); }

std::optional<Table> read_block(const std::filesystem::path& file, const CsvOptions& options) {
    if (!std::filesystem::exists(file)) return std::nullopt;
    Diagnostics faults;
    Table table = read_csv(file, options, faults);
    if (faults.has_errors()) return std::nullopt;
    return table;
}

double value_at(const Table& table, const char* column, std::size_t row) {
    const Column& cells = table.at(column);
    return cells.present(row) ? cells.number(row) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

DrawsFile::DrawsFile(std::filesystem::path folder, const std::string& key) : folder_(std::move(folder)) {
    std::ifstream stream(folder_ / "key.txt", std::ios::binary);
    const std::string known{std::istreambuf_iterator<char>(stream), {}};
    if (known == key) return;
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
    Outputs files(folder_);
    files.write("key.txt", key);
    files.commit();
}

std::optional<std::vector<TalliedDraw>> DrawsFile::read(std::uint64_t block, std::size_t cells) const {
    CsvOptions options;
    for (const auto& [name, member] : of_cells) options.types[name] = ColumnType::number;
    CsvOptions of_text;
    for (const auto& [name, member] : of_work) of_text.types[name] = ColumnType::number;
    of_text.types["failure"] = ColumnType::text;
    const auto work = read_block(folder_ / name_of("work", block), of_text),
               results = read_block(folder_ / name_of("draws", block), options);
    if (!work || !results || work->rows() != draws_in_a_block) return std::nullopt;
    const CellResult nothing{std::nan(""), std::nan(""), std::nan(""), std::nan(""), 0, 0};
    std::vector<TalliedDraw> draws(work->rows());
    for (std::size_t d = 0; d < draws.size(); ++d) {
        draws[d].failure = work->at("failure").cell(d);
        draws[d].cells.assign(draws[d].failure.empty() ? cells : 0, nothing);
        for (const auto& [name, member] : of_work) draws[d].work.*member = value_at(*work, name, d);
    }
    const double first = draws.empty() ? 0 : work->at("draw").number(0);
    for (std::size_t row = 0; row < results->rows(); ++row) {
        const auto d = static_cast<std::size_t>(results->at("draw").number(row) - first);
        const auto cell = static_cast<std::size_t>(results->at("cell").number(row));
        if (d >= draws.size() || cell >= draws[d].cells.size()) return std::nullopt;
        for (const auto& [name, member] : of_cells) draws[d].cells[cell].*member = value_at(*results, name, row);
    }
    return draws;
}

void DrawsFile::write(std::uint64_t block, const std::vector<TalliedDraw>& draws) const {
    std::vector<double> draw, cell, number;
    std::array<std::vector<double>, of_cells.size()> results;
    std::array<std::vector<double>, of_work.size()> work;
    std::vector<std::string> failure;
    for (std::size_t d = 0; d < draws.size(); ++d) {
        const double place = static_cast<double>(block * draws_in_a_block + d);
        number.push_back(place);
        failure.push_back(draws[d].failure);
        for (std::size_t q = 0; q < of_work.size(); ++q) work[q].push_back(draws[d].work.*of_work[q].second);
        for (std::size_t i = 0; i < draws[d].cells.size(); ++i) {
            if (std::isnan(draws[d].cells[i].estimate)) continue;
            draw.push_back(place);
            cell.push_back(static_cast<double>(i));
            for (std::size_t q = 0; q < of_cells.size(); ++q)
                results[q].push_back(draws[d].cells[i].*of_cells[q].second);
        }
    }
    Table cells, works;
    cells.set("draw", Column::of_numbers(std::move(draw)));
    cells.set("cell", Column::of_numbers(std::move(cell)));
    for (std::size_t q = 0; q < of_cells.size(); ++q)
        cells.set(of_cells[q].first, Column::of_numbers(std::move(results[q])));
    works.set("draw", Column::of_numbers(std::move(number)));
    for (std::size_t q = 0; q < of_work.size(); ++q)
        works.set(of_work[q].first, Column::of_numbers(std::move(work[q])));
    works.set("failure", Column::of_texts(failure));
    Outputs files(folder_);
    files.write(name_of("draws", block), to_csv(cells));
    files.write(name_of("work", block), to_csv(works));
    files.commit();
}

}  // namespace cifra
