#include "estimation/design.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace cifra {

const std::vector<std::string>& lonely_psu_names() {
    static const std::vector<std::string> names = {"fail",    "certainty", "adjust", "adjust_from_zero",
                                                   "average", "collapse"};
    return names;
}

LonelyPsu lonely_psu_from_text(std::string_view name) {
    const auto& names = lonely_psu_names();
    return static_cast<LonelyPsu>(std::find(names.begin(), names.end(), name) - names.begin());
}

namespace {

// The codes of a row's path through the design, one text column a level: stratum, PSU, later units.
using Codes = std::vector<Column>;

std::size_t line_of(const Table& file, std::size_t row) { return file.lines.empty() ? 0 : file.lines[row]; }

const Column* required(const Table& file, const std::string& name, Diagnostics& faults) {
    const Column* column = file.find(name);
    if (!column)
        faults.error({file.source, 1, 0}, "missing-column",
                     fmt::format("the design column '{}' is not in the file", name), suggestion(name, file.names()));
    return column;
}

void report_gaps(const Table& file, const Column& column, const std::string& name, Diagnostics& faults) {
    std::size_t absent = 0, first = 0;
    for (std::size_t row = file.rows(); row-- > 0;)
        if (!column.present(row)) ++absent, first = row;
    if (absent > 0)
        faults.error({file.source, line_of(file, first), 0}, "design-missing",
                     fmt::format("the design column '{}' is empty in {} rows, first here", name, absent),
                     "every row needs its stratum and PSU: complete the column or leave the rows out");
}

Column constant_column(std::size_t rows, const std::string& text) {
    return Column::of_codes(std::vector<std::uint32_t>(rows, 0), {text});
}

Column row_numbers(std::size_t rows) {
    std::vector<std::string> texts(rows);
    for (std::size_t row = 0; row < rows; ++row) texts[row] = fmt::format("{:012}", row);
    return Column::of_texts(texts);
}

Codes codes_of(const Table& file, const DesignColumns& columns, Diagnostics& faults) {
    Codes codes;
    if (columns.strata.empty()) codes.push_back(constant_column(file.rows(), ""));
    std::vector<std::string> names = columns.psu;
    if (!columns.strata.empty()) names.insert(names.begin(), columns.strata);
    for (const std::string& name : names) {
        const Column* column = required(file, name, faults);
        if (!column) continue;
        report_gaps(file, *column, name, faults);
        codes.push_back(column->as_text());
    }
    if (columns.psu.empty()) codes.push_back(row_numbers(file.rows()));
    return codes;
}

// A certainty PSU becomes a stratum of its own whose PSUs are its second-stage units.
void split_certainty(Codes& codes, const Table& file, const DesignColumns& columns, Diagnostics& faults) {
    const Column* certain = required(file, columns.certainty, faults);
    if (!certain || faults.has_errors()) return;
    if (codes.size() < 3) {
        faults.error({file.source, 1, 0}, "certainty-stages",
                     "certainty PSUs need the id of the units drawn inside them",
                     "give psu: [psu, dwelling], so that a certainty PSU's variance comes from its dwellings");
        return;
    }
    std::vector<std::string> stratum(file.rows()), psu(file.rows());
    for (std::size_t row = 0; row < file.rows(); ++row) {
        const bool sure = certain->cell(row) == "1";
        stratum[row] = sure ? codes[0].text(row) + "/" + codes[1].text(row) : codes[0].text(row);
        psu[row] = sure ? codes[2].text(row) : codes[1].text(row);
    }
    codes[0] = Column::of_texts(stratum);
    codes[1] = Column::of_texts(psu);
}

// Stratum → stratum it is counted in, joining each lonely one with the next in text order, the last with the one
// before.
std::map<std::string, std::string> joined_strata(const std::map<std::string, std::set<std::string>>& psus,
                                                 std::vector<std::string>& notices) {
    std::map<std::string, std::string> target;
    std::vector<std::string> waiting;
    std::string previous;
    for (const auto& [stratum, codes] : psus) {
        waiting.push_back(stratum);
        if (waiting.size() == 1 && codes.size() == 1) continue;
        for (const std::string& name : waiting) target[name] = stratum;
        waiting.clear();
        previous = stratum;
    }
    for (const std::string& name : waiting) target[name] = previous.empty() ? name : previous;
    for (const auto& [stratum, into] : target)
        if (stratum != into)
            notices.push_back(fmt::format("stratum '{}' has one PSU: collapsed with '{}'", stratum, into));
    return target;
}

void collapse_lonely(Codes& codes, std::vector<std::string>& notices) {
    const std::size_t rows = codes[0].size();
    std::map<std::string, std::set<std::string>> psus;
    for (std::size_t row = 0; row < rows; ++row) psus[codes[0].text(row)].insert(codes[1].text(row));
    const auto target = joined_strata(psus, notices);
    std::vector<std::string> stratum(rows), psu(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        stratum[row] = target.at(codes[0].text(row));
        psu[row] = codes[0].text(row) + "/" + codes[1].text(row);
    }
    codes[0] = Column::of_texts(stratum);
    codes[1] = Column::of_texts(psu);
}

// Each row's codes as ranks in text order, so that identity and order of units do not depend on the order of rows.
std::vector<std::vector<std::uint32_t>> ranks_of(const Codes& codes) {
    std::vector<std::vector<std::uint32_t>> ranks;
    for (const Column& column : codes) {
        std::vector<std::uint32_t> order(column.dictionary().size()), rank(order.size());
        std::iota(order.begin(), order.end(), 0U);
        std::sort(order.begin(), order.end(),
                  [&](auto a, auto b) { return column.dictionary()[a] < column.dictionary()[b]; });
        for (std::uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
        std::vector<std::uint32_t> of_row(column.size());
        for (std::size_t row = 0; row < of_row.size(); ++row) of_row[row] = rank[column.codes()[row]];
        ranks.push_back(std::move(of_row));
    }
    return ranks;
}

// The stages of the sorted, distinct paths; fills unit_of_row and the lookup.
DeclaredDesign build(const Codes& codes, std::size_t stages) {
    const auto ranks = ranks_of(codes);
    const std::size_t rows = codes[0].size();
    const auto differ_at = [&](std::uint32_t a, std::uint32_t b) {
        std::size_t level = 0;
        while (level <= stages && ranks[level][a] == ranks[level][b]) ++level;
        return level;
    };
    std::vector<std::uint32_t> order(rows);
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const std::size_t level = differ_at(a, b);
        return level <= stages && ranks[level][a] < ranks[level][b];
    });
    DeclaredDesign result;
    result.design.stages.resize(stages);
    result.unit_of_row.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t changed = i == 0 ? 0 : differ_at(order[i - 1], order[i]);
        if (changed == 0) result.design.strata.push_back(codes[0].text(order[i]));
        for (std::size_t level = std::max<std::size_t>(changed, 1); level <= stages; ++level) {
            const std::size_t above =
                level == 1 ? result.design.strata.size() : result.design.stages[level - 2].units();
            result.design.stages[level - 1].group.push_back(static_cast<std::uint32_t>(above - 1));
        }
        const auto unit = static_cast<std::uint32_t>(result.design.units() - 1);
        result.unit_of_row[order[i]] = unit;
        if (changed > stages) continue;
        std::vector<std::string> path;
        for (std::size_t level = 0; level <= stages; ++level) path.push_back(codes[level].text(order[i]));
        result.unit_of_codes.emplace(std::move(path), unit);
    }
    for (std::size_t s = 0; s < stages; ++s)
        result.design.stages[s].fraction.assign(
            s == 0 ? result.design.strata.size() : result.design.stages[s - 1].units(), 0.0);
    return result;
}

