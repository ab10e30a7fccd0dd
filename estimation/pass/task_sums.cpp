#include "estimation/pass/task_sums.h"

namespace cifra {

namespace {

// Square, row-major, from the columns of its upper triangle.
std::vector<double> square_of(const TableView& view, std::size_t cell, const ProductColumns& columns, std::size_t k) {
    std::vector<double> square(k * k, 0);
    for (std::size_t j = 0; j < k; ++j)
        for (std::size_t i = 0; i <= j; ++i)
            square[i * k + j] = square[j * k + i] = view.total(cell, columns[product_place(i, j)]);
    return square;
}

class TaskReading {
public:
    TaskReading(const PassTask& task, const PassSums& sums, const std::vector<TableView>& views)
        : task_(task), sums_(sums), views_(views), view_(views[task.table]) {}

    TaskView read() {
        TaskView result;
        result.shape = task_.shape;
        result.shape.parts = {""};
        result.cells.names = view_.names();
        std::vector<std::uint32_t> parts;
        if (task_.parts != no_column) {
            parts = views_[task_.parts].parts();
            const std::vector<std::string>& names = views_[task_.parts].names();
            result.shape.parts.insert(result.shape.parts.end(), names.begin(), names.end());
        }
        for (std::size_t cell = 0; cell < view_.cells(); ++cell) result.sums.cells.push_back(cell_of(cell));
        for (std::size_t cell = 0; cell < view_.cells(); ++cell)
            for (const std::uint32_t part : parts) result.sums.cells[cell].parts.push_back(part_of(cell, part));
        if (task_.whole != no_column) result.sums.whole = whole();
        return result;
    }

private:
    void fill_universe(const TableView& view, std::size_t cell, std::size_t rows, std::size_t weight,
                       std::size_t largest, CellCounts& counts) const {
        counts.n = view.total(cell, rows);
        counts.w = view.total(cell, weight);
        counts.largest = view.total(cell, largest);
        counts.active = view.units_with(cell, rows);
    }

    CellSums cell_of(std::size_t cell) const {
        const TermShape& shape = task_.shape;
        CellSums result;
        result.shared.resize(shape.shared_sums);
        for (std::size_t s = 0; s < shape.shared_sums; ++s)
            if (!shape.whole[s]) result.shared[s].by_unit = view_.by_unit(cell, task_.sums[s], task_.rows);
        for (std::size_t s = 0; s < task_.auxiliaries.size(); ++s)
            for (std::size_t j = 0; j < task_.auxiliary_columns; ++j)
                result.shared[s].products.push_back(view_.total(cell, task_.auxiliaries[s] + j));
        PartSums part;
        part.own.resize(shape.own_sums);
        for (std::size_t s = 0; s < shape.own_sums; ++s)
            if (!shape.whole[shape.shared_sums + s])
                part.own[s].by_unit = view_.by_unit(cell, task_.sums[shape.shared_sums + s],
                                                    shape.universe_is_entries ? task_.rows : no_column);
        CellCounts& universe = shape.universe_is_entries ? part.counts : result.counts;
        fill_universe(view_, cell, task_.rows, task_.weight, task_.largest, universe);
        (shape.has_entries ? part.counts : result.counts).cases = view_.total(cell, task_.cases);
        result.counts.products = part.counts.products = square_of(view_, cell, task_.products, shape.sums());
        if (task_.missing != no_column) result.missing = view_.total(cell, task_.missing);
        result.counted = view_.total(cell, task_.counted);
        result.parts.push_back(std::move(part));
        return result;
    }

    PartSums part_of(std::size_t cell, std::uint32_t part) const {
        const TermShape& shape = task_.shape;
        const TableView& view = views_[task_.parts];
        PartSums result;
        result.own.resize(shape.own_sums);
        result.counts.products.assign(shape.sums() * shape.sums(), 0);
        const std::uint32_t pair = sums_.tables[task_.parts].pairs.find(view_.number(cell), part);
        if (pair == SlotIndex::none) return result;
        for (std::size_t s = 0; s < shape.own_sums; ++s)
            result.own[s].by_unit = view.by_unit(pair, task_.part_sums[shape.shared_sums + s],
                                                 shape.universe_is_entries ? task_.part_rows : no_column);
        result.counts.cases = view.total(pair, task_.part_cases);
        result.counts.products = square_of(view, pair, task_.part_products, shape.sums());
        if (shape.universe_is_entries)
            fill_universe(view, pair, task_.part_rows, task_.part_weight, task_.part_largest, result.counts);
        return result;
    }

    CellSums whole() const {
        const TermShape& shape = task_.shape;
        const TableView& view = views_[task_.whole];
        CellSums result;
        result.shared.resize(shape.shared_sums);
        result.parts.resize(1);
        result.parts[0].own.resize(shape.own_sums);
        for (std::size_t s = 0; s < shape.sums() && view.cells() > 0; ++s) {
            if (!shape.whole[s]) continue;
            SparseColumn column = view.by_unit(0, task_.sums[s], no_column);
            (s < shape.shared_sums ? result.shared[s] : result.parts[0].own[s - shape.shared_sums]).by_unit =
                std::move(column);
        }
        return result;
    }

    const PassTask& task_;
    const PassSums& sums_;
    const std::vector<TableView>& views_;
    const TableView& view_;
};

}  // namespace

TaskView view_task(const PassTask& task, const PassSums& sums, const std::vector<TableView>& views) {
    return TaskReading(task, sums, views).read();
}

}  // namespace cifra
