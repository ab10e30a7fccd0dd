#include "estimation/replication/replicate_totals.h"

#include <Eigen/Core>
#include <algorithm>
#include <map>

#include "engine/parallel.h"
#include "engine/random.h"

namespace cifra {

namespace {

template <class T>
std::uint64_t hash_of(const std::vector<T>& values) {
    return stable_hash({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
}

// The distinct columns, without their zeros, and which of them each given column is.
struct Distinct {
    std::vector<SparseColumn> columns;
    std::vector<std::size_t> of_column;
};

Distinct distinct_of(std::span<const SparseColumn* const> columns) {
    Distinct result;
    std::multimap<std::uint64_t, std::size_t> known;
    for (const SparseColumn* column : columns) {
        SparseColumn entries;
        for (std::size_t i = 0; i < column->unit.size(); ++i) {
            if (column->total[i] == 0) continue;
            entries.unit.push_back(column->unit[i]);
            entries.total.push_back(column->total[i]);
        }
        const std::uint64_t hash = hash_of(entries.unit) ^ hash_of(entries.total);
        auto [found, end] = known.equal_range(hash);
        while (found != end && !(result.columns[found->second] == entries)) ++found;
        if (found == end) {
            found = known.emplace(hash, result.columns.size());
            result.columns.push_back(std::move(entries));
        }
        result.of_column.push_back(found->second);
    }
    return result;
}

using Lanes = Eigen::Array<double, replicate_lanes, 1>;

Lanes product(const SparseColumn& column, const double* factors) {
    Lanes sum = Lanes::Zero();
    for (std::size_t i = 0; i < column.unit.size(); ++i)
        sum += column.total[i] * Eigen::Map<const Lanes>(factors + column.unit[i] * replicate_lanes);
    return sum;
}

// Factors of replicates first .. first + size - 1 in blocks of full width; lanes beyond them are 0.
std::vector<double> lanes_of(const ReplicateFactors& factors, std::size_t first, std::size_t size) {
    std::vector<double> by_unit(factors.units() * size);
    factors.block(first, size, by_unit);
    if (size == replicate_lanes) return by_unit;
    std::vector<double> widened(factors.units() * replicate_lanes, 0.0);
    for (std::size_t i = 0; i < by_unit.size(); ++i) widened[i / size * replicate_lanes + i % size] = by_unit[i];
    return widened;
}

}  // namespace

std::vector<std::vector<double>> replicate_totals(const ReplicateFactors& factors,
                                                  std::span<const SparseColumn* const> columns, int threads) {
    const Distinct distinct = distinct_of(columns);
    const std::size_t count = factors.count(), blocks = (count + replicate_lanes - 1) / replicate_lanes;
    std::vector<std::vector<double>> totals(distinct.columns.size(), std::vector<double>(blocks * replicate_lanes));
    for_each_shard(blocks, threads, [&](std::size_t block) {
        const std::size_t first = block * replicate_lanes;
        const std::vector<double> by_unit = lanes_of(factors, first, std::min(replicate_lanes, count - first));
        for (std::size_t c = 0; c < distinct.columns.size(); ++c)
            Eigen::Map<Lanes>(totals[c].data() + first) = product(distinct.columns[c], by_unit.data());
    });
    std::vector<std::vector<double>> result;
    for (const std::size_t c : distinct.of_column)
        result.emplace_back(totals[c].begin(), totals[c].begin() + static_cast<std::ptrdiff_t>(count));
    return result;
}

}  // namespace cifra