// Unit of stage `stage` of each row.
std::vector<std::uint32_t> units_at(const DeclaredDesign& declared, std::size_t stage) {
    std::vector<std::uint32_t> units = declared.unit_of_row;
    for (std::size_t s = declared.design.stages.size() - 1; s > stage; --s)
        for (std::uint32_t& unit : units) unit = declared.design.stages[s].group[unit];
    return units;
}

bool valid_fpc(double given, double sampled) { return given > 0 && (given <= 1 || given >= sampled); }

// The fraction of each group of a stage from the fpc column.
void set_fractions(DeclaredDesign& declared, std::size_t stage, const Table& file, const std::string& name,
                   Diagnostics& faults) {
    const Column* fpc = required(file, name, faults);
    if (!fpc) return;
    Stage& level = declared.design.stages[stage];
    const std::vector<std::uint32_t> units = units_at(declared, stage);
    std::vector<double> sampled(level.groups(), 0), population(level.groups(), 0);
    for (const std::uint32_t group : level.group) ++sampled[group];
    for (std::size_t row = 0; row < file.rows(); ++row) {
        const std::uint32_t group = level.group[units[row]];
        const double given = fpc->is_number() && fpc->present(row) ? fpc->number(row) : 0;
        if (population[group] == 0 && valid_fpc(given, sampled[group])) population[group] = given;
        if (given == 0 || population[group] != given) {
            faults.error(
                {file.source, line_of(file, row), 0}, "fpc-value",
                fmt::format(
                    "the fpc '{}' is not a positive number, is below the sampled units, or differs within its group",
                    name),
                "give each group one population count, at least its sampled units, or one sampling fraction");
            return;
        }
    }
    for (std::size_t g = 0; g < population.size(); ++g)
        level.fraction[g] = population[g] > 1 ? sampled[g] / population[g] : population[g];
    declared.design.without_replacement = true;
}

