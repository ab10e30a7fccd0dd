#include "estimation/pass/block_columns.h"

namespace cifra {

namespace {

void add_at(ColumnSums& to, std::size_t column, std::size_t row, double value) {
    const std::uint32_t place = to.places(column)[row];
    if (place != no_cell) to.whole(column).add(place, value);
}

void count_at(ColumnSums& to, std::size_t column, std::size_t row) {
    const std::uint32_t place = to.places(column)[row];
    if (place != no_cell) to.whole(column).value[place] += 1;
}

void raise_at(ColumnSums& to, std::size_t column, std::size_t row, double value) {
    const std::uint32_t place = to.places(column)[row];
    if (place == no_cell) return;
    double& largest = to.whole(column).value[place];
    largest = std::max(largest, value);
}

}  // namespace

void TermSums::add_rows(ColumnSums to) const {
    std::vector<double> values(task_.shape.sums(), 0);
    for (std::size_t row = 0; row < base_.rows(); ++row) {
        if (!terms_.missing_weight.empty()) add_at(to, task_.missing, row, terms_.missing_weight[row]);
        if (!terms_.item_weight.empty())
            add_at(to, task_.counted, row, terms_.item_weight[row]);
        else if (terms_.universe[row])
            add_at(to, task_.counted, row, base_.weight[row]);
        if (terms_.universe[row]) add_row(to, row, values);
    }
}

// The products whose later sum is shared come from the row, the others from its entries: as in accumulate.h.
void TermSums::add_row(ColumnSums& to, std::size_t row, std::vector<double>& values) const {
    const TermShape& shape = task_.shape;
    if (!shape.universe_is_entries) count_row(to, row);
    for (std::size_t s = 0; s < shape.shared_sums; ++s) {
        values[s] = terms_.shared[s][row];
        if (!is_whole(s)) add_at(to, task_.sums[s], row, values[s]);
    }
    std::fill(values.begin() + static_cast<std::ptrdiff_t>(shape.shared_sums), values.end(), 0.0);
    add_products(to, row, values, 0);
    if (!shape.has_entries) {
        add_at(to, task_.cases, row, terms_.cases[row]);
        return;
    }
    for (std::uint32_t e = terms_.begin[row]; e < terms_.begin[row + 1]; ++e) {
        if (terms_.part[e] != 0) continue;
        for (std::size_t s = 0; s < shape.own_sums; ++s) {
            values[shape.shared_sums + s] = terms_.own[s][e];
            if (!is_whole(shape.shared_sums + s)) add_at(to, task_.sums[shape.shared_sums + s], row, terms_.own[s][e]);
        }
        add_at(to, task_.cases, row, terms_.cases[e]);
        add_products(to, row, values, shape.shared_sums);
        if (shape.universe_is_entries) count_row(to, row);
    }
}

void TermSums::count_row(ColumnSums& to, std::size_t row) const {
    count_at(to, task_.rows, row);
    add_at(to, task_.weight, row, base_.weight[row]);
    raise_at(to, task_.largest, row, base_.weight[row]);
}

void TermSums::add_products(ColumnSums& to, std::size_t row, const std::vector<double>& values,
                            std::size_t from) const {
    for (std::size_t j = from; j < values.size(); ++j)
        for (std::size_t i = 0; i <= j && values[j] != 0; ++i)
            add_at(to, task_.products[product_place(i, j)], row, values[i] * values[j] / base_.weight[row]);
}

void TermSums::add_whole(ColumnSums to) const {
    const TermShape& shape = task_.shape;
    for (std::size_t row = 0; row < base_.rows(); ++row) {
        if (!terms_.universe[row]) continue;
        for (std::size_t s = 0; s < shape.shared_sums; ++s)
            if (is_whole(s)) add_at(to, task_.sums[s], row, terms_.shared[s][row]);
        for (std::uint32_t e = shape.has_entries ? terms_.begin[row] : 0;
             shape.has_entries && e < terms_.begin[row + 1]; ++e)
            for (std::size_t s = 0; s < shape.own_sums && terms_.part[e] == 0; ++s)
                if (is_whole(shape.shared_sums + s))
                    add_at(to, task_.sums[shape.shared_sums + s], row, terms_.own[s][e]);
    }
}

std::vector<PartEntry> TermSums::entries_of_parts() const {
    const TermShape& shape = task_.shape;
    std::vector<PartEntry> entries;
    for (std::size_t row = 0; row < base_.rows(); ++row) {
        if (!terms_.universe[row]) continue;
        for (std::uint32_t e = terms_.begin[row]; e < terms_.begin[row + 1]; ++e) {
            if (terms_.part[e] == 0) continue;
            PartEntry entry{.row = static_cast<std::uint32_t>(row),
                            .part = terms_.part[e] - 1,
                            .cases = terms_.cases[e],
                            .values = std::vector<double>(shape.sums(), 0),
                            .products = std::vector<double>(shape.sums() * (shape.sums() + 1) / 2, 0)};
            for (std::size_t s = 0; s < shape.shared_sums; ++s) entry.values[s] = terms_.shared[s][row];
            for (std::size_t s = 0; s < shape.own_sums; ++s) entry.values[shape.shared_sums + s] = terms_.own[s][e];
            for (std::size_t j = shape.shared_sums; j < shape.sums(); ++j)
                for (std::size_t i = 0; i <= j; ++i)
                    entry.products[product_place(i, j)] = entry.values[i] * entry.values[j] / base_.weight[row];
            entries.push_back(std::move(entry));
        }
    }
    return entries;
}

void add_part_entries(const PassTask& task, const std::vector<PartEntry>& entries, const std::vector<double>& weight,
                      ColumnSums to) {
    const TermShape& shape = task.shape;
    for (const PartEntry& entry : entries) {
        if (entry.cell == no_cell) continue;
        to.whole(task.part_cases).add(entry.cell, entry.cases);
        for (std::size_t s = shape.shared_sums; s < shape.sums(); ++s)
            to.whole(task.part_sums[s]).add(entry.slot, entry.values[s]);
        for (std::size_t p = 0; p < entry.products.size(); ++p)
            if (entry.products[p] != 0) to.whole(task.part_products[p]).add(entry.cell, entry.products[p]);
        if (!shape.universe_is_entries) continue;
        to.whole(task.part_rows).value[entry.slot] += 1;
        to.whole(task.part_weight).add(entry.slot, weight[entry.row]);
        double& largest = to.whole(task.part_largest).value[entry.cell];
        largest = std::max(largest, weight[entry.row]);
    }
}

}  // namespace cifra
