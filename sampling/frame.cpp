#include "sampling/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/csv.h"

namespace cifra {

namespace {

constexpr std::size_t listed = 20;
constexpr std::uint32_t unknown = 0xffffffff;

// Adds faults about rows, so many of a kind, and at the end how many more there were.
class RowFaults {
public:
    RowFaults(const Table& table, Diagnostics& faults) : table_(table), faults_(faults) {}
    void error(std::size_t row, const std::string& code, const std::string& message, const std::string& hint) {
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

Column text_of(const Column& column) { return column.is_number() ? column.as_text() : column; }

bool empty_cell(const Column& column, std::size_t row) { return !column.present(row) || column.text(row).empty(); }

// Several columns as one; 'a|b'.
Column joined(const Table& table, const std::vector<std::string>& names, const char* separator) {
    std::vector<Column> columns;
    for (const std::string& name : names) columns.push_back(text_of(table.at(name)));
    if (columns.size() == 1) return columns.front();
    TextColumnBuilder builder;
    builder.reserve(table.rows());
    std::string text;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        text.clear();
        bool complete = true;
        for (const Column& column : columns) {
            if (&column != &columns.front()) text += separator;
            text += column.text(row);
            complete = complete && !empty_cell(column, row);
        }
        complete ? builder.add(text) : builder.add_missing(Missing::system);
    }
    return builder.finish();
}

// The columns that make the full id of a unit: its own and, where it repeats, those of the unit above.
std::vector<std::string> key_columns(std::span<const StagePlan> stages, std::size_t level) {
    std::size_t first = level;
    while (first > 0 && stages[first].within) --first;
    std::vector<std::string> names;
    for (std::size_t l = first; l <= level; ++l) names.push_back(stages[l].unit);
    return names;
}

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

bool check_columns(const Table& table, std::span<const StagePlan> stages, std::size_t level, Diagnostics& faults) {
    const StagePlan& stage = stages[level];
    std::vector<std::string> names = key_columns(stages, level);
    if (level > 0 && !stage.within) {
        const std::vector<std::string> above = key_columns(stages, level - 1);
        names.insert(names.end(), above.begin(), above.end());
    }
    names.insert(names.end(), stage.strata.begin(), stage.strata.end());
    if (!stage.size.empty()) names.push_back(stage.size);
    names.insert(names.end(), stage.auxiliary.begin(), stage.auxiliary.end());
    const bool all = has_columns(table, names, faults);
    if (table.rows() == 0)
        faults.error({table.source, 0, 0}, "empty-frame", fmt::format("the frame holds no {}", stage.unit),
                     "check that this is the right file");
    return all && table.rows() > 0;
}

void check_ids(const Column& ids, RowFaults& rows) {
    std::vector<bool> seen(ids.dictionary().size(), false);
    for (std::size_t row = 0; row < ids.size(); ++row) {
        if (empty_cell(ids, row)) {
            rows.error(row, "missing-id", "the id is empty", "give every unit an id");
            continue;
        }
        if (seen[ids.codes()[row]])
            rows.error(row, "duplicate-id", "the id stands on an earlier row as well",
                       "make ids unique over the whole frame");
        seen[ids.codes()[row]] = true;
    }
}

bool sound_number(const Column& column, std::size_t row) {
    return column.is_number() && column.present(row) && std::isfinite(column.number(row));
}

void check_numbers(const Table& table, const StagePlan& stage, RowFaults& rows) {
    for (const std::string& name : stage.auxiliary)
        for (std::size_t row = 0; row < table.rows(); ++row)
            if (!sound_number(table.at(name), row))
                rows.error(row, "bad-coordinate", fmt::format("'{}' is not a number", name),
                           fmt::format("'{}' needs it of every {}", stage.method->name, stage.unit));
    if (stage.size.empty()) return;
    const Column& sizes = table.at(stage.size);
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (!sound_number(sizes, row) || sizes.number(row) <= 0)
            rows.error(row, "bad-size", "the measure of size is not a positive number",
                       fmt::format("write the number of units, or drop the {}", stage.unit));
}

void check_strata(const Table& table, const StagePlan& stage, const Column& strata, RowFaults& rows) {
    for (std::size_t row = 0; row < strata.size(); ++row)
        if (empty_cell(strata, row))
            rows.error(row, "unknown-stratum", fmt::format("the {} has no stratum", stage.unit),
                       "assign it to a stratum");
    if (stage.strata.size() < 2) return;
    for (const std::string& name : stage.strata) {
        const Column column = text_of(table.at(name));
        for (std::size_t row = 0; row < table.rows(); ++row)
            if (column.text(row).find('|') != std::string::npos)
                rows.error(row, "bad-stratum", fmt::format("'{}' holds the sign '|', which joins strata", name),
                           "use another sign");
    }
}

// The position of the unit above for every row, by a look-up per distinct id; `unknown` where there is none.
std::vector<std::uint32_t> parents_of(const Column& keys, const FrameLevel& above) {
    std::unordered_map<std::string_view, std::uint32_t> position;
    for (std::uint32_t i = 0; i < above.units.size(); ++i) position.emplace(above.id(i), i);
    std::vector<std::uint32_t> by_code;
    for (const std::string& id : keys.dictionary()) {
        const auto found = position.find(id);
        by_code.push_back(found == position.end() ? unknown : found->second);
    }
    std::vector<std::uint32_t> parents(keys.size(), unknown);
    for (std::size_t row = 0; row < keys.size(); ++row)
        if (keys.present(row)) parents[row] = by_code[keys.codes()[row]];
    return parents;
}

// Rows by parent (a counting sort), then by id.
std::vector<FrameUnit> ordered_units(const Column& ids, const std::vector<std::uint32_t>& parents, std::size_t above) {
    std::vector<std::uint32_t> begin(above + 1, 0);
    for (const std::uint32_t parent : parents)
        if (parent != unknown) ++begin[parent + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<FrameUnit> units(begin.back());
    std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
    for (std::uint32_t row = 0; row < parents.size(); ++row)
        if (parents[row] != unknown) units[next[parents[row]]++] = {row, parents[row], 0, 0};
    const auto by_id = [&](const FrameUnit& a, const FrameUnit& b) { return ids.text(a.row) < ids.text(b.row); };
    for (std::size_t p = 0; p < above; ++p) {
        const auto from = units.begin() + begin[p], to = units.begin() + begin[p + 1];
        if (!std::is_sorted(from, to, by_id)) std::stable_sort(from, to, by_id);
    }
    return units;
}

void link_children(FrameLevel& above, const FrameLevel& level, Diagnostics& faults) {
    for (std::uint32_t i = 0; i < level.units.size(); ++i) {
        FrameUnit& parent = above.units[level.units[i].parent];
        if (parent.count++ == 0) parent.first = i;
    }
    RowFaults rows(above.table, faults);
    for (const FrameUnit& unit : above.units)
        if (unit.count == 0)
            rows.error(unit.row, fmt::format("{}-without-{}s", above.unit, level.unit),
                       fmt::format("no {} of this {} is listed", level.unit, above.unit),
                       fmt::format("list its {}s, or drop the {}", level.unit, above.unit));
}

// A lower file that repeats the strata of the first stage must agree with it.
void check_agreement(const Frame& frame, const FrameLevel& level, const std::vector<std::uint32_t>& parents,
                     const std::vector<std::string>& names, RowFaults& rows) {
    const auto there = [&](const std::string& name) { return level.table.has(name); };
    if (names.empty() || !std::all_of(names.begin(), names.end(), there)) return;
    const FrameLevel& top = frame.levels.front();
    const std::unordered_set<std::string> known(top.strata.dictionary().begin(), top.strata.dictionary().end());
    const Column strata = joined(level.table, names, "|");
    for (std::size_t row = 0; row < level.table.rows(); ++row) {
        std::uint32_t position = parents[row];
        for (std::size_t l = frame.levels.size() - 1; l > 0 && position != unknown; --l)
            position = frame.levels[l].units[position].parent;
        if (!known.contains(strata.text(row)))
            rows.error(row, "unknown-stratum", fmt::format("no {} of the frame lies in this stratum", top.unit),
                       fmt::format("use the strata of the {} file", top.unit));
        else if (position != unknown && top.stratum(position) != strata.text(row))
            rows.error(row, "stratum-mismatch",
                       fmt::format("the {}'s stratum is not that of its {}", level.unit, top.unit),
                       fmt::format("a {} lies in one stratum: correct one of the files", top.unit));
    }
}

std::vector<std::uint32_t> check_parents(const Frame& frame, const FrameLevel& level, std::span<const StagePlan> stages,
                                         RowFaults& rows) {
    const std::size_t depth = frame.levels.size();
    const FrameLevel& above = frame.levels.back();
    std::vector<std::uint32_t> parents = parents_of(joined(level.table, key_columns(stages, depth - 1), "/"), above);
    for (std::size_t row = 0; row < parents.size(); ++row)
        if (parents[row] == unknown)
            rows.error(row, "unknown-" + above.unit,
                       fmt::format("the {}'s {} is not in the {} file", level.unit, above.unit, above.unit),
                       fmt::format("add the {} or correct its id", above.unit));
    check_agreement(frame, level, parents, stages.front().strata, rows);
    return parents;
}

void add_level(Frame& frame, Table table, std::span<const StagePlan> stages, Diagnostics& faults) {
    const std::size_t depth = frame.levels.size();
    FrameLevel level;
    level.unit = stages[depth].unit;
    level.table = std::move(table);
    level.ids = joined(level.table, key_columns(stages, depth), "/");
    if (!stages[depth].strata.empty()) level.strata = joined(level.table, stages[depth].strata, "|");
    std::vector<std::uint32_t> parents(level.table.rows(), 0);
    {
        RowFaults rows(level.table, faults);
        check_ids(level.ids, rows);
        check_numbers(level.table, stages[depth], rows);
        check_strata(level.table, stages[depth], level.strata, rows);
        if (depth > 0) parents = check_parents(frame, level, stages, rows);
    }
    level.units = ordered_units(level.ids, parents, depth > 0 ? frame.levels.back().units.size() : 1);
    if (depth > 0 && !faults.has_errors()) link_children(frame.levels.back(), level, faults);
    frame.levels.push_back(std::move(level));
}

void compare_sizes(const Frame& frame, const StagePlan& stage, Diagnostics& faults) {
    if (stage.size.empty() || frame.levels.size() < 2) return;
    const FrameLevel& top = frame.levels.front();
    const Column& sizes = top.table.at(stage.size);
    const std::vector<std::size_t> counts = last_units_below(frame, 0);
    std::size_t differing = 0;
    double worst = 1;
    for (std::size_t i = 0; i < top.units.size(); ++i) {
        const double size = sizes.number(top.units[i].row), count = static_cast<double>(counts[i]);
        if (count == size) continue;
        ++differing;
        worst = std::max({worst, count / size, size / count});
    }
    if (differing == 0) return;
    std::string unit = top.unit;
    if (unit == "psu") unit = "PSU";
    faults.warning(
        {top.table.source, 0, 0}, "size-mismatch",
        fmt::format("in {} of {} {}s the measure of size is not the number of {}s listed (ratio up to {:.3g})",
                    differing, top.units.size(), unit, frame.levels.back().unit, worst),
        "weights stay right, but vary: update the measure of size");
}

// Ids and strata are words, whatever they look like; a size that is none is told where it stands.
CsvOptions options_for(std::span<const StagePlan> stages) {
    CsvOptions options;
    for (const StagePlan& stage : stages) {
        if (!stage.size.empty()) options.types[stage.size] = ColumnType::number;
        for (const std::string& name : stage.auxiliary) options.types[name] = ColumnType::number;
    }
    for (const StagePlan& stage : stages) {
        options.types[stage.unit] = ColumnType::text;
        for (const std::string& name : stage.strata) options.types[name] = ColumnType::text;
    }
    return options;
}

}  // namespace

const std::string& FrameLevel::stratum(std::size_t position) const {
    static const std::string all = "all";
    return strata.size() == 0 ? all : strata.text(units[position].row);
}

Location FrameLevel::place(std::size_t position) const {
    const std::size_t row = units[position].row;
    return {table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
}

Frame make_frame(std::vector<Table> tables, std::span<const StagePlan> stages, Diagnostics& faults) {
    Frame frame;
    bool complete = true;
    for (std::size_t level = 0; level < tables.size(); ++level)
        complete = check_columns(tables[level], stages, level, faults) && complete;
    if (!complete) return frame;
    for (Table& table : tables) add_level(frame, std::move(table), stages, faults);
    if (stages.front().cut && !faults.has_errors()) {
        FrameLevel& top = frame.levels.front();
        frame.cut = cut_strata(top.table, top.ids, top.strata, *stages.front().cut, faults);
        top.strata = frame.cut.stratum;
    }
    if (!faults.has_errors()) compare_sizes(frame, stages.front(), faults);
    return frame;
}

Frame read_frame(const std::vector<std::filesystem::path>& files, std::span<const StagePlan> stages,
                 Diagnostics& faults, const TablesInMemory* in_memory) {
    const CsvOptions options = options_for(stages);
    std::vector<Table> tables;
    for (const std::filesystem::path& file : files) {
        tables.push_back(read_csv_or_table(file, options, in_memory, faults));
        tables.back().source = file.string();
    }
    if (faults.has_errors()) return {};
    return make_frame(std::move(tables), stages, faults);
}

std::vector<std::size_t> last_units_below(const Frame& frame, std::size_t level) {
    std::vector<std::size_t> counts(frame.levels.back().units.size(), 1);
    for (std::size_t l = frame.levels.size() - 1; l-- > level;) {
        const std::vector<FrameUnit>& units = frame.levels[l].units;
        std::vector<std::size_t> above;
        for (const FrameUnit& unit : units)
            above.push_back(
                std::accumulate(counts.begin() + unit.first, counts.begin() + unit.first + unit.count, std::size_t{0}));
        counts = std::move(above);
    }
    return counts;
}

std::vector<FrameStratum> first_stage_strata(const Frame& frame, const StagePlan& stage) {
    const FrameLevel& top = frame.levels.front();
    const std::vector<std::size_t> below = last_units_below(frame, 0);
    const Column* sizes = stage.size.empty() ? nullptr : &top.table.at(stage.size);
    std::map<std::string, FrameStratum> strata;
    for (std::size_t i = 0; i < top.units.size(); ++i) {
        FrameStratum& stratum = strata[top.stratum(i)];
        stratum.units.push_back(i);
        stratum.size += sizes ? sizes->number(top.units[i].row) : 1;
        stratum.last_units += below[i];
    }
    std::vector<FrameStratum> result;
    for (auto& [id, stratum] : strata) {
        stratum.id = id;
        if (const auto needed = frame.cut.n.find(id); needed != frame.cut.n.end()) stratum.needed = needed->second;
        result.push_back(std::move(stratum));
    }
    return result;
}

}  // namespace cifra
