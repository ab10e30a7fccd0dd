#include "sampling/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/csv.h"

namespace cifra {

namespace {

constexpr std::size_t listed = 20;

// Adds faults about rows, so many of a kind, and at the end how many more there were.
class RowFaults {
public:
    RowFaults(const Table& table, Diagnostics& faults) : table_(table), faults_(faults) {}
    void error(std::size_t row, const char* code, const char* message, const char* hint) {
        if (++counts_[code] > listed) return;
        const std::size_t line = row < table_.lines.size() ? table_.lines[row] : 0;
        faults_.error({table_.source, line, 0}, code, message, hint);
    }
    ~RowFaults() {
        for (const auto& [code, count] : counts_)
            if (count > listed)
                faults_.note({table_.source, 0, 0}, code, fmt::format("{} more rows with this fault", count - listed));
    }

private:
    const Table& table_;
    Diagnostics& faults_;
    std::map<std::string, std::size_t> counts_;
};

bool has_columns(const Table& table, const std::vector<std::string>& names, Diagnostics& faults) {
    bool all = true;
    for (const std::string& name : names) {
        if (table.has(name)) continue;
        all = false;
        faults.error({table.source, 1, 0}, "missing-column", fmt::format("the frame needs the column '{}'", name),
                     suggestion(name, table.names()));
    }
    return all;
}

void check_ids(const Column& ids, RowFaults& rows) {
    std::unordered_set<std::string> seen;
    for (std::size_t row = 0; row < ids.size(); ++row) {
        if (!ids.present(row) || ids.text(row).empty())
            rows.error(row, "missing-id", "the id is empty", "give every unit an id");
        else if (!seen.insert(ids.text(row)).second)
            rows.error(row, "duplicate-id", "the id stands on an earlier row as well",
                       "make ids unique over the whole frame");
    }
}

std::vector<FramePsu> read_psus(const Table& table, const FrameColumns& columns, Frame& frame, Diagnostics& faults) {
    RowFaults rows(table, faults);
    const Column ids = table.at("psu").as_text(), strata = table.at(columns.stratum).as_text();
    const Column& sizes = table.at(columns.size);
    check_ids(ids, rows);
    std::map<std::string, FrameStratum> found;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const bool sound =
            sizes.is_number() && sizes.present(row) && std::isfinite(sizes.number(row)) && sizes.number(row) > 0;
        if (!sound)
            rows.error(row, "bad-size", "the measure of size is not a positive number",
                       "write the number of dwellings, or drop the PSU");
        if (!strata.present(row) || strata.text(row).empty())
            rows.error(row, "unknown-stratum", "the PSU has no stratum", "assign it to a stratum");
        FrameStratum& stratum = found[strata.text(row)];
        stratum.id = strata.text(row);
        ++stratum.count;
    }
    std::map<std::string, std::size_t> position;
    for (auto& [id, stratum] : found) {
        position[id] = frame.strata.size();
        frame.strata.push_back(stratum);
    }
    std::vector<FramePsu> psus;
    for (std::size_t row = 0; row < table.rows(); ++row)
        psus.push_back(
            {ids.text(row), position[strata.text(row)], sizes.is_number() ? sizes.number(row) : 0, 0, 0, row});
    return psus;
}

void order_psus(Frame& frame) {
    std::sort(frame.psus.begin(), frame.psus.end(), [](const FramePsu& a, const FramePsu& b) {
        return std::tie(a.stratum, a.id) < std::tie(b.stratum, b.id);
    });
    std::size_t first = 0;
    for (FrameStratum& stratum : frame.strata) {
        stratum.first = first;
        for (std::size_t i = 0; i < stratum.count; ++i) stratum.size += frame.psus[first + i].size;
        first += stratum.count;
    }
}

// The PSU of every dwelling: a look-up per distinct code rather than per row.
std::vector<std::size_t> psu_of_code(const Frame& frame, const Column& psus) {
    std::unordered_map<std::string, std::size_t> position;
    for (std::size_t i = 0; i < frame.psus.size(); ++i) position.emplace(frame.psus[i].id, i);
    std::vector<std::size_t> result;
    for (const std::string& id : psus.dictionary()) {
        const auto found = position.find(id);
        result.push_back(found == position.end() ? Column::npos : found->second);
    }
    return result;
}

void check_strata(const Frame& frame, const Table& table, const FrameColumns& columns,
                  const std::vector<std::size_t>& psu_of_row, RowFaults& rows) {
    if (!table.has(columns.stratum)) return;
    std::unordered_set<std::string> known;
    for (const FrameStratum& stratum : frame.strata) known.insert(stratum.id);
    const Column strata = table.at(columns.stratum).as_text();
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (!known.contains(strata.text(row)))
            rows.error(row, "unknown-stratum", "no PSU of the frame lies in this stratum",
                       "use the strata of the PSU file");
        else if (psu_of_row[row] != Column::npos &&
                 frame.strata[frame.psus[psu_of_row[row]].stratum].id != strata.text(row))
            rows.error(row, "stratum-mismatch", "the dwelling's stratum is not that of its PSU",
                       "a PSU lies in one stratum: correct one of the files");
    }
}

