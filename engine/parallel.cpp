#include "engine/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

namespace cifra {

void for_each_shard(std::size_t shards, int threads, const std::function<void(std::size_t)>& work) {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t workers = std::min(shards, threads > 0 ? static_cast<std::size_t>(threads) : cores);
    std::vector<std::exception_ptr> failures(shards);
    std::atomic<std::size_t> next{0};
    const auto loop = [&] {
        for (std::size_t shard = next++; shard < shards; shard = next++) {
            try {
                work(shard);
            } catch (...) {
                failures[shard] = std::current_exception();
            }
        }
    };
    std::vector<std::jthread> pool;
    for (std::size_t i = 1; i < workers; ++i) pool.emplace_back(loop);
    loop();
    pool.clear();
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
}

std::size_t shard_count(std::size_t rows) { return (rows + rows_per_shard - 1) / rows_per_shard; }

RowRange shard_rows(std::size_t rows, std::size_t shard) {
    return {shard * rows_per_shard, std::min(rows, (shard + 1) * rows_per_shard)};
}

}  // namespace cifra
