// A made-up sample to weigh, with its households and persons.
#pragma once

#include <fmt/format.h>

#include <random>
#include <string>

namespace cifra::testing {

// Dwellings in 2 regions and 12 PSUs, of which some are ineligible, unknown, refuse; with 1 to 3 persons.
struct ChainFileTexts {
    std::string sample = "stratum,psu,dwelling,base_weight,region,area,lines,psu_size,pi_1,found\n";
    std::string household = "household,outcome,eligible,rooms\n";
    std::string person = "household,line,sex,age,outcome\n";
};

inline ChainFileTexts made_up_chain(bool all_persons, unsigned dwellings) {
    std::mt19937 random(11);
    const auto draw = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    ChainFileTexts files;
    for (unsigned i = 0; i < dwellings; ++i) {
        const unsigned psu = i / 5;
        const std::string id = fmt::format("d{:03}", i);
        files.sample += fmt::format("{},p{},{},{},{},{},{},{},{},{}\n", psu / (dwellings / 10), psu, id, 8 + draw(9),
                                    psu < dwellings / 10 ? "N" : "S", draw(2) ? "U" : "R", 1 + draw(2), 90 + draw(40),
                                    "0.1", 1 + draw(2));
        const unsigned fate = i < 4 ? i : draw(12);
        const char* outcome = fate == 0 ? "4" : fate == 1 ? "9" : fate < 4 ? "2" : "1";
        const unsigned eligible = 1 + draw(3);
        files.household += fmt::format("{},{},{},{}\n", id, outcome, eligible, 1 + draw(6));
        if (std::string(outcome) != "1") continue;
        for (unsigned line = 1; line <= (all_persons ? eligible : 1); ++line)
            files.person +=
                fmt::format("{},{},{},{},{}\n", id, line, draw(2) ? "f" : "m", 18 + draw(60), draw(7) == 0 ? "2" : "1");
    }
    return files;
}

}  // namespace cifra::testing
