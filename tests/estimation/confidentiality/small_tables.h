// Small additive tables of whole numbers, and what an intruder can think of them, found by writing down every table.
#pragma once

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "estimation/confidentiality/additive_table.h"

namespace cifra::testing {

// A cross table of rows by columns with its margins and the whole: domains "r=1;c=2", "r=1", "c=2", "".
struct CrossTable {
    std::vector<std::string> domains;
    AdditiveTable table;
};

inline CrossTable cross_table(const std::vector<std::vector<double>>& inside) {
    CrossTable made;
    const auto add = [&](const std::string& domain, double value) {
        made.domains.push_back(domain);
        made.table.values.push_back(value);
    };
    double whole = 0;
    std::vector<double> columns(inside.front().size());
    for (std::size_t r = 0; r < inside.size(); ++r) {
        double row = 0;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            add("r=" + std::to_string(r) + ";c=" + std::to_string(c), inside[r][c]);
            row += inside[r][c];
            columns[c] += inside[r][c];
        }
        add("r=" + std::to_string(r), row);
        whole += row;
    }
    for (std::size_t c = 0; c < columns.size(); ++c) add("c=" + std::to_string(c), columns[c]);
    add("", whole);
    made.table.relations = domain_relations(made.domains, made.table.values, {});
    return made;
}

inline CrossTable random_cross_table(std::mt19937& chance, std::size_t rows, std::size_t columns, unsigned most) {
    std::vector<std::vector<double>> inside(rows, std::vector<double>(columns));
    for (auto& row : inside)
        for (double& cell : row) cell = static_cast<double>(chance() % (most + 1));
    return cross_table(inside);
}

// Least and largest value of every cell over all tables of whole numbers, none above `most`, that agree with the
// published cells and the relations.
class EveryTable {
public:
    EveryTable(const AdditiveTable& table, const std::vector<bool>& suppressed, double most)
        : table_(table), suppressed_(suppressed), most_(most), now_(table.values) {
        bounds_.assign(now_.size(), {most + 1, -1});
        try_cell(0);
    }
    const std::vector<std::pair<double, double>>& bounds() const { return bounds_; }

private:
    void try_cell(std::size_t cell) {
        if (!possible(cell)) return;
        if (cell == now_.size()) {
            for (std::size_t i = 0; i < now_.size(); ++i)
                bounds_[i] = {std::min(bounds_[i].first, now_[i]), std::max(bounds_[i].second, now_[i])};
            return;
        }
        if (!suppressed_[cell]) return try_cell(cell + 1);
        for (now_[cell] = 0; now_[cell] <= most_; ++now_[cell]) try_cell(cell + 1);
        now_[cell] = table_.values[cell];
    }

    // Relations whose cells are all decided hold.
    bool possible(std::size_t decided) const {
        const auto known = [&](std::size_t cell) { return cell < decided || !suppressed_[cell]; };
        for (const Relation& relation : table_.relations) {
            bool all = known(relation.total);
            double left = now_[relation.total] - relation.rest;
            for (const std::size_t part : relation.parts) {
                all = all && known(part);
                left -= now_[part];
            }
            if (all && left != 0) return false;
        }
        return true;
    }

    const AdditiveTable& table_;
    const std::vector<bool>& suppressed_;
    double most_;
    std::vector<double> now_;
    std::vector<std::pair<double, double>> bounds_;
};

}  // namespace cifra::testing
