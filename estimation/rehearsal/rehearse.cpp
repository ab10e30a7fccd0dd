#include "estimation/rehearsal/rehearse.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

}  // namespace

RehearsalTally rehearse(const RehearsalStage& stage, const TrueValues& truth, const RehearsalOptions& options) {
    RehearsalTally tally(truth.cells, level_of(stage.plan->tables));
    const DrawsFile file(options.blocks, options.key);
    const std::uint64_t wanted = stage.plan->draws;
    for (std::uint64_t block = 0; block * draws_in_a_block < wanted; ++block) {
        const std::uint64_t first = block * draws_in_a_block;
        if (!file.read(block, tally.cells()))
            file.write(block, map_shards<TalliedDraw>(draws_in_a_block, options.threads, [&](std::size_t i) {
                           return by_cell(tally, rehearse_once(stage, options.seed, first + i));
                       }));
        const auto draws = file.read(block, tally.cells());
        if (!draws) throw Refusal("rehearse: a block of draws cannot be read back; is the disk full?");
        for (std::uint64_t i = 0; i < draws_in_a_block && first + i < wanted; ++i)
            (*draws)[i].failure.empty() ? tally.add((*draws)[i].cells, (*draws)[i].work)
                                        : tally.add_failure((*draws)[i].failure);
        options.progress(static_cast<double>(std::min(first + draws_in_a_block, wanted)) / static_cast<double>(wanted));
    }
    return tally;
}

}  // namespace cifra
