// Work over shards that are fixed by the data, with results in shard order: the same bytes at any number of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace cifra {

// Calls work(shard) for shard = 0 .. shards - 1 on up to `threads` threads (0: all cores). Exceptions: the one of the
// lowest shard is rethrown after all have ended.
void for_each_shard(std::size_t shards, int threads, const std::function<void(std::size_t)>& work);

// The results of work(shard), in shard order.
template <class Result, class Work>
std::vector<Result> map_shards(std::size_t shards, int threads, const Work& work) {
    std::vector<Result> results(shards);
    for_each_shard(shards, threads, [&](std::size_t shard) { results[shard] = work(shard); });
    return results;
}

// Rows of a shard: fixed blocks, never a function of the thread count.
struct RowRange {
    std::size_t begin = 0, end = 0;
};
inline constexpr std::size_t rows_per_shard = 65536;
std::size_t shard_count(std::size_t rows);
RowRange shard_rows(std::size_t rows, std::size_t shard);

}  // namespace cifra
