#include "estimation/accumulate.h"

#include <algorithm>

#include "engine/parallel.h"

namespace cifra {

namespace {

constexpr std::size_t rows_of_a_shard = 65536;

// Positions in `order` where shards begin: at the border of a unit, after at least rows_of_a_shard rows.
std::vector<std::size_t> shard_borders(const Level& base, const std::vector<std::uint32_t>& order) {
    std::vector<std::size_t> borders = {0};
    for (std::size_t i = 1; i < order.size(); ++i)
        if (i - borders.back() >= rows_of_a_shard && base.unit_of_row[order[i]] != base.unit_of_row[order[i - 1]])
            borders.push_back(i);
    borders.push_back(order.size());
    return borders;
}

void add_active(std::vector<std::uint32_t>& active, std::uint32_t unit) {
    if (active.empty() || active.back() != unit) active.push_back(unit);
}

// What one task does with a row.
class TaskRow {
public:
    TaskRow(const AccumulateTask& task, const Level& base, const ReplicateRatios* replicates,
            const ResidualRows* residuals)
        : terms_(*task.terms),
          cells_(*task.cells),
          base_(base),
          replicates_(replicates),
          residuals_(residuals),
          values_(terms_.shape.sums()) {
        any_whole_ = terms_.shape.any_whole();
        result_.cells.assign(cells_.names.size(), empty_cell());
        if (any_whole_) result_.whole = empty_cell();
    }

    void add(std::uint32_t row) {
        const std::uint32_t c = cells_.of_row[row];
        if (c != no_cell) add_to_cell(row, result_.cells[c]);
        if (any_whole_ && terms_.universe[row]) add_sums(row, result_.whole, true);
    }

    TaskSums finish() { return std::move(result_); }

private:
    CellSums empty_cell() const {
        CellSums cell;
        cell.shared.resize(terms_.shared.size());
        cell.counts.products.assign(terms_.shape.sums() * terms_.shape.sums(), 0);
        PartSums part;
        part.own.resize(terms_.own.size());
        part.counts.products.assign(terms_.shape.sums() * terms_.shape.sums(), 0);
        cell.parts.assign(terms_.shape.parts.size(), part);
        return cell;
    }

    void add_value(CellSum& sum, std::uint32_t row, double value) {
        const std::uint32_t unit = base_.unit_of_row[row];
        if (sum.by_unit.unit.empty() || sum.by_unit.unit.back() != unit) {
            sum.by_unit.unit.push_back(unit);
            sum.by_unit.total.push_back(0);
        }
        sum.by_unit.total.back() += value;
        if (residuals_) residuals_->add(row, value, sum.products);
        if (!replicates_ || value == 0) return;
        sum.by_replicate.resize(replicates_->count, 0.0);
        const double* ratio = replicates_->of(row);
        for (std::size_t r = 0; r < replicates_->count; ++r) sum.by_replicate[r] += value * ratio[r];
    }

    void add_sums(std::uint32_t row, CellSums& cell, bool whole) {
        for (std::size_t s = 0; s < terms_.shared.size(); ++s)
            if (terms_.shape.whole[s] == whole) add_value(cell.shared[s], row, terms_.shared[s][row]);
        if (terms_.begin.empty()) return;
        for (std::uint32_t e = terms_.begin[row]; e < terms_.begin[row + 1]; ++e)
            for (std::size_t s = 0; s < terms_.own.size(); ++s)
                if (terms_.shape.whole[terms_.shared.size() + s] == whole)
                    add_value(cell.parts[terms_.part[e]].own[s], row, terms_.own[s][e]);
    }

    void add_to_cell(std::uint32_t row, CellSums& cell) {
        if (!terms_.missing_weight.empty()) cell.missing += terms_.missing_weight[row];
        if (!terms_.item_weight.empty())
            cell.counted += terms_.item_weight[row];
        else if (terms_.universe[row])
            cell.counted += base_.weight[row];
        if (!terms_.universe[row]) return;
        add_sums(row, cell, false);
        if (!terms_.shape.universe_is_entries) count(row, cell.counts);
        for (std::size_t s = 0; s < terms_.shared.size(); ++s) values_[s] = terms_.shared[s][row];
        std::fill(values_.begin() + static_cast<std::ptrdiff_t>(terms_.shared.size()), values_.end(), 0.0);
        if (terms_.begin.empty()) {
            cell.counts.cases += terms_.cases[row];
            add_products(row, cell.counts, 0);
            return;
        }
        add_products(row, cell.counts, 0);
        for (std::uint32_t e = terms_.begin[row]; e < terms_.begin[row + 1]; ++e) add_entry(row, e, cell);
    }

