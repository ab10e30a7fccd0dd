#include "estimation/design.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "estimation/variance/design_cells.h"

namespace cifra {

namespace {

// The codes of a row's path through the design, one text column a level: stratum, PSU, later units.
using Codes = std::vector<Column>;

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
        const Column* column = required_column(file, name, faults);
        if (!column) continue;
        report_gaps(file, *column, name, faults);
        codes.push_back(column->as_text());
    }
    if (columns.psu.empty()) codes.push_back(row_numbers(file.rows()));
    return codes;
}

// Certainty PSUs: (stratum, psu) of the rows marked 1.
void find_certain(const Codes& codes, const Table& file, const DesignColumns& columns, Recoding& recoding,
                  Diagnostics& faults) {
    const Column* certain = required_column(file, columns.certainty, faults);
    if (!certain || faults.has_errors()) return;
    if (codes.size() < 3) {
        faults.error({file.source, 1, 0}, "certainty-stages",
                     "certainty PSUs need the id of the units drawn inside them",
                     "give psu: [psu, dwelling], so that a certainty PSU's variance comes from its dwellings");
        return;
    }
    for (std::size_t row = 0; row < file.rows(); ++row)
        if (certain->cell(row) == "1") recoding.certain.emplace(codes[0].text(row), codes[1].text(row));
}

// Of each row, whether it lies in a certainty PSU; empty when there is none.
std::vector<std::uint8_t> certain_rows(const Codes& codes, const Recoding& recoding) {
    if (recoding.certain.empty()) return {};
    std::vector<std::uint8_t> certain(codes[0].size());
    for (std::size_t row = 0; row < certain.size(); ++row)
        certain[row] = recoding.certain.contains({codes[0].text(row), codes[1].text(row)});
    return certain;
}

// A certainty PSU becomes a stratum of its own and its later stages move up by one; the last is a single filler unit.
void split_certainty(Codes& codes, const std::vector<std::uint8_t>& certain) {
    if (certain.empty()) return;
    const std::size_t rows = certain.size(), levels = codes.size();
    std::vector<std::vector<std::string>> texts(levels, std::vector<std::string>(rows));
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t level = 0; level < levels; ++level) {
            const std::string& own = codes[level].text(row);
            if (!certain[row])
                texts[level][row] = own;
            else if (level == 0)
                texts[0][row] = own + "/" + codes[1].text(row);
            else
                texts[level][row] = level + 1 < levels ? codes[level + 1].text(row) : "";
        }
    for (std::size_t level = 0; level < levels; ++level) codes[level] = Column::of_texts(texts[level]);
}

// The value of a column that steers collapsing, by stratum; a fault where it varies in one.
std::map<std::string, std::string> stratum_values(const Table& file, const Column& strata, const std::string& name,
                                                  Diagnostics& faults) {
    std::map<std::string, std::string> values;
    const Column* column = required_column(file, name, faults);
    for (std::size_t row = 0; column && row < file.rows(); ++row) {
        const auto [found, added] = values.emplace(strata.text(row), column->cell(row));
        if (added || found->second == column->cell(row)) continue;
        faults.error({file.source, line_of(file, row), 0}, "collapse-varies",
                     fmt::format("the column '{}' differs within a stratum", name),
                     "strata are joined by a property of the whole stratum");
        break;
    }
    return values;
}

void find_collapsed(const Codes& codes, const Table& file, const DesignColumns& columns, Recoding& recoding,
                    std::vector<std::string>& notices, Diagnostics& faults) {
    std::map<std::string, std::set<std::string>> psus;
    for (std::size_t row = 0; row < file.rows(); ++row) psus[codes[0].text(row)].insert(codes[1].text(row));
    std::map<std::string, std::string> by, order;
    if (!columns.collapse.by.empty()) by = stratum_values(file, codes[0], columns.collapse.by, faults);
    if (!columns.collapse.order.empty()) order = stratum_values(file, codes[0], columns.collapse.order, faults);
    std::vector<CollapseStratum> strata;
    for (const auto& [stratum, members] : psus) {
        const std::optional<double> place = order.empty() ? 0 : parse_number(order[stratum]);
        if (!place && !faults.has_errors())
            faults.error({file.source, 1, 0}, "collapse-order",
                         fmt::format("the column '{}' is not a number in every stratum", columns.collapse.order),
                         "order strata by a number, their size for instance");
        strata.push_back({stratum, by[stratum], place.value_or(0), members.size()});
    }
    if (!faults.has_errors()) recoding.stratum = collapse_strata(std::move(strata), notices);
}

