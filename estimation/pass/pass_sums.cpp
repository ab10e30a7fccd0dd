#include "estimation/pass/pass_sums.h"

namespace cifra {

void merge(PassSums& sums, const PassPlan& plan, const BlockResult& block,
           const std::vector<std::uint32_t>& line_of_unit) {
    const std::vector<std::uint32_t> units = sums.units.number(block.unit_keys);
    sums.unit_line.resize(sums.units.size(), 0);
    for (std::size_t u = 0; u < units.size(); ++u)
        if (sums.unit_line[units[u]] == 0) sums.unit_line[units[u]] = line_of_unit[u];
    std::vector<std::vector<std::uint32_t>> cells(plan.tables.size());
    for (std::size_t t = 0; t < plan.tables.size(); ++t) {
        TableSums& table = sums.tables[t];
        const BlockTable& from = block.tables[t];
        if (plan.tables[t].parts_of == no_column) {
            cells[t] = table.cells.number(from.cell_keys);
        } else {
            const std::vector<std::uint32_t> parts = table.cells.number(from.part_keys);
            for (std::size_t c = 0; c < from.base_cell.size(); ++c)
                cells[t].push_back(
                    table.pairs.find_or_add(cells[plan.tables[t].parts_of][from.base_cell[c]], parts[from.part[c]])
                        .first);
        }
        table.slots.merge(plan.tables[t].columns, from.sums, units, cells[t]);
    }
    for (std::size_t t = 0; t < plan.tasks.size(); ++t) {
        if (block.undeclared[t].count == 0) continue;
        sums.undeclared[t].count += block.undeclared[t].count;
        sums.undeclared[t].kind = block.undeclared[t].kind;
    }
}

void round_sums(PassSums& sums) {
    for (TableSums& table : sums.tables) table.slots.round();
}

Table drawn_table(const PassSums& sums, const std::vector<std::string>& design_columns, const std::string& source) {
    struct Building {
        std::vector<double> numbers;
        TextColumnBuilder texts;
        std::vector<Missing> missing;
        bool number = true;
    };
    std::vector<Building> columns(design_columns.size());
    for (std::size_t u = 0; u < sums.units.size(); ++u) {
        const std::vector<CellValue> cells = sums.units.values(u);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const bool present = cells[c].missing == Missing::none;
            columns[c].number = columns[c].number && (cells[c].is_number || !present);
            columns[c].numbers.push_back(cells[c].number);
            columns[c].missing.push_back(cells[c].missing);
            if (present)
                columns[c].texts.add(cells[c].text);
            else
                columns[c].texts.add_missing(cells[c].missing);
        }
    }
    Table drawn;
    for (std::size_t c = 0; c < columns.size(); ++c)
        drawn.set(design_columns[c], columns[c].number
                                         ? Column::of_numbers(std::move(columns[c].numbers), columns[c].missing)
                                         : columns[c].texts.finish());
    drawn.source = source;
    drawn.lines = sums.unit_line;
    return drawn;
}

}  // namespace cifra
