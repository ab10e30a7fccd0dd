#include "estimation/rehearsal/rehearse.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "engine/parallel.h"

namespace cifra {

namespace {

constexpr double level = 0.95;  // of the intervals, unless the table file says otherwise

double level_of(const YamlValue& tables) {
    const YamlValue* value = tables.find("level");
    const auto number = value && value->is_scalar() ? parse_number(value->scalar) : std::nullopt;
    return number.value_or(level);
}

TalliedDraw by_cell(const RehearsalTally& tally, RehearsedDraw result) {
    TalliedDraw draw{{}, result.work, std::move(result.failure)};
    if (!draw.failure.empty()) return draw;
    draw.cells.assign(tally.cells(), {std::nan(""), std::nan(""), std::nan(""), std::nan(""), 0, 0});
    for (const auto& [key, cell] : result.cells)
        if (const std::size_t place = tally.find(key); place != Column::npos) draw.cells[place] = cell;
    return draw;
}

// The draws of a block: those on disk, else made and written there first. Without a folder they are only made.
std::optional<std::vector<TalliedDraw>> block_of_draws(const std::optional<DrawsFile>& file, std::uint64_t block,
                                                       std::size_t cells,
                                                       const std::function<TalliedDraw(std::uint64_t)>& draw,
                                                       int threads) {
    const auto make = [&] {
        return map_shards<TalliedDraw>(draws_in_a_block, threads,
                                       [&](std::size_t i) { return draw(block * draws_in_a_block + i); });
    };
    if (!file) return make();
    if (!file->read(block, cells)) file->write(block, make());
    return file->read(block, cells);
}

}  // namespace

RehearsalTally rehearse(const RehearsalStage& stage, const TrueValues& truth, const RehearsalOptions& options) {
    RehearsalTally tally(truth.cells, level_of(stage.plan->tables));
    std::optional<DrawsFile> file;
    if (!options.blocks.empty()) file.emplace(options.blocks, options.key);
    const auto one = [&](std::uint64_t draw) { return by_cell(tally, rehearse_once(stage, options.seed, draw)); };
    const std::uint64_t wanted = stage.plan->draws;
    for (std::uint64_t block = 0; block * draws_in_a_block < wanted; ++block) {
        const std::uint64_t first = block * draws_in_a_block;
        auto draws = block_of_draws(file, block, tally.cells(), one, options.threads);
        if (!draws) throw Refusal("rehearse: a block of draws cannot be read back; is the disk full?");
        for (std::uint64_t i = 0; i < draws_in_a_block && first + i < wanted; ++i)
            (*draws)[i].failure.empty() ? tally.add((*draws)[i].cells, (*draws)[i].work)
                                        : tally.add_failure((*draws)[i].failure);
        options.progress(static_cast<double>(std::min(first + draws_in_a_block, wanted)) / static_cast<double>(wanted));
    }
    return tally;
}

}  // namespace cifra
