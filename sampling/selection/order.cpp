#include "sampling/selection/order.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace cifra {

namespace {

bool cell_before(const Column& column, std::size_t a, std::size_t b) {
    return column.is_number() ? column.number(a) < column.number(b) : column.text(a) < column.text(b);
}

// Splits every group of rows, given by its end in `order`, by one more column.
std::vector<std::size_t> split_groups(const Column& column, const std::vector<std::size_t>& ends,
                                      std::vector<std::size_t>& order) {
    std::vector<std::size_t> finer;
    std::size_t begin = 0;
    for (std::size_t group = 0; group < ends.size(); begin = ends[group++]) {
        const auto before = [&](std::size_t a, std::size_t b) {
            return group % 2 == 0 ? cell_before(column, a, b) : cell_before(column, b, a);
        };
        std::stable_sort(order.begin() + static_cast<std::ptrdiff_t>(begin),
                         order.begin() + static_cast<std::ptrdiff_t>(ends[group]), before);
        for (std::size_t i = begin + 1; i < ends[group]; ++i)
            if (before(order[i - 1], order[i])) finer.push_back(i);
        finer.push_back(ends[group]);
    }
    return finer;
}

}  // namespace

std::vector<std::size_t> serpentine_order(const Table& table, std::span<const std::string> columns) {
    std::vector<std::size_t> order(table.rows());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<std::size_t> ends = {table.rows()};
    for (const std::string& name : columns) ends = split_groups(table.at(name), ends, order);
    return order;
}

std::vector<std::size_t> random_order(std::size_t count, Stream& stream) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t left = count; left > 1; --left) std::swap(order[left - 1], order[stream.below(left)]);
    return order;
}

}  // namespace cifra
