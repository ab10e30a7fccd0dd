// Many simulated interviews as the four answer files, written as they are made: memory does not grow with their
// number. The bytes are a function of instrument, behaviour, number and seed, whatever the number of threads.
#pragma once

#include <array>
#include <iosfwd>

#include "questionnaires/play/behaviour.h"
#include "questionnaires/responses.h"

namespace cifra {

struct SimulationOptions {
    std::size_t households = 0;  // ids 1, 2, ...
    std::uint64_t seed = 1;
    int threads = 0;
    std::function<void(double share)> progress = [](double) {};
};

struct SimulationTally {
    std::size_t complete = 0, household_broke_off = 0, person_broke_off = 0;
};

// `files` in the order of units: household, roster, person, incident. A household that broke off has outcome 2 and no
// answers; a person that did, outcome 2 and no answers, and the household's stand.
SimulationTally write_simulation(const Instrument& instrument, const Behaviour& behaviour,
                                 const SimulationOptions& options, const std::array<std::ostream*, 4>& files);

// The same as tables.
AnswerTables simulated_answers(const Instrument& instrument, const Behaviour& behaviour, std::size_t households,
                               std::uint64_t seed);

}  // namespace cifra