// Stages kept: those with an fpc and the one after; without fpc the PSUs alone (ultimate clusters).
std::size_t stages_kept(const DesignColumns& columns) {
    const std::size_t stages = std::max<std::size_t>(1, columns.psu.size());
    return columns.fpc.empty() ? 1 : std::min(stages, columns.fpc.size() + 1);
}

void check_columns(const Table& drawn, const DesignColumns& columns, Diagnostics& faults) {
    if (drawn.rows() == 0)
        faults.error({drawn.source, 0, 0}, "empty-file", "the file of the design holds no rows",
                     "give the drawn sample");
    if (columns.fpc.size() > std::max<std::size_t>(1, columns.psu.size()))
        faults.error({drawn.source, 0, 0}, "fpc-stages", "there are more fpc columns than stages",
                     "give one fpc a stage, from the first on");
    if (columns.lonely == LonelyPsu::collapse && !columns.fpc.empty())
        faults.error({drawn.source, 0, 0}, "collapse-fpc", "strata cannot be collapsed under an fpc",
                     "leave the fpc out, or choose another lonely_psu policy");
}

}  // namespace

DeclaredDesign declare_design(const Table& drawn, const DesignColumns& columns, Diagnostics& faults) {
    check_columns(drawn, columns, faults);
    Codes codes = codes_of(drawn, columns, faults);
    if (faults.has_errors()) return {};
    if (!columns.certainty.empty()) split_certainty(codes, drawn, columns, faults);
    if (faults.has_errors()) return {};
    std::vector<std::string> notices;
    if (columns.lonely == LonelyPsu::collapse) collapse_lonely(codes, notices);
    DeclaredDesign declared = build(codes, stages_kept(columns));
    declared.design.lonely = columns.lonely;
    declared.design.notices = std::move(notices);
    for (std::size_t stage = 0; stage < columns.fpc.size(); ++stage)
        set_fractions(declared, stage, drawn, columns.fpc[stage], faults);
    return declared;
}

std::vector<std::uint32_t> place_rows(const Table& file, const DeclaredDesign& declared, const DesignColumns& columns,
                                      Diagnostics& faults) {
    const Codes codes = codes_of(file, columns, faults);
    std::vector<std::uint32_t> units(file.rows(), 0);
    if (faults.has_errors()) return units;
    std::size_t outside = 0, first = 0;
    for (std::size_t row = file.rows(); row-- > 0;) {
        std::vector<std::string> path;
        for (std::size_t level = 0; level <= declared.design.stages.size(); ++level)
            path.push_back(codes[level].text(row));
        const auto found = declared.unit_of_codes.find(path);
        if (found != declared.unit_of_codes.end())
            units[row] = found->second;
        else
            ++outside, first = row;
    }
    if (outside > 0)
        faults.error({file.source, line_of(file, first), 0}, "psu-not-drawn",
                     fmt::format("{} rows lie in PSUs that the design's file does not hold, first here", outside),
                     "the file named by design: level must hold every drawn PSU");
    return units;
}

}  // namespace cifra