    void add_entry(std::uint32_t row, std::uint32_t entry, CellSums& cell) {
        CellCounts& counts = cell.parts[terms_.part[entry]].counts;
        counts.cases += terms_.cases[entry];
        for (std::size_t s = 0; s < terms_.own.size(); ++s) values_[terms_.shared.size() + s] = terms_.own[s][entry];
        add_products(row, counts, terms_.shared.size());
        if (terms_.shape.universe_is_entries) count(row, counts);
    }

    void count(std::uint32_t row, CellCounts& counts) {
        counts.n += 1;
        counts.w += base_.weight[row];
        counts.largest = std::max(counts.largest, base_.weight[row]);
        add_active(counts.active, base_.unit_of_row[row]);
    }

    // Products of which the second sum is `from` or later: the shared ones stand with the cell, the others with a part.
    void add_products(std::uint32_t row, CellCounts& counts, std::size_t from) {
        const std::size_t k = values_.size();
        for (std::size_t j = from; j < k; ++j) {
            if (values_[j] == 0) continue;
            const double scaled = values_[j] / base_.weight[row];
            for (std::size_t i = 0; i < k; ++i) counts.products[i * k + j] += values_[i] * scaled;
        }
    }

    const Terms& terms_;
    const Cells& cells_;
    const Level& base_;
    const ReplicateRatios* replicates_;
    const ResidualRows* residuals_;
    std::vector<double> values_;
    bool any_whole_ = false;
    TaskSums result_;
};

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

void add_elements(std::vector<double>& to, const std::vector<double>& from) {
    if (to.empty()) to.resize(from.size(), 0.0);
    for (std::size_t i = 0; i < from.size(); ++i) to[i] += from[i];
}

void merge(CellSum& to, const CellSum& from) {
    append(to.by_unit.unit, from.by_unit.unit);
    append(to.by_unit.total, from.by_unit.total);
    add_elements(to.by_replicate, from.by_replicate);
    add_elements(to.products, from.products);
}

void merge(CellCounts& to, const CellCounts& from) {
    to.n += from.n;
    to.cases += from.cases;
    to.w += from.w;
    to.largest = std::max(to.largest, from.largest);
    add_elements(to.products, from.products);
    append(to.active, from.active);
}

void merge(CellSums& to, const CellSums& from) {
    for (std::size_t s = 0; s < to.shared.size(); ++s) merge(to.shared[s], from.shared[s]);
    merge(to.counts, from.counts);
    to.missing += from.missing;
    to.counted += from.counted;
    for (std::size_t p = 0; p < to.parts.size(); ++p) {
        for (std::size_t s = 0; s < to.parts[p].own.size(); ++s) merge(to.parts[p].own[s], from.parts[p].own[s]);
        merge(to.parts[p].counts, from.parts[p].counts);
    }
}

}  // namespace

std::vector<TaskSums> accumulate(const Level& base, const std::vector<std::uint32_t>& order,
                                 const std::vector<AccumulateTask>& tasks, const ReplicateRatios* replicates,
                                 const ResidualRows* residuals, int threads) {
    const std::vector<std::size_t> borders = shard_borders(base, order);
    auto shards = map_shards<std::vector<TaskSums>>(borders.size() - 1, threads, [&](std::size_t shard) {
        std::vector<TaskRow> rows;
        for (const AccumulateTask& task : tasks) rows.emplace_back(task, base, replicates, residuals);
        // Task by task: its columns are then read in a stream and its cells stay in the cache.
        for (TaskRow& task : rows)
            for (std::size_t i = borders[shard]; i < borders[shard + 1]; ++i) task.add(order[i]);
        std::vector<TaskSums> sums;
        for (TaskRow& task : rows) sums.push_back(task.finish());
        return sums;
    });
    std::vector<TaskSums> result = std::move(shards.front());
    for (std::size_t shard = 1; shard < shards.size(); ++shard)
        for (std::size_t t = 0; t < tasks.size(); ++t) {
            for (std::size_t c = 0; c < result[t].cells.size(); ++c)
                merge(result[t].cells[c], shards[shard][t].cells[c]);
            if (!result[t].whole.counts.products.empty() || !shards[shard][t].whole.counts.products.empty())
                merge(result[t].whole, shards[shard][t].whole);
            shards[shard][t] = {};
        }
    return result;
}

}  // namespace cifra
