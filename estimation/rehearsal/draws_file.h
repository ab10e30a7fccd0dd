// The draws made so far, in blocks that stand on disk as soon as they are made: a rehearsal that was stopped goes on
// where it was, and one that asks for more draws makes only the new ones.
//
//   rehearsal/key.txt          what the draws depend on, as a hash; other blocks are of another plan and are dropped
//   rehearsal/draws_00001.csv  draw, cell, estimate, se, lower, upper, n, cases; cells by their number in rehearsal.csv
//   rehearsal/work_00001.csv   draw, workload, failure
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "estimation/rehearsal/tally.h"

namespace cifra {

inline constexpr std::uint64_t draws_in_a_block = 50;

// Results of a draw by cell of the tally.
struct TalliedDraw {
    std::vector<CellResult> cells;
    Workload work;
    std::string failure;
};

class DrawsFile {
public:
    // Removes the blocks of another key.
    DrawsFile(std::filesystem::path folder, const std::string& key);
    // The draws of a block that is complete; nothing else.
    std::optional<std::vector<TalliedDraw>> read(std::uint64_t block, std::size_t cells) const;
    // As read() gives them again, to the last bit.
    void write(std::uint64_t block, const std::vector<TalliedDraw>& draws) const;

private:
    std::filesystem::path folder_;
};

}  // namespace cifra
