// The sums of one table in the order in which estimates are made: cells by their values, units by the design.
// Internal to the rooms `pass/*_estimates`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "estimation/pass/pass_plan.h"
#include "estimation/pass/pass_sums.h"
#include "estimation/totals.h"

namespace cifra {

class TableView {
public:
    // `unit_of`: unit of the design of each unit of the pass.
    TableView(const PassTable& table, const TableSums& sums, const std::vector<std::uint32_t>& unit_of);

    std::size_t cells() const { return begin_.size() - 1; }
    // "region=1;sex=2", in the order of the cells; of a table of parts the names of the parts, in the order of `parts`.
    const std::vector<std::string>& names() const { return names_; }
    const std::vector<std::uint32_t>& parts() const { return sorted_; }
    // The number of a cell in the pass.
    std::uint32_t number(std::size_t cell) const { return number_[cell]; }

    // By place: sums by unit, of slots where `present` (a column; no_column: the column itself) is not 0.
    SparseColumn by_unit(std::size_t cell, std::size_t column, std::size_t present) const;
    // Of a column by slot their sum, of one by cell the number itself.
    double total(std::size_t cell, std::size_t column) const {
        return totals_[column].empty() ? 0 : totals_[column][cell];
    }
    std::vector<std::uint32_t> units_with(std::size_t cell, std::size_t column) const;

    template <class Visit>
    void for_each_slot(std::size_t cell, const Visit& visit) const {
        for (std::size_t i = begin_[cell]; i < begin_[cell + 1]; ++i) visit(unit_[i], slot_[i]);
    }
    double at_slot(std::size_t column, std::uint32_t slot) const { return sum_at_slot(column, slot).value(); }
    CompensatedSum sum_at_slot(std::size_t column, std::uint32_t slot) const;

private:
    const PassTable& table_;
    const TableSums& sums_;
    std::vector<std::uint32_t> sorted_;  // groups of the table in the order of their values
    std::vector<std::string> names_;
    std::vector<std::uint32_t> number_;
    std::vector<std::size_t> begin_;
    std::vector<double> totals_of(std::size_t column) const;

    std::vector<std::uint32_t> unit_, slot_;   // by cell, then by unit
    std::vector<std::vector<double>> totals_;  // by column and cell; empty: all 0
};

}  // namespace cifra
