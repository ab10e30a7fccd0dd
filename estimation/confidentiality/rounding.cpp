#include "estimation/confidentiality/rounding.h"

#include <algorithm>
#include <cmath>

#include "estimation/confidentiality/programme.h"

namespace cifra {

namespace {

constexpr int nodes = 20'000;
constexpr double whole = 1e-9;  // of a step: what counts as a multiple of the base

// The rounded values as whole numbers of steps: floor + near + further - below.
class Rounding {
public:
    Rounding(double base, bool further) : base_(base), further_(further) {}

    void add_cell(double value) {
        const double steps = value / base_;
        const bool multiple = std::abs(steps - std::round(steps)) <= whole * std::max(1.0, steps);
        const double floor = multiple ? std::round(steps) : std::floor(steps), part = multiple ? 0 : steps - floor;
        Cell cell{floor, programme_.add_whole_variable(0, multiple ? 0 : 1, 1 - 2 * part), 0, 0};
        if (further_ && !multiple) {
            cell.above = programme_.add_whole_variable(0, 1, 1);
            cell.below = programme_.add_whole_variable(0, floor > 0 ? 1 : 0, 1);
        }
        cells_.push_back(cell);
    }

    void add_relation(const Relation& relation, std::size_t rest) {
        std::vector<std::pair<std::size_t, double>> terms;
        double floors = 0;
        const auto take = [&](std::size_t i, double sign) {
            const Cell& cell = cells_[i];
            floors += sign * cell.floor;
            terms.emplace_back(cell.near, sign);
            if (cell.above == 0) return;
            terms.emplace_back(cell.above, sign);
            terms.emplace_back(cell.below, -sign);
        };
        take(relation.total, -1);
        take(rest, 1);
        for (const std::size_t part : relation.parts) take(part, 1);
        programme_.add_row(terms, -floors, -floors);
    }

    std::optional<std::vector<double>> solve(std::size_t cells) {
        const Programme::Whole found = programme_.solve_whole(nodes);
        if (found.values.empty()) return std::nullopt;
        std::vector<double> rounded;
        for (std::size_t i = 0; i < cells; ++i) {
            const Cell& cell = cells_[i];
            double steps = cell.floor + found.values[cell.near];
            if (cell.above > 0) steps += found.values[cell.above] - found.values[cell.below];
            rounded.push_back(std::round(steps) * base_);
        }
        return rounded;
    }

private:
    struct Cell {
        double floor;
        std::size_t near, above, below;  // variables; above 0: none
    };
    double base_;
    bool further_;
    std::vector<Cell> cells_;
    Programme programme_;
};

std::optional<std::vector<double>> rounded_cells(const AdditiveTable& table, const LinkedCells& linked, double base,
                                                 bool further) {
    Rounding rounding(base, further);
    for (const std::size_t cell : linked.cells) rounding.add_cell(table.values[cell]);
    for (const Relation* relation : linked.relations) rounding.add_cell(relation->rest);
    const auto place = [&](std::size_t cell) {
        return static_cast<std::size_t>(std::lower_bound(linked.cells.begin(), linked.cells.end(), cell) -
                                        linked.cells.begin());
    };
    for (std::size_t r = 0; r < linked.relations.size(); ++r) {
        Relation relation{place(linked.relations[r]->total), {}, 0};
        for (const std::size_t part : linked.relations[r]->parts) relation.parts.push_back(place(part));
        rounding.add_relation(relation, linked.cells.size() + r);
    }
    return rounding.solve(linked.cells.size());
}

}  // namespace

double round_to_base(double value, double base) { return std::round(value / base) * base; }

std::optional<std::vector<double>> controlled_rounding(const AdditiveTable& table, double base) {
    std::vector<double> rounded(table.values.size());
    for (const LinkedCells& linked : linked_cells(table)) {
        auto part = rounded_cells(table, linked, base, false);
        if (!part) part = rounded_cells(table, linked, base, true);
        if (!part) return std::nullopt;
        for (std::size_t i = 0; i < linked.cells.size(); ++i) rounded[linked.cells[i]] = (*part)[i];
    }
    return rounded;
}

}  // namespace cifra