void collapse_lonely(Codes& codes, const Recoding& recoding) {
    if (recoding.stratum.empty()) return;
    const std::size_t rows = codes[0].size();
    std::vector<std::string> stratum(rows), psu(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        const auto found = recoding.stratum.find(codes[0].text(row));
        stratum[row] = found == recoding.stratum.end() ? codes[0].text(row) : found->second;
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

// Rows in the order of their paths down to the last stage kept, stable: level by level from the last to the first.
std::vector<std::uint32_t> rows_by_path(const Codes& codes, const std::vector<std::vector<std::uint32_t>>& ranks,
                                        std::size_t stages) {
    std::vector<std::uint32_t> order(codes[0].size()), sorted(order.size());
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t level = stages + 1; level-- > 0;) {
        std::vector<std::uint32_t> place(codes[level].dictionary().size() + 1, 0);
        for (const std::uint32_t rank : ranks[level]) ++place[rank + 1];
        std::partial_sum(place.begin(), place.end(), place.begin());
        for (const std::uint32_t row : order) sorted[place[ranks[level][row]]++] = row;
        order.swap(sorted);
    }
    return order;
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
    const std::vector<std::uint32_t> order = rows_by_path(codes, ranks, stages);
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
        result.unit_of_codes.emplace_hint(result.unit_of_codes.end(), std::move(path), unit);
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

// Which fpc a row has at a stage: the position in `fpc`, `none` (with replacement) or `whole` (a filler unit).
constexpr std::size_t none = static_cast<std::size_t>(-1), whole = static_cast<std::size_t>(-2);

std::size_t fpc_at(const DesignColumns& columns, std::size_t stage, bool certain) {
    const bool unequal = columns.unequal.method != UnequalMethod::none;
    if (certain && stage + 1 >= columns.psu.size()) return whole;
    if (unequal && stage == 0) return none;
    const std::size_t at = certain ? stage + 1 : unequal ? stage - 1 : stage;
    return at < columns.fpc.size() ? at : none;
}

// Fractions of the groups of each stage from the fpc columns.
class Fractions {
public:
    Fractions(DeclaredDesign& declared, const Table& file, const DesignColumns& columns,
              const std::vector<std::uint8_t>& certain, Diagnostics& faults)
        : declared_(declared), file_(file), columns_(columns), certain_(certain), faults_(faults) {
        for (const std::string& name : columns.fpc) fpc_.push_back(required_column(file, name, faults));
    }

    void set(std::size_t stage) {
        Stage& level = declared_.design.stages[stage];
        const std::vector<std::uint32_t> units = units_at(declared_, stage);
        std::vector<double> sampled(level.groups(), 0), population(level.groups(), 0);
        for (const std::uint32_t group : level.group) ++sampled[group];
        for (std::size_t row = 0; row < file_.rows(); ++row) {
            const std::size_t at = fpc_at(columns_, stage, !certain_.empty() && certain_[row]);
            if (at == none) continue;
            const std::uint32_t group = level.group[units[row]];
            const double given = at == whole ? 1 : given_at(*fpc_[at], row);
            if (population[group] == 0 && valid_fpc(given, sampled[group])) population[group] = given;
            if (given == 0 || population[group] != given) return refuse(columns_.fpc[at], row);
        }
        for (std::size_t g = 0; g < population.size(); ++g) {
            level.fraction[g] = population[g] > 1 ? sampled[g] / population[g] : population[g];
            if (level.fraction[g] > 0) declared_.design.without_replacement = true;
        }
    }

private:
    static double given_at(const Column& fpc, std::size_t row) {
        return fpc.is_number() && fpc.present(row) ? fpc.number(row) : 0;
    }

    void refuse(const std::string& name, std::size_t row) {
        faults_.error(
            {file_.source, line_of(file_, row), 0}, "fpc-value",
            fmt::format(
                "the fpc '{}' is not a positive number, is below the sampled units, or differs within its group", name),
            "give each group one population count, at least its sampled units, or one sampling fraction");
    }

    DeclaredDesign& declared_;
    const Table& file_;
    const DesignColumns& columns_;
    const std::vector<std::uint8_t>& certain_;
    Diagnostics& faults_;
    std::vector<const Column*> fpc_;
};

// Stages kept: those with an fpc or probabilities and the one after; without, the PSUs alone (ultimate clusters).
std::size_t stages_kept(const DesignColumns& columns) {
    const std::size_t stages = std::max<std::size_t>(1, columns.psu.size());
    if (columns.ultimate_cluster || columns.phase.used()) return 1;
    if (columns.unequal.method != UnequalMethod::none)
        return columns.fpc.empty() ? 1 : std::min(stages, columns.fpc.size() + 2);
    return columns.fpc.empty() ? 1 : std::min(stages, columns.fpc.size() + 1);
}

void check_columns(const Table& drawn, const DesignColumns& columns, Diagnostics& faults) {
    if (drawn.rows() == 0)
        faults.error({drawn.source, 0, 0}, "empty-file", "the file of the design holds no rows",
                     "give the drawn sample");
    const std::size_t first = columns.unequal.method != UnequalMethod::none ? 1 : 0;
    if (columns.fpc.size() + first > std::max<std::size_t>(1, columns.psu.size()))
        faults.error({drawn.source, 0, 0}, "fpc-stages", "there are more fpc columns than stages",
                     first ? "under 'unequal' the first stage has its probabilities: give fpc from the second on"
                           : "give one fpc a stage, from the first on");
    if (columns.lonely == LonelyPsu::collapse && !columns.fpc.empty())
        faults.error({drawn.source, 0, 0}, "collapse-fpc", "strata cannot be collapsed under an fpc",
                     "leave the fpc out, or choose another lonely_psu policy");
}

void set_first_stage(DeclaredDesign& declared, const Table& drawn, const DesignColumns& columns, Diagnostics& faults) {
    const std::vector<std::uint32_t> psu_of_row = units_at(declared, 0);
    if (columns.unequal.method != UnequalMethod::none)
        read_probabilities(declared.design, psu_of_row, drawn, columns.unequal, faults);
    if (columns.successive.used) read_order(declared.design, psu_of_row, drawn, columns.successive, faults);
    if (columns.phase.used() && !faults.has_errors()) add_second_phase(declared, drawn, columns.phase, faults);
}

}  // namespace

DeclaredDesign declare_design(const Table& drawn, const DesignColumns& columns, Diagnostics& faults) {
    check_columns(drawn, columns, faults);
    Codes codes = codes_of(drawn, columns, faults);
    if (faults.has_errors()) return {};
    Recoding recoding;
    std::vector<std::string> notices;
    if (!columns.certainty.empty()) find_certain(codes, drawn, columns, recoding, faults);
    const std::vector<std::uint8_t> certain = certain_rows(codes, recoding);
    split_certainty(codes, certain);
    if (columns.lonely == LonelyPsu::collapse && !faults.has_errors())
        find_collapsed(codes, drawn, columns, recoding, notices, faults);
    if (faults.has_errors()) return {};
    collapse_lonely(codes, recoding);
    DeclaredDesign declared = build(codes, stages_kept(columns));
    declared.recoding = std::move(recoding);
    declared.design.lonely = columns.lonely;
    declared.design.domain_lonely = columns.domain_lonely;
    declared.design.satterthwaite = columns.satterthwaite;
    declared.design.notices = std::move(notices);
    Fractions fractions(declared, drawn, columns, certain, faults);
    if (faults.has_errors()) return declared;
    for (std::size_t stage = 0; stage < declared.design.stages.size(); ++stage) fractions.set(stage);
    set_first_stage(declared, drawn, columns, faults);
    if (!columns.psu.empty()) declared.design.unit_of_codes = declared.unit_of_codes;
    return declared;
}

std::vector<std::string> placing_columns(const DeclaredDesign& declared, const DesignColumns& columns) {
    const std::size_t levels = declared.design.stages.size() + (declared.recoding.certain.empty() ? 0 : 1);
    return {columns.psu.begin(),
            columns.psu.begin() + static_cast<std::ptrdiff_t>(std::min(levels, columns.psu.size()))};
}

std::vector<std::uint32_t> place_rows(const Table& file, const DeclaredDesign& declared, const DesignColumns& columns,
                                      Diagnostics& faults) {
    std::vector<std::uint32_t> units(file.rows(), 0);
    if (columns.psu.empty() || columns.phase.used()) {
        faults.error({file.source, 0, 0}, "rows-are-psus",
                     "this file cannot be placed in a design whose units are the rows of another file",
                     "link it below the design's level with 'parent' and 'by', or name the psu column");
        return units;
    }
    DesignColumns needed = columns;
    needed.psu = placing_columns(declared, columns);
    Codes codes = codes_of(file, needed, faults);
    if (faults.has_errors()) return units;
    split_certainty(codes, certain_rows(codes, declared.recoding));
    collapse_lonely(codes, declared.recoding);
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
