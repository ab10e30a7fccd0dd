// Draws the plan again and again on its population and tallies what comes of it.
#pragma once

#include <functional>
#include <string>

#include "estimation/rehearsal/draws_file.h"
#include "estimation/rehearsal/one_draw.h"
#include "estimation/rehearsal/tally.h"

namespace cifra {

struct RehearsalOptions {
    std::uint64_t seed = 1;
    int threads = 0;
    std::filesystem::path blocks;  // folder of the draws made; empty: they are kept nowhere
    std::string key;               // what they depend on
    std::function<void(double)> progress = [](double) {};
};

// The same bytes at any number of threads, in one go or in several. Throws InputError as rehearse_once().
RehearsalTally rehearse(const RehearsalStage& stage, const TrueValues& truth, const RehearsalOptions& options);

}  // namespace cifra