void read_dwellings(Frame& frame, const FrameColumns& columns, Diagnostics& faults) {
    const Table& table = frame.dwelling_table;
    RowFaults rows(table, faults);
    const Column ids = table.at("dwelling").as_text(), psus = table.at("psu").as_text();
    check_ids(ids, rows);
    const std::vector<std::size_t> by_code = psu_of_code(frame, psus);
    std::vector<std::size_t> psu_of_row(table.rows(), Column::npos);
    std::vector<std::pair<std::size_t, FrameDwelling>> placed;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (psus.present(row)) psu_of_row[row] = by_code[psus.codes()[row]];
        if (psu_of_row[row] == Column::npos)
            rows.error(row, "unknown-psu", "the dwelling's PSU is not in the PSU file",
                       "add the PSU or correct its id");
        else
            placed.push_back({psu_of_row[row], {ids.text(row), row}});
    }
    check_strata(frame, table, columns, psu_of_row, rows);
    std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
        return std::tie(a.first, a.second.id) < std::tie(b.first, b.second.id);
    });
    for (auto& [psu, dwelling] : placed) {
        ++frame.psus[psu].count;
        frame.dwellings.push_back(std::move(dwelling));
    }
}

void count_dwellings(Frame& frame, Diagnostics& faults) {
    RowFaults rows(frame.psu_table, faults);
    std::size_t first = 0, differing = 0;
    double worst = 1;
    for (FramePsu& psu : frame.psus) {
        psu.first = first;
        first += psu.count;
        const auto count = static_cast<double>(psu.count);
        if (psu.count == 0)
            rows.error(psu.row, "psu-without-dwellings", "no dwelling of this PSU is listed",
                       "list its dwellings, or drop the PSU");
        if (psu.count == 0 || count == psu.size || !(psu.size > 0)) continue;
        ++differing;
        worst = std::max({worst, count / psu.size, psu.size / count});
    }
    if (differing > 0)
        faults.warning(
            {frame.psu_table.source, 0, 0}, "size-mismatch",
            fmt::format(
                "in {} of {} PSUs the measure of size is not the number of dwellings listed (ratio up to {:.3g})",
                differing, frame.psus.size(), worst),
            "weights stay right, but vary: update the measure of size");
}

Table read_table(const std::filesystem::path& file, const FrameColumns& columns, Diagnostics& faults) {
    CsvOptions options;
    options.types = {{"psu", ColumnType::text}, {"dwelling", ColumnType::text}};
    options.types[columns.stratum] = ColumnType::text;
    Table table = read_csv(file, options, faults);
    table.source = file.string();
    return table;
}

}  // namespace

Frame make_frame(Table psus, Table dwellings, const FrameColumns& columns, Diagnostics& faults) {
    Frame frame;
    frame.psu_table = std::move(psus);
    frame.dwelling_table = std::move(dwellings);
    const bool psu_columns = has_columns(frame.psu_table, {"psu", columns.stratum, columns.size}, faults);
    const bool dwelling_columns = has_columns(frame.dwelling_table, {"dwelling", "psu"}, faults);
    if (!psu_columns || !dwelling_columns) return frame;
    if (frame.psu_table.rows() == 0)
        faults.error({frame.psu_table.source, 0, 0}, "empty-frame", "the frame holds no PSU",
                     "check that this is the right file");
    frame.psus = read_psus(frame.psu_table, columns, frame, faults);
    order_psus(frame);
    read_dwellings(frame, columns, faults);
    if (!faults.has_errors()) count_dwellings(frame, faults);
    return frame;
}

Frame read_frame(const std::filesystem::path& psu_file, const std::filesystem::path& dwelling_file,
                 const FrameColumns& columns, Diagnostics& faults) {
    Table psus = read_table(psu_file, columns, faults);
    Table dwellings = read_table(dwelling_file, columns, faults);
    if (faults.has_errors()) return {};
    return make_frame(std::move(psus), std::move(dwellings), columns, faults);
}

}  // namespace cifra
